"""What verification needs of the world: other servers' documents, and what the house itself knows.

Everything a badge makes us look up is one of three things: found, certainly not to be had, or not to be
had just now. The second is a reason to say no; the third never is, and never a reason to say yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from issuer.domain.award import Standing
from issuer.proofs.key_kinds import PublicKey

KEY_MEDIA_TYPES = (
    "application/did+json",
    "application/did+ld+json",
    "application/did",
    "application/cid",
    "application/json",
    "application/ld+json",
    "application/jwk+json",
    "application/jwk-set+json",
)
CREDENTIAL_MEDIA_TYPES = (
    "application/vc+ld+json",
    "application/vc",
    "application/ld+json",
    "application/json",
    "application/vc+jwt",
    "application/vc+sd-jwt",
    "application/dc+sd-jwt",
    "application/sd-jwt",
    "application/jwt",
    "text/plain",
)
SCHEMA_MEDIA_TYPES = ("application/schema+json", "application/json")


class Found(NamedTuple):
    """A document.

    media_type: lower case, without parameters. accept: the types it was asked for with. age_s: how long ago.
    """

    url: str
    body: bytes
    media_type: str
    accept: tuple[str, ...] = ()
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that is certainly not to be had: absent, redirected, of the wrong type, forbidden ground.

    code: ``not_found``, ``forbidden`` or a ``fetch.*`` reason; message: one sentence. is_gone: the server says that
    there was such a document and that it was withdrawn (410, RFC 9110 §15.5.11).
    """

    url: str
    code: str
    message: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A document that could not be had now: time-out, TLS, a failing server, no room for the request.

    code: ``fetch.timeout``, ``fetch.tls``, ``verifier.busy`` or ``verifier.unavailable``.
    """

    url: str
    code: str
    message: str


Answer = Found | Missing | Unreachable


class Documents(Protocol):
    """Other people's documents, by absolute URL. Never raises for what a URL or a server does."""

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        """The document at `url`, if its media type is one of `accept`.

        max_age_s: an answer kept for longer than this is not good enough; None leaves it to the server.
        """
        ...


class IssuedRecord(NamedTuple):
    """A badge of the house as it was issued and stands today.

    content_sha256: SHA-256 (hex) of the canonical N-Quads of the credential without proofs.
    superseded_by: address of the latest badge in its place; None when it is that itself, or that one is private.
    issued_at: when it was decided on.
    token_sha256: SHA-256 (hex) of the signing input of its VC-JWT; None without one.
    """

    content_sha256: str
    standing: Standing
    superseded_by: str | None
    issued_at: datetime
    token_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CompromisedKey:
    """A key of the house that somebody else may hold, and since when that is known."""

    key: PublicKey
    since: datetime


@dataclass(frozen=True, slots=True)
class IssuedParts:
    """What the parts of a badge of the house are known by, which its earner may show.

    base: the badge with the base proof from which its earner derives others (ecdsa-sd-2023); None without one.
    token_sha256: SHA-256 (hex) of the signing input of its SD-JWT; None without one.
    """

    base: bytes | None
    token_sha256: str | None


class OwnIssuer(Protocol):
    """What the house knows of badges that name it as their issuer."""

    @property
    def did(self) -> str:
        """The issuer's id, e.g. ``did:web:badges.example.org``."""
        ...

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public URL, without a slash at the end."""
        ...

    def published(self, path: str) -> tuple[bytes, str] | None:
        """Body and media type of a public document of ours, such as ``/.well-known/did.json``,
        ``/keys/{kid}``, ``/status/{list}`` or an opened ``/credentials/{id}``; None when there is none."""
        ...

    def compromised_key(self, key_url: str) -> CompromisedKey | None:
        """The key a proof or a `kid` names, if it is one of ours that was marked compromised."""
        ...

    def record(self, credential_id: str) -> IssuedRecord | None:
        """What the issuance record says of the badge with this id; None when it was never issued."""
        ...

    def parts(self, credential_id: str) -> IssuedParts | None:
        """What parts of the badge with this id are known by; None when it was never issued."""
        ...

    def suspension_list_for(self, list_url: str) -> str | None:
        """URL of the suspension list that goes with a revocation list of ours, same index in both."""
        ...


class SeenLists(Protocol):
    """Remembers how new the newest status list was that each issuer has shown at each address. Thread-safe."""

    def went_back(self, list_issuer: str, list_url: str, valid_from: datetime) -> bool:
        """Record a verified list; True when a newer one of this issuer was seen at this address before."""
        ...


class OwnFirst:
    """Documents of the house from the house; everything else from `others`."""

    def __init__(self, own: OwnIssuer, others: Documents) -> None:
        self._own = own
        self._others = others
        authority = own.origin.partition("://")[2]
        self._prefixes = (f"https://{authority}/", f"http://{authority}/")  # did:web says https even of plain http

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        if not url.startswith(self._prefixes):
            return self._others.fetch(url, accept, max_age_s)
        path = url.partition("#")[0].split("/", 3)[3]
        body, media_type = self._own.published(f"/{path}") or (b"", "")
        if media_type not in accept:
            return Missing(url, "not_found", "This service publishes nothing under that address.")
        return Found(url, body, media_type, accept)
