"""Public keys as credentials name them, checked once when they are loaded.

A key arrives as a Multikey (`publicKeyMultibase`; CID 1.0 §2.2.2, VC-DI EdDSA §2.1.1, VC-DI ECDSA
§2.1.1) or as a JWK (RFC 7517, RFC 7518 §6, RFC 8037 §2). Loading costs up to two milliseconds, so
the last keys seen are kept by their text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from issuer.errors import Invalid
from issuer.proofs import base64url, multibase
from issuer.proofs.key_kinds import (
    COORDINATE_BYTES,
    MULTICODEC_PREFIXES,
    KeyKind,
    PublicKey,
    compressed_key,
    ed25519_key,
    elliptic_key,
    rsa_key,
)

__all__ = ["KEYS_KEPT", "PRIVATE_JWK_MEMBERS", "PublicKey", "from_jwk", "from_multibase", "require_public"]

PRIVATE_JWK_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
KEYS_KEPT = 1024
MAX_MULTIKEY_CHARS = 128
MAX_JWK_MEMBER_CHARS = 2048

_CURVES: Mapping[str, KeyKind] = {kind: kind for kind in COORDINATE_BYTES}
_FULLY_SPECIFIED = {"EdDSA": "Ed25519"}  # the newer name a JWK may give (RFC 9864)


def from_multibase(text: str) -> PublicKey:
    """The key in a `publicKeyMultibase`.

    Errors: Invalid ``key.malformed`` (spelling, multicodec, length, off the curve), ``key.weak``.
    """
    if not isinstance(text, str) or len(text) > MAX_MULTIKEY_CHARS:
        raise Invalid("key.malformed", "The publicKeyMultibase is no text, or far too long.")
    return _from_multikey_text(text)


def from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """The key in a public JWK; its `kid` and other annotations are not read.

    Errors: Invalid ``jose.jwk_private`` (the JWK gives a secret away), ``jose.key_alg_mismatch`` (its `alg` is for
    another kind of key), ``key.malformed``, ``key.weak``.
    """
    if not isinstance(jwk, Mapping):
        raise Invalid("key.malformed", "The JWK is no object.")
    require_public(jwk)
    key = _from_jwk_members(*(_member(jwk, name) for name in ("kty", "crv", "x", "y", "n", "e")))
    _check_intent(jwk, key)
    return key


def require_public(jwk: Mapping[str, Any]) -> None:
    """Raises Invalid ``jose.jwk_private`` for a JWK that gives a secret away."""
    leaked = PRIVATE_JWK_MEMBERS & jwk.keys()
    if leaked:
        raise Invalid("jose.jwk_private", f"The JWK holds the private member {min(leaked)!r}.", min(leaked))


def _check_intent(jwk: Mapping[str, Any], key: PublicKey) -> None:
    """Refuse a JWK whose `use`, `key_ops` or `alg` says it is for something else (RFC 7517 §4.2 to §4.4)."""
    if jwk.get("use", "sig") != "sig":
        raise Invalid("key.malformed", "The JWK is not meant for signatures.", "use")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise Invalid("key.malformed", "The JWK is not meant for verifying.", "key_ops")
    if jwk.get("alg", key.alg) not in (key.alg, _FULLY_SPECIFIED.get(key.alg)):
        raise Invalid("jose.key_alg_mismatch", f"The JWK names another algorithm than {key.alg}.", "alg")


def _member(jwk: Mapping[str, Any], name: str) -> str | None:
    value = jwk.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid("key.malformed", f"The JWK member {name!r} is no text.", name)
    if value is not None and len(value) > MAX_JWK_MEMBER_CHARS:
        raise Invalid("key.malformed", f"The JWK member {name!r} is far too long.", name)
    return value


@lru_cache(maxsize=KEYS_KEPT)
def _from_multikey_text(text: str) -> PublicKey:
    if not text.startswith(multibase.BASE58BTC):
        raise Invalid("key.malformed", "The publicKeyMultibase does not begin with z, for base58btc.")
    try:
        data = multibase.decode_base58btc(text[1:])
    except ValueError as error:
        raise Invalid("key.malformed", "The publicKeyMultibase is not base58btc.") from error
    for kind, prefix in MULTICODEC_PREFIXES.items():
        if data.startswith(prefix):
            raw = data[len(prefix) :]
            return ed25519_key(raw) if kind == "Ed25519" else compressed_key(kind, raw)
    raise Invalid("key.malformed", "The publicKeyMultibase names no kind of key that is known here.")


@lru_cache(maxsize=KEYS_KEPT)
def _from_jwk_members(
    kty: str | None, crv: str | None, x: str | None, y: str | None, n: str | None, e: str | None
) -> PublicKey:
    if kty == "OKP" and crv == "Ed25519":
        return ed25519_key(_octets(x, "x"))
    curve = _CURVES.get(crv or "")
    if kty == "EC" and curve is not None:
        return elliptic_key(curve, b"\x04" + _coordinate(x, "x", curve) + _coordinate(y, "y", curve))
    if kty == "RSA":
        return rsa_key(_number(n, "n"), _number(e, "e"))
    raise Invalid("key.malformed", "The JWK is of no kind that is known here.", "kty")


def _octets(value: str | None, name: str) -> bytes:
    try:
        return base64url.decode((value or "").encode("ascii"))
    except ValueError as error:
        raise Invalid("key.malformed", f"The JWK member {name!r} is not base64url.", name) from error


def _coordinate(value: str | None, name: str, crv: KeyKind) -> bytes:
    octets = _octets(value, name)
    if len(octets) != COORDINATE_BYTES[crv]:
        raise Invalid("key.malformed", f"The coordinate {name!r} has the wrong length for {crv}.", name)
    return octets


def _number(value: str | None, name: str) -> int:
    """A Base64urlUInt, which has no leading zero octets (RFC 7518 §2)."""
    octets = _octets(value, name)
    if not octets or octets[0] == 0:
        raise Invalid("key.malformed", f"The JWK member {name!r} is no number in its shortest form.", name)
    return int.from_bytes(octets)
