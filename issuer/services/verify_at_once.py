"""The most frequent question answered at once: a small badge of our own, in force, for which nobody else is asked.

What is answered here takes a few milliseconds at most, so it can be done where nothing may be held up. Everything
else, above all whatever is not plainly good, is left to `VerifyService`, whose report would be the same.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from issuer.errors import IssuerError
from issuer.proofs.reader_memory import ReaderLimits
from issuer.services.ports import Clock
from issuer.verification.documents import Answer, OwnFirst, OwnIssuer
from issuer.verification.intake import JSON_MEDIA_TYPES, TOKEN_MEDIA_TYPES, Intake, take_in
from issuer.verification.kept_lists import KeptLists
from issuer.verification.names import issuer_id
from issuer.verification.pipeline import DEFAULT_WISHES, Wishes, verify
from issuer.verification.readers import current_reader
from issuer.verification.report import Report, Verdict
from issuer.verification.seen_lists import RememberedLists
from issuer.verification.tools import Tools
from issuer.verification.trust_registry import TrustRegistry

MAX_BYTES = 16 * 1024
LIMITS = ReaderLimits(
    max_contexts=8, max_values_per_property=200, max_statements=1_000, max_depth=32, max_labelling_steps=200
)
_SUITE = "eddsa-rdfc-2022"


class VerifyAtOnce:
    """Verifies small badges of the house. Thread-safe; asks no other server."""

    def __init__(self, tools: Tools, own: OwnIssuer, clock: Clock) -> None:
        """tools: those of the `VerifyService` whose place this takes; what they have kept is shared."""
        self._own = own
        self._clock = clock
        self._tools = replace(
            tools, reader=tools.reader.within(LIMITS), older_readers={}, documents=OwnFirst(own, _Elsewhere())
        )

    @classmethod
    def alone(cls, own: OwnIssuer, clock: Clock, trust: TrustRegistry | None) -> VerifyAtOnce:
        """Where nothing else is verified, so that there are no tools to share."""
        return cls(Tools(current_reader(), {}, _Elsewhere(), RememberedLists(), KeptLists(), own, trust), own, clock)

    def verify(
        self, data: bytes, media_type: str, *, refresh: bool = False, recipient: str | None = None
    ) -> Report | None:
        """The report on a badge of ours that is valid; None for everything that takes longer to tell."""
        kind = media_type.partition(";")[0].strip().lower()
        if refresh or len(data) > MAX_BYTES or not (kind in JSON_MEDIA_TYPES or kind in TOKEN_MEDIA_TYPES):
            return None
        try:
            intake = take_in(data, kind)
            if not self._is_plain(intake):
                return None
            wishes = Wishes(recipient=recipient) if recipient else DEFAULT_WISHES
            report = verify(intake, self._tools, self._clock(), wishes, sha256(data).hexdigest())
        except (IssuerError, _NotAtHandError):
            return None
        return report if report.verdict is Verdict.VALID else None

    def _is_plain(self, intake: Intake) -> bool:
        """Secured once, by us, in one of the two forms that we issue. Of so small a badge, endorsements are few."""
        document = intake.presented
        if issuer_id(document) != self._own.did:
            return False
        proof = document.get("proof")
        if intake.token is None:
            return isinstance(proof, dict) and proof.get("cryptosuite") == _SUITE
        return proof is None and intake.sd_jwt is None


class _NotAtHandError(Exception):
    """A document of somebody else is needed."""


class _Elsewhere:
    """Fulfils `verification.documents.Documents` for other people's documents, which are not asked for here."""

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        raise _NotAtHandError(url)
