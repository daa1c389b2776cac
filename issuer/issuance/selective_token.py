"""The badge as an SD-JWT VC: a token of which its holder leaves out what they like.

Sources: RFC 9901, draft-ietf-oauth-sd-jwt-vc §3 (`vct` and the type of the token). The payload is the badge itself
with the registered claims beside its members, as in the VC-JWT, so it says neither more nor less.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import jwt

from issuer.credentials.references import names_child
from issuer.credentials.vocabulary import BADGE_TYPE_URL
from issuer.errors import Invalid
from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.issuance.token import SIGNATURE_ONLY
from issuer.proofs import jcs, jws, sd_jwt_making
from issuer.proofs.registered_claims import check_claims, claims_for
from issuer.proofs.sd_jwt import opened, read_sd_jwt
from issuer.proofs.sd_jwt_vc import SD_JWT_VC_TYPE, credential_of_sd_jwt
from issuer.proofs.strict_json import JsonObject, parse_object

MEDIA_TYPE = "application/dc+sd-jwt"
LEFT_TO_THE_HOLDER = (
    "/description",
    "/awardedDate",
    "/evidence",
    "/credentialSubject/name",
    "/credentialSubject/identifier",
    "/credentialSubject/result",
)
"""What may be left out; of lists also single items. The same parts as in `issuer.issuance.selective`."""


def to_be_signed(document: JsonObject, key: SignerWithKid) -> bytes:
    """The JWS signing input, without any signing. Raises Invalid (`jose.*`), Unavailable (`key.unavailable`)."""
    return _secured(document, key, b"").partition(b"~")[0].rpartition(b".")[0]


def sealed(document: JsonObject, tbs: bytes, key: SignerWithKid) -> bytes:
    """The token with all its disclosures. Raises Unavailable (`key.unavailable`)."""
    return _secured(document, key, key.sign(tbs))


def check(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid) -> None:
    """Verify the token with our own reader, claims included. Raises Refused or Invalid."""
    token = read_sd_jwt(body)
    if not hmac.compare_digest(token.jws.signing_input, tbs):
        raise Invalid("sig.invalid", "The token does not hold what was to be signed.")
    jws.verify_signature(token.jws, key.public)
    payload, places = opened(parse_object(token.jws.payload), token.disclosures)
    if credential_of_sd_jwt(payload) != document or set(places.values()) != set(_disclosable(document)):
        raise Invalid("jose.claims_mismatch", "The token holds another credential.")
    check_claims(payload, document, "sd-jwt")


def check_again(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid) -> None:
    """Verify the token with PyJWT and hash the disclosures with the standard library alone. Raises Invalid."""
    token, *disclosures = body.rstrip(b"~").split(b"~")
    try:
        payload = jwt.decode(token, key.public.loaded, algorithms=[key.public.alg], options=SIGNATURE_ONLY)
    except jwt.PyJWTError as error:
        raise Invalid("sig.invalid", "A second reader does not accept the token.") from error
    digests = {base64.urlsafe_b64encode(sha256(one).digest()).rstrip(b"=").decode() for one in disclosures}
    signed = json.dumps([payload, *map(_contents, disclosures)])
    if any(f'"{digest}"' not in signed for digest in digests) or payload.get("jti") != document["id"]:
        raise Invalid("jose.malformed", "A second reader finds another credential in the token.")


def _contents(disclosure: bytes) -> Any:
    return json.loads(base64.urlsafe_b64decode(disclosure + b"=" * (-len(disclosure) % 4)))


def _secured(document: JsonObject, key: SignerWithKid, signature: bytes) -> bytes:
    """`sd_jwt_making` assembles the token; the signature it asks for is given to it."""
    given = NamedSigner(key.signer.alg, key.signer.verification_method, lambda _message: signature)
    payload = {**document, **claims_for(document), "vct": BADGE_TYPE_URL}
    digest = sha256(jcs.canonicalise(document).encode()).digest()
    salts = sd_jwt_making.salts_from(key.secret_for(b"sd-jwt " + digest))
    return sd_jwt_making.secure(payload, set(_disclosable(document)), given, salts, SD_JWT_VC_TYPE, key.kid)


def _disclosable(document: JsonObject) -> Iterator[str]:
    """The pointers of `LEFT_TO_THE_HOLDER` that name something here, and of every item of their lists.

    What a certification is stacked on stays: it stands and falls with that.
    """
    for pointer in LEFT_TO_THE_HOLDER:
        *path, name = pointer[1:].split("/")
        place: JsonObject = document[path[0]] if path else document
        if name not in place:
            continue
        items = place[name] if isinstance(place[name], list) else []
        kept = {number for number, item in enumerate(items) if names_child(item)}
        if not kept:
            yield pointer
        yield from (f"{pointer}/{number}" for number, _ in enumerate(items) if number not in kept)
