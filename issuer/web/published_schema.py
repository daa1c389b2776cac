"""The documents of standards that the service publishes, as far as their shape is promised here.

They are made elsewhere and may hold more than is named; the standards say the rest.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from issuer.verification.report import CHECKS, Outcome, Verdict
from issuer.web.api_schema import Moment, Sha256, Url
from issuer.web.negotiation import SUFFIX_OF_TYPE


class Published(Struct):
    """A published document."""


class DidDocument(Published):
    """The issuer's did:web document (DID Core 1.0)."""

    context: list[str] = field(name="@context")
    id: Annotated[str, Meta(pattern="^did:web:")]
    verification_method: list[dict[str, Any]] = field(name="verificationMethod")
    assertion_method: list[str] = field(name="assertionMethod")


class Jwk(Published):
    """A public key (RFC 7517); never a private one."""

    kty: str
    kid: str
    alg: str


class JwkSet(Published):
    """The public keys that sign JWTs (RFC 7517 §5)."""

    keys: list[Jwk]


class Profile(Published):
    """The issuer's Profile (Open Badges 3.0)."""

    context: list[str] = field(name="@context")
    id: str
    type: list[str]
    name: str
    url: Url | UnsetType = UNSET


class Achievement(Published):
    """One version of a badge class as an Achievement (Open Badges 3.0)."""

    context: list[str] = field(name="@context")
    id: Url
    type: list[str]
    name: str
    description: str
    criteria: dict[str, Any]


class SignedCredential(Published):
    """A verifiable credential with an embedded proof (VC Data Model 2.0, Open Badges 3.0)."""

    context: list[Any] = field(name="@context")
    type: list[str] | str
    issuer: dict[str, Any] | str
    credential_subject: dict[str, Any] | list[dict[str, Any]] = field(name="credentialSubject")
    id: str | UnsetType = UNSET


SEALED: dict[str, Any] = {
    kind: SignedCredential if suffix == "json" else {"type": "string"} if suffix == "jwt" else {}
    for kind, suffix in SUFFIX_OF_TYPE.items()
}
"""A badge in every form that it is given out in."""


class ReportCheck(Published):
    """One line of a report."""

    check: Annotated[str, Meta(extra_json_schema={"enum": list(CHECKS)})]
    outcome: Outcome
    code: Annotated[str | None, Meta(description="A stable reason; null when there is nothing to explain.")]
    message: str
    source: Annotated[str, Meta(description="The standard and the section that ask for it.")]


class Named(Published):
    """Somebody or something in a badge."""

    id: str | None = None
    name: str | None = None


class CredentialSummary(Published):
    """What the verified badge says."""

    id: str | None
    type: list[str]
    issuer: Named
    recipient: Named
    achievement: Named
    valid_from: str | None
    valid_until: str | None


class VerificationReport(Published):
    """What a verification found, check by check, and the verdict that follows."""

    verdict: Verdict
    flags: Annotated[list[str], Meta(description="Stable codes of what a reader should know although no check failed.")]
    checks: list[ReportCheck]
    credential: Annotated[CredentialSummary | None, Meta(description="Null until a proof has passed.")]
    format: str | None
    carrier: str
    checked_at: Moment
    input_sha256: Sha256
