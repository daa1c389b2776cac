"""What was taken in, told apart: the credential itself, how it is secured, and what is wrong on the face of it."""

from __future__ import annotations

from msgspec import Struct

from issuer.errors import Invalid
from issuer.proofs.contexts import ContextsClash
from issuer.proofs.cryptosuites import CRYPTOSUITES
from issuer.proofs.data_integrity import HashedDocument
from issuer.proofs.jws import CompactJws, JwtForm, check_header
from issuer.proofs.linked_data import Reader
from issuer.proofs.registered_claims import is_v1
from issuer.proofs.sd_jwt_vc import credential_of_sd_jwt, type_problems
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.vc_jwt import claim_problems, credential_of
from issuer.verification.content import check_characters
from issuer.verification.documents import OwnIssuer
from issuer.verification.findings import Findings
from issuer.verification.intake import Intake
from issuer.verification.names import issuer_id
from issuer.verification.report import Check, Outcome
from issuer.verification.structure import Kind, is_credential, structure_problems
from issuer.verification.tools import Visit

DATA_INTEGRITY = "data-integrity"
_SOURCE = "OB 3.0 §AchievementCredential; VC-DI §4.6"
_TOKEN_SOURCE = "OB 3.0 §8.2"
_READ = Check("input", Outcome.PASSED, None, "The input was read completely.", "RFC 8259; OB 3.0 §Document Formats")
_WELL_FORMED = Check(
    "structure",
    Outcome.PASSED,
    None,
    "The badge has the parts of a credential, and every one of its members has a defined meaning.",
    _SOURCE,
)
_PLAIN = Check(
    "structure",
    Outcome.PASSED,
    None,
    "The credential has the parts of an SD-JWT VC. It is plain JSON: what its members mean, its type says.",
    "draft-ietf-oauth-sd-jwt-vc §3.2",
)
_ABOUT_TIME = frozenset({"nbf", "exp", "iat"})
_CANONICAL = CRYPTOSUITES["eddsa-rdfc-2022"]


class Presented(Struct, frozen=True):
    """A credential whose form is in order.

    document: the credential as policy reads it, with its embedded proofs. hashed: it without them.
    format: ``data-integrity``, ``vc-jwt``, ``vc-jose`` or ``sd-jwt``. time_problems: what a token's times contradict.
    is_on_record: it is, byte for byte but for its signature, a token that the house has issued.
    """

    intake: Intake
    format: str
    document: JsonObject
    hashed: HashedDocument
    time_problems: tuple[Invalid, ...] = ()
    is_on_record: bool = False

    @property
    def is_linked_data(self) -> bool:
        """Whether contexts say what the members mean: of everything but an SD-JWT VC of the IETF's kind."""
        return self.format != "sd-jwt" or "@context" in self.document

    def content_sha256(self) -> str:
        """SHA-256 (hex) of the canonical N-Quads of the credential without proofs.

        Errors: as `HashedDocument.hash`.
        """
        return self.hashed.hash(_CANONICAL, "sha256").hex()


def present(intake: Intake, kind: Kind, visit: Visit, findings: Findings) -> Presented | None:
    """Add the rows `input` and `structure`; None when the form is not in order.

    Tokens of the house itself may name a key under its plain http address on loopback.
    Errors: Refused ``ld.too_complex`` and what else is dearer than the limits.
    """
    findings.add(_READ)
    presented = _embedded(intake, visit.tools.reader) if intake.token is None else _token(intake, kind, visit, findings)
    if presented is None:
        return None
    _check_structure(presented, kind, findings, visit.tools.own)
    if findings.has_failed:
        return None
    return presented


def _embedded(intake: Intake, reader: Reader) -> Presented:
    return Presented(intake, DATA_INTEGRITY, intake.presented, HashedDocument(_unsecured(intake.presented), reader))


def _token(intake: Intake, kind: Kind, visit: Visit, findings: Findings) -> Presented | None:
    """Header and claims of a token; several things may be wrong at once, and each is said."""
    assert intake.token is not None
    own = visit.tools.own
    is_selective = intake.sd_jwt is not None
    format_: JwtForm = "sd-jwt" if is_selective else "vc-jwt"
    try:
        format_ = check_header(intake.token.header, http_origins=_http_origins(own), is_selective=is_selective)
    except Invalid as problem:
        findings.add_problem("structure", problem, _TOKEN_SOURCE)
    try:
        document = credential_of_sd_jwt(intake.presented) if is_selective else credential_of(intake.presented)
    except Invalid as problem:
        findings.add_problem("structure", problem, _TOKEN_SOURCE)
        return None
    problems = list(claim_problems(intake.presented, document, format_))
    if kind is Kind.STATUS_LIST:  # no badge, so that the claims of one need not be there (VC-JOSE-COSE §3.1.3)
        problems = [problem for problem in problems if problem.code != "jose.claims_missing"]
    if is_selective:
        problems += type_problems(intake.token.header, intake.presented)
    if "iss" in intake.token.header and intake.token.header["iss"] != issuer_id(document):
        problems.append(Invalid("jose.claims_mismatch", "The header names another issuer than the credential.", "iss"))
    about_time = [one for one in problems if one.where in _ABOUT_TIME and one.code != "jose.claims_missing"]
    for one in problems:
        if one not in about_time:
            findings.add_problem("structure", one, _TOKEN_SOURCE)
    hashed = HashedDocument(_unsecured(document), visit.tools.reader)
    return Presented(intake, format_, document, hashed, tuple(about_time), _is_on_record(intake.token, document, visit))


def _is_on_record(token: CompactJws, document: JsonObject, visit: Visit) -> bool:
    own, credential_id = visit.tools.own, document.get("id")
    if own is None or issuer_id(document) != own.did or not isinstance(credential_id, str):
        return False
    record = visit.own_record(credential_id)
    return record is not None and record.token_sha256 == token.signed_sha256.hex()


def _unsecured(document: JsonObject) -> JsonObject:
    unsecured = document.copy()
    unsecured.pop("proof", None)
    return unsecured


def _http_origins(own: OwnIssuer | None) -> frozenset[str]:
    return frozenset({own.origin}) if own is not None and own.origin.startswith("http://") else frozenset()


def _check_structure(presented: Presented, kind: Kind, findings: Findings, own: OwnIssuer | None) -> None:
    document = presented.document
    for problem in structure_problems(document, kind):
        findings.add_problem("structure", problem, _SOURCE)
    try:
        if check_characters(presented.intake.raw, presented.intake.presented):
            findings.flag("content.bidi_control")
    except Invalid as problem:
        findings.add_problem("structure", problem, "VCDM 2.0 §8; UAX #9")
    if presented.is_linked_data and is_credential(document):
        _check_meaning(presented, findings, own)
    if is_v1(document):
        findings.flag("vcdm.1_1")
    if not findings.problems:
        findings.add(_WELL_FORMED if presented.is_linked_data else _PLAIN)


def _check_meaning(presented: Presented, findings: Findings, own: OwnIssuer | None) -> None:
    """Every member is defined by a pinned context (safe mode).

    A token's signature covers its bytes. There a context that is not known here leaves only the meaning open,
    and known contexts that contradict each other are no harm: early Open Badges contexts redefine what the
    data model 2.0 came to protect. The digest of the content is wanted of embedded proofs and of our own badges,
    but for tokens on record, which were read before they were issued.
    """
    is_token = presented.intake.token is not None
    if presented.is_on_record:
        return
    try:
        if is_token and (own is None or issuer_id(presented.document) != own.did):
            presented.hashed.reader.read(presented.hashed.document)
        else:
            presented.content_sha256()
    except ContextsClash as problem:
        if not is_token:
            findings.add_problem("structure", problem, _SOURCE)
            findings.failed("proof", "sig.invalid", "Nothing can be signed under contexts that contradict.", _SOURCE)
    except Invalid as problem:
        if is_token and problem.code == "ld.context_unknown":
            findings.inconclusive("structure", problem.code, problem.message, _SOURCE)
        else:
            findings.add_problem("structure", problem, _SOURCE)
