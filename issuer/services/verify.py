"""Use case: is this badge genuine, in force, and whose is it? Anyone may ask."""

from __future__ import annotations

from hashlib import sha256

from msgspec.structs import replace

from issuer.domain.loopback import origins
from issuer.errors import Invalid, Refused, Undecided
from issuer.services.ports import Clock
from issuer.verification.documents import (
    CREDENTIAL_MEDIA_TYPES,
    Documents,
    Found,
    Missing,
    OwnFirst,
    OwnIssuer,
    SeenLists,
    Unreachable,
)
from issuer.verification.intake import IMAGES, JSON_MEDIA_TYPES, TOKEN_MEDIA_TYPES, carrier_of, take_in
from issuer.verification.kept_lists import KeptLists
from issuer.verification.names import authority_of
from issuer.verification.occasion import Occasion
from issuer.verification.pipeline import Wishes, refused_content, verify
from issuer.verification.readers import current_reader, older_readers
from issuer.verification.recognise import names_an_address
from issuer.verification.report import Report
from issuer.verification.seen_lists import RememberedLists
from issuer.verification.tools import Tools
from issuer.verification.trust_registry import TrustRegistry

MEDIA_TYPES = JSON_MEDIA_TYPES | TOKEN_MEDIA_TYPES | IMAGES.keys()
"""What a badge may be sent as."""
IMAGE_MEDIA_TYPES = frozenset(IMAGES)
"""Those of them that show something beside."""
LINK_MEDIA_TYPES = (*CREDENTIAL_MEDIA_TYPES, *sorted(IMAGES))
_VERIFY_PATH = "/verify"
_REFUSED_LINKS = frozenset({"fetch.blocked_address", "fetch.scheme", "fetch.url_malformed"})
_NOT_A_BADGE = frozenset({"fetch.content_type", "forbidden"})


def is_address(text: str) -> bool:
    """Whether what somebody pasted is for `VerifyService.verify_url`, which says which addresses are not asked."""
    return names_an_address(text)


class VerifyService:
    """Verifies badges however they are handed in. Thread-safe; holds no badge longer than a call."""

    def __init__(
        self,
        documents: Documents,
        clock: Clock,
        own: OwnIssuer | None = None,
        seen_lists: SeenLists | None = None,
        tools: Tools | None = None,
        trust: TrustRegistry | None = None,
    ) -> None:
        """documents: other people's; those of `own` are read from the house. tools: instead of the usual ones.

        trust: the issuers known here, None where no registry is kept.
        """
        self._own = own
        self._clock = clock
        self._documents: Documents = documents if own is None else OwnFirst(own, documents)
        self._tools = tools or Tools(
            current_reader(),
            older_readers(),
            self._documents,
            seen_lists or RememberedLists(),
            KeptLists(),
            own,
            trust,
        )

    @property
    def tools(self) -> Tools:
        return self._tools

    def verify(
        self,
        data: bytes,
        media_type: str,
        *,
        refresh: bool = False,
        recipient: str | None = None,
        any_credential: bool = False,
        audience: str | None = None,
        nonce: str | None = None,
        domain: str | None = None,
        challenge: str | None = None,
        carrier: str | None = None,
    ) -> Report:
        """The report on a badge.

        media_type: of `data`, parameters allowed. recipient: an e-mail address or id it should belong to.
        any_credential: accept credentials that are no Open Badges. audience, nonce: what the holder of an SD-JWT
        was asked to sign, if anybody was. domain, challenge: what an embedded proof has to be made for, if it was
        asked for. carrier: says ``url`` where `data` was fetched from a link.

        Raises Refused for what is no credential or dearer than the limits: ``input.*``,
        ``json.*``, ``jose.*``, ``image.*``, ``ld.too_complex``, ``proof.too_many``, ``status.too_many``.
        """
        wishes = Wishes(refresh, recipient or None, any_credential, audience, nonce, Occasion(domain, challenge))
        kind = media_type.partition(";")[0].strip().lower()
        now = self._clock()
        try:
            intake = take_in(data, kind)
        except Invalid as problem:
            return refused_content(carrier or carrier_of(kind), problem, data, now)
        if carrier is not None:
            intake = replace(intake, carrier=carrier)
        return verify(intake, self._tools, now, wishes, sha256(data).hexdigest())

    def verify_url(
        self,
        url: str,
        *,
        refresh: bool = False,
        recipient: str | None = None,
        audience: str | None = None,
        nonce: str | None = None,
        domain: str | None = None,
        challenge: str | None = None,
    ) -> Report:
        """The report on the badge at an address; what is asked is as in `verify`.

        Raises Refused ``fetch.blocked_address``, ``fetch.scheme``, ``fetch.url_malformed`` for addresses that
        are not asked, ``fetch.self`` for our own verification page, and what `verify` refuses.
        """
        url = self._by_our_name(url)
        self._refuse_self(url)
        answer = self._documents.fetch(url, LINK_MEDIA_TYPES)
        if isinstance(answer, Found):
            return self.verify(
                answer.body, _media_type(answer), refresh=refresh, recipient=recipient, audience=audience, nonce=nonce,
                domain=domain, challenge=challenge, carrier="url",
            )  # fmt: skip
        if isinstance(answer, Missing) and answer.code in _REFUSED_LINKS:
            raise Refused(answer.code, answer.message)
        return refused_content("url", _absence(answer), url.encode("utf-8", "replace"), self._clock())

    def _by_our_name(self, url: str) -> str:
        """A link to this service under the other name of this machine, as our own addresses are written."""
        if self._own is None:
            return url
        own = self._own.origin
        name = next((name for name in origins(own) if url.startswith((f"{name}/", f"{name}?"))), own)
        return own + url.removeprefix(name) if url.startswith(name) else url

    def _refuse_self(self, url: str) -> None:
        """A link to the verification page would make the service ask itself for ever."""
        if self._own is None or authority_of(url) is None or authority_of(url) != authority_of(self._own.origin):
            return
        path = url.split("/", 3)[3:] or [""]
        if f"/{path[0]}".lower().startswith(_VERIFY_PATH):
            raise Refused("fetch.self", "That is the address of this verification page, not of a badge.")


def _media_type(found: Found) -> str:
    """Many servers send a token as plain text and JSON as either; the first character decides between the two."""
    is_json = found.body.lstrip(b" \t\r\n").startswith((b"{", b"["))
    if found.media_type in TOKEN_MEDIA_TYPES and is_json:
        return "application/json"
    if found.media_type in JSON_MEDIA_TYPES and not is_json:
        return "text/plain"
    return found.media_type


def _absence(answer: Missing | Unreachable) -> Invalid | Undecided:
    """Why there was nothing to verify; never a word of what the other server sent instead."""
    if isinstance(answer, Unreachable):
        return Undecided(answer.code, f"The address could not be read: {answer.message} Try again later.")
    if answer.code in _NOT_A_BADGE:
        return Invalid("input.media_type", "What stands at that address is no badge.")
    return Invalid(answer.code, f"The address could not be read: {answer.message}")
