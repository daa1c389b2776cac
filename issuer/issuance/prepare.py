"""Planning a badge: the exact bytes, checked in every way before any real key is touched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from badge_classes.model import BadgeClass
from issuer.credentials import lints, recipient
from issuer.credentials.encode import to_bytes
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.open_badge import BadgeContent, unsigned_badge
from issuer.credentials.recipient import Recipient
from issuer.credentials.references import ChildRef, Replaced, ReviewedFile
from issuer.domain.award import FOR_EVERYBODY, Award, Form, PlannedForm, StatusEntry
from issuer.domain.review import Rating
from issuer.errors import Invalid, Refused, Unprocessable
from issuer.issuance.forms import SECURING
from issuer.issuance.lint_token import added_form_token, lint_token
from issuer.issuance.signing import SignerWithKid
from issuer.issuance.throw_away import throw_away
from issuer.proofs.linked_data import Reader
from issuer.proofs.rdf_canon import canonicalise
from issuer.proofs.strict_json import JsonObject, parse_object
from issuer.proofs.timestamps import parse_timestamp

__all__ = ["ChildRef", "Prepared", "Preparer", "Recipient", "Replaced"]


@dataclass(frozen=True)
class Prepared:
    """A plan.

    content: the unsigned badge as JSON bytes. content_sha256: SHA-256, hex, of its canonical N-Quads.
    forms: for each form the bytes to be signed. lint_token: see `issuer.issuance.lint_token`.
    """

    content: bytes
    content_sha256: str
    forms: tuple[PlannedForm, ...]
    lint_token: str


class Preparer:
    """Plans badges of one issuer: in the forms for everybody at first, in the other forms it has signers for later.

    Equal arguments give equal plans: nothing is drawn by lot here and no clock is read. signers: asked anew for
    each plan, so that a key can follow another, or a form can come, while the service runs.
    """

    def __init__(
        self,
        identity: IssuerIdentity,
        reader: Reader,
        signers: Mapping[Form, SignerWithKid],
        first: Collection[Form] = FOR_EVERYBODY,
    ) -> None:
        """first: the forms that a badge is planned in with its approval."""
        self._identity = identity
        self._reader = reader
        self._signers = signers
        self._first = first

    @property
    def forms(self) -> frozenset[Form]:
        """The forms that badges get now, sooner or later."""
        return frozenset(self._signers)

    def prepare(
        self,
        award_id: str,
        badge_class: BadgeClass,
        recipient: Recipient,
        ratings: tuple[Rating, ...],
        public_narratives: Mapping[str, str],
        status: StatusEntry,
        valid_from: datetime,
        awarded_at: datetime,
        salt: bytes,
        subject_id: str,
        children: tuple[ChildRef, ...] = (),
        replaces: Replaced | None = None,
        files: tuple[ReviewedFile, ...] = (),
    ) -> Prepared:
        """Plan one badge; the arguments are those of `BadgeContent`.

        Raises Unprocessable `issue.lint` (with what failed, and where) for content that should not be
        signed or that our own reader would refuse, `time.malformed` for times with fractions.
        """
        content = BadgeContent(
            award_id, badge_class, recipient, ratings, public_narratives, status, valid_from, awarded_at, salt,
            subject_id, children, replaces, files,
        )  # fmt: skip
        return self.plan(award_id, unsigned_badge(content, self._identity))

    def plan(self, award_id: str, document: JsonObject) -> Prepared:
        """Plan an unsigned badge that is already put together. Raises Unprocessable (`issue.lint`)."""
        body = _written(document)
        try:
            return self._plan(award_id, body, parse_object(body))
        except (Refused, Invalid) as error:
            raise Unprocessable("issue.lint", f"{error.code}: {error.message}", error.where) from error

    def plan_added(self, award: Award, forms: Collection[Form]) -> tuple[PlannedForm, ...]:
        """Plan more forms of a badge that was planned before, over its very content, each with its own token.

        Raises Unprocessable (`issue.lint`) for content that would not be signed today.
        """
        try:
            document = parse_object(award.content)
            _require_clean(document)
            if canonical_sha256(document, self._reader) != award.content_sha256:
                raise Invalid("issue.lint", "The content is not the one that was planned.")
            added = self._planned_forms(document, forms)
        except (Refused, Invalid) as error:
            raise Unprocessable("issue.lint", f"{error.code}: {error.message}", error.where) from error
        return tuple(
            replace(one, lint_token=added_form_token(award.id, award.content, award.content_sha256, one))
            for one in added
        )

    def ends_at(self, content: bytes) -> datetime | None:
        """Until when a planned content is valid; None for ever."""
        end = parse_object(content).get("validUntil")
        return None if end is None else parse_timestamp(end)

    def names(self, content: bytes, person: Recipient) -> bool:
        """Whether a planned content names its earner as this person is named now."""
        return recipient.names(parse_object(content)["credentialSubject"], person)

    def _plan(self, award_id: str, body: bytes, document: JsonObject) -> Prepared:
        _require_clean(document)
        content_sha256 = canonical_sha256(document, self._reader)
        forms = self._planned_forms(document, self._first)
        token = lint_token(award_id, body, content_sha256, forms)
        return Prepared(body, content_sha256, forms, token)

    def _planned_forms(self, document: JsonObject, forms: Collection[Form]) -> tuple[PlannedForm, ...]:
        planned = []
        for form, key in dict(self._signers).items():
            if form in forms:
                tbs = SECURING[form].to_be_signed(document, key, self._reader)
                self._rehearse(form, tbs, document, throw_away(key))
                planned.append(PlannedForm(form, key.kid, tbs, sha256(tbs).hexdigest()))
        return tuple(planned)

    def _rehearse(self, form: Form, tbs: bytes, document: JsonObject, key: SignerWithKid) -> None:
        """Seal with a key made for this alone, and read the result back."""
        body = SECURING[form].sealed(document, tbs, key, self._reader)
        SECURING[form].check(body, document, tbs, key, self._reader)


def canonical_sha256(document: JsonObject, reader: Reader) -> str:
    """SHA-256, hex, of a document's canonical N-Quads. Raises Refused or Invalid (`ld.*`)."""
    return sha256(canonicalise(reader.read(document))).hexdigest()


def _written(document: JsonObject) -> bytes:
    try:
        return to_bytes(document)
    except (ValueError, TypeError) as error:
        raise Unprocessable("issue.lint", "The badge cannot be written as JSON.") from error


def _require_clean(document: JsonObject) -> None:
    findings = lints.run(document)
    if findings:
        first, more = findings[0], len(findings) - 1
        others = f" ({more} more)" if more else ""
        raise Unprocessable("issue.lint", f"{first.lint}: {first.message}{others}", first.where)
