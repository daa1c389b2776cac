"""Keys that are their own identifier: did:key and did:jwk. Nothing is looked up; nobody vouches for them."""

from __future__ import annotations

from issuer.errors import Invalid, Refused
from issuer.proofs import base64url
from issuer.proofs.public_keys import PublicKey, from_jwk, from_multibase, require_public
from issuer.proofs.strict_json import parse_object

DID_KEY = "did:key:"
DID_JWK = "did:jwk:"
MAX_DID_JWK_CHARS = 8192
_MAX_READ_CHARS = 131_072


def from_did_key(did_url: str) -> PublicKey:
    """The key of ``did:key:zX`` or of its one verification method ``did:key:zX#zX`` (did:key §3).

    Errors: Invalid ``did.malformed``, ``key.malformed``, ``key.weak``.
    """
    name, hash_sign, fragment = did_url.removeprefix(DID_KEY).partition("#")
    if not did_url.startswith(DID_KEY) or not name.startswith("z"):
        raise Invalid("did.malformed", "This is no did:key.")
    if hash_sign and fragment != name:
        raise Invalid("did.malformed", "The fragment of a did:key repeats the key itself.")
    return from_multibase(name)


def from_did_jwk(did_url: str) -> PublicKey:
    """The key of ``did:jwk:…`` or of its one verification method ``did:jwk:…#0``.

    A private key that was given away is said before anything else. Errors: Invalid ``jose.jwk_private``,
    ``did.malformed``, ``key.malformed``, ``key.weak``.
    """
    name, hash_sign, fragment = did_url.removeprefix(DID_JWK).partition("#")
    if not did_url.startswith(DID_JWK) or len(name) > _MAX_READ_CHARS or not name.isascii():
        raise Invalid("did.malformed", "This is no did:jwk, or far too long for one.")
    try:
        jwk = parse_object(base64url.decode(name.encode("ascii")))
    except (Refused, ValueError) as error:
        raise Invalid("did.malformed", "The did:jwk does not hold a JWK in base64url.") from error
    require_public(jwk)
    if len(name) > MAX_DID_JWK_CHARS:
        raise Invalid("did.malformed", "This did:jwk is far too long for a key.")
    if hash_sign and fragment != "0":
        raise Invalid("did.malformed", "The only fragment of a did:jwk is #0.")
    return from_jwk(jwk)
