"""What the W3C VC API is sent and what it answers, as far as this service promises it.

Source: W3C CCG "Verifiable Credential API 0.3", §3. Members that are not named here may be sent; they are ignored.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from issuer.domain.award import Standing
from issuer.web.api_schema import Reason, Url
from issuer.web.published_schema import SignedCredential, VerificationReport

Presented: TypeAlias = Annotated[
    dict[str, Any] | str, Meta(description="A credential with its proof, one in an envelope, or a compact token.")
]


class Called(Struct):
    """The body of a request."""


class Answered(Struct):
    """The body of an answer."""


class AskedCredential(Called):
    """The badge that is asked for: its achievement and its recipient, nothing else."""

    context: list[Any] = field(name="@context")
    type: list[str]
    credential_subject: Annotated[
        dict[str, Any],
        Meta(description="`achievement` with the `id` of a badge class of this issuer; `id` a `mailto:` address."),
    ] = field(name="credentialSubject")


class IssueCall(Called):
    """A badge to be issued, or handed out again, for evidence that was approved."""

    credential: AskedCredential
    options: dict[str, Any] | UnsetType = UNSET


class Issued(Answered):
    """A credential that was signed here."""

    verifiable_credential: SignedCredential = field(name="verifiableCredential")


class StatusToSet(Called):
    """What the status shall be."""

    status_purpose: Literal["revocation", "suspension"] = field(name="statusPurpose", default="revocation")
    status: Annotated[bool | str | int, Meta(description="False, 0, “0”, “0x0” or “false” lifts a suspension.")] = True
    type: str | UnsetType = UNSET


class StatusCall(Called):
    """A change of a badge’s standing."""

    credential_id: Annotated[Url, Meta(description="The id of a badge that was issued here.")] = field(
        name="credentialId"
    )
    credential_status: StatusToSet | list[StatusToSet] = field(name="credentialStatus")
    reason: Reason | UnsetType = UNSET


class StatusAnswer(Answered):
    """How the badge stands now."""

    credential_id: Url = field(name="credentialId")
    standing: Standing


class VerifyOptions(Called):
    """What is asked of the proof, where anything is."""

    domain: Annotated[str | UnsetType, Meta(description="The proof has to be made for this domain.")] = UNSET
    challenge: Annotated[str | UnsetType, Meta(description="The proof has to answer this challenge.")] = UNSET
    audience: Annotated[
        str | UnsetType, Meta(description="The holder of an SD-JWT has to have signed it for this audience.")
    ] = UNSET
    nonce: Annotated[str | UnsetType, Meta(description="… and with this nonce.")] = UNSET
    checks: list[str] | UnsetType = UNSET


class VerifyCall(Called):
    """A credential to be verified."""

    verifiable_credential: Presented = field(name="verifiableCredential")
    options: VerifyOptions | UnsetType = UNSET


class ProblemDetail(Answered):
    """One problem, as RFC 9457 has it; `type` is that of the W3C, `code` our own stable one."""

    type: Url
    title: str
    detail: str
    code: str
    check: str | UnsetType = UNSET
    where: str | UnsetType = UNSET


class VerifyAnswer(Answered):
    """What a verification found. `results` is the report that `POST /verify` gives."""

    verified: bool
    problem_details: list[ProblemDetail] = field(name="problemDetails")
    errors: list[str]
    warnings: list[str] | UnsetType = UNSET
    results: VerificationReport | UnsetType = UNSET
    verifiable_credential: Presented | UnsetType = field(name="verifiableCredential", default=UNSET)


class PresentationCall(Called):
    """A presentation to be verified, with all that it presents."""

    verifiable_presentation: dict[str, Any] = field(name="verifiablePresentation")
    options: VerifyOptions | UnsetType = UNSET


class PresentationAnswer(Answered):
    """Whether the presentation and every credential in it are good."""

    verified: bool
    problem_details: list[ProblemDetail] = field(name="problemDetails")
    errors: list[str]
    verifiable_presentation: dict[str, Any] | UnsetType = field(name="verifiablePresentation", default=UNSET)


class DeriveOptions(Called):
    """Which members are to be shown."""

    selective_pointers: Annotated[list[str], Meta(description="JSON Pointers (RFC 6901).")] = field(
        name="selectivePointers", default_factory=list
    )


class DeriveCall(Called):
    """A credential with a base proof of ecdsa-sd-2023, of which a part is to be shown."""

    verifiable_credential: SignedCredential = field(name="verifiableCredential")
    options: DeriveOptions | UnsetType = UNSET
