"""The credential in an SD-JWT: one of the data model 2.0, or an SD-JWT VC that is plain JSON.

Sources: VC-JOSE-COSE §3.2, draft-ietf-oauth-sd-jwt-vc §3.2.2 (`vct`, `cnf`, `status` and what is never hidden).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from issuer.errors import Invalid
from issuer.proofs.registered_claims import REGISTERED_CLAIMS, numeric_date
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp

SD_JWT_VC_TYPE: Final = "dc+sd-jwt"
TOKEN_STATUS = "https://www.iana.org/assignments/jwt#status"
"""Type of the status entry that stands for an SD-JWT VC's `status`, which is no Bitstring status."""

_OWN_CLAIMS = frozenset({"vct", "vct#integrity", "cnf", "status"})
_NEVER_HIDDEN = frozenset({f"/{name}" for name in ("iss", "nbf", "exp", *_OWN_CLAIMS)})


def check_places(places: Iterable[str]) -> None:
    """Refuse disclosures of what an SD-JWT VC never hides. Errors: Invalid ``jose.claims_mismatch``."""
    hidden = _NEVER_HIDDEN.intersection(places)
    if hidden:
        raise Invalid("jose.claims_mismatch", "A claim is left to the holder that everybody has to see.", min(hidden))


def credential_of_sd_jwt(payload: JsonObject) -> JsonObject:
    """The credential in a processed payload, without what belongs to the token.

    An SD-JWT VC without ``@context`` comes in the shape of one of the data model 2.0: `vct` as a type, claims
    about the subject in `credentialSubject`. Errors: Invalid ``time.malformed``.
    """
    claims = {name: value for name, value in payload.items() if name not in REGISTERED_CLAIMS | _OWN_CLAIMS}
    credential = claims if "@context" in payload else _plain(payload, claims)
    if "status" in payload:
        credential = {**credential, "credentialStatus": _with_token_status(credential.get("credentialStatus"))}
    return credential


def type_problems(header: JsonObject, payload: JsonObject) -> Iterator[Invalid]:
    """What is missing for the kind of credential that header and payload announce.

    Codes: ``jose.claims_missing``, ``jose.claims_mismatch``.
    """
    typ = str(header.get("typ", "")).lower().removeprefix("application/")
    vct = payload.get("vct")
    if "vct" in payload and not (isinstance(vct, str) and vct):
        yield Invalid("jose.claims_mismatch", "The type of the credential is no text.", "vct")
    elif "vct" not in payload and (typ == SD_JWT_VC_TYPE or "@context" not in payload):
        yield Invalid("jose.claims_missing", "The credential does not say of what type it is.", "vct")
    for name in ("vc", "vp"):
        if name in payload:
            yield Invalid("jose.claims_mismatch", f"An SD-JWT has no {name} claim.", name)


def _with_token_status(entries: Any) -> Any:
    """The credential's own status entries and one that stands for `status`."""
    entry = {"type": TOKEN_STATUS}
    if entries is None:
        return entry
    return [*entries, entry] if isinstance(entries, list) else [entries, entry]


def _plain(payload: JsonObject, claims: JsonObject) -> JsonObject:
    subject = {"id": payload["sub"], **claims} if "sub" in payload else claims
    credential = {"type": ["VerifiableCredential", payload.get("vct")], "credentialSubject": subject}
    for member, claim in (("id", "jti"), ("issuer", "iss")):
        if claim in payload:
            credential[member] = payload[claim]
    for member, claim in (("validFrom", "nbf"), ("validUntil", "exp")):
        seconds = numeric_date(payload, claim)
        if seconds is not None:
            credential[member] = format_timestamp(datetime.fromtimestamp(seconds, UTC))
    return credential
