"""Key sets of https issuers: at the well-known place, or where the issuer's metadata point.

Sources: OB 3.0 implementation guide §Key Provenance (`jwks.json`, member `iss`), draft-ietf-oauth-sd-jwt-vc §4
(`jwt-vc-issuer`), RFC 7517 §5.
"""

from __future__ import annotations

from issuer.errors import Invalid
from issuer.proofs.public_keys import PublicKey, from_jwk
from issuer.proofs.strict_json import JsonObject

MAX_JWKS_KEYS = 256
KEY_SET_PATH = "/.well-known/jwks.json"
METADATA_PATH = "/.well-known/jwt-vc-issuer"


def metadata_url(issuer: str) -> str:
    """Where the metadata of the https issuer `issuer` (without query and fragment) stand."""
    scheme, _, rest = issuer.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority}{METADATA_PATH}{slash}{path}".rstrip("/")


def key_set_in(metadata: JsonObject, issuer: str) -> JsonObject | str:
    """The key set in an issuer's metadata, or the address of it.

    Errors: Invalid ``did.id_mismatch``, ``key.malformed``.
    """
    if metadata.get("issuer") != issuer:
        raise Invalid("did.id_mismatch", "The issuer's metadata are about somebody else.", "issuer")
    inside, address = metadata.get("jwks"), metadata.get("jwks_uri")
    if isinstance(inside, dict) and address is None:
        return inside
    if inside is None and isinstance(address, str) and address.startswith("https://"):
        return address
    raise Invalid("key.malformed", "The issuer's metadata hold no one key set.", "jwks")


def key_from_set(key_set: JsonObject, issuer: str, jwk: JsonObject | None, kid: str | None) -> PublicKey:
    """The key of a set that a token's `jwk` or `kid` selects, or its only one.

    A set for several issuers says whose each key is (`iss`).
    Errors: Invalid ``key.malformed``, ``key.weak``, ``key.not_found``, ``key.ambiguous``, ``jose.key_unbound``.
    """
    listed = key_set.get("keys")
    if not isinstance(listed, list) or len(listed) > MAX_JWKS_KEYS:
        raise Invalid("key.malformed", "The issuer's key set is no list of keys.")
    own = [one for one in listed if isinstance(one, dict) and one.get("iss", issuer) == issuer]
    if kid is not None:
        own = [one for one in own if one.get("kid") == kid]
        if not own:
            raise Invalid("key.not_found", "The issuer's key set does not hold the key that signed this.")
    if jwk is None and len(own) != 1:
        raise Invalid("key.ambiguous", "The token does not say which of the issuer's keys signed it.")
    wanted = None if jwk is None else from_jwk(jwk)
    for one in own:
        if wanted is None or _is(one, wanted):
            return from_jwk(one)
    raise Invalid("jose.key_unbound", "The key in the token is not one that the issuer publishes.")


def _is(jwk: JsonObject, wanted: PublicKey) -> bool:
    try:
        return from_jwk(jwk) == wanted
    except Invalid:
        return False  # a broken neighbour says nothing about the key that is looked for
