"""Compact JWS, read strictly: one spelling per token, closed lists of algorithms and header members.

RFC 7515 with the narrower rules of Open Badges 3.0 §8.2 and of VC-JOSE-COSE. The JSON serialisations
and JWE are not read. Nothing here fetches, and a header never brings the key it is verified with.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from issuer.errors import Invalid, Refused
from issuer.proofs import base64url
from issuer.proofs.public_keys import PRIVATE_JWK_MEMBERS, PublicKey
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject, parse_object

JwtForm = Literal["vc-jwt", "vc-jose", "sd-jwt"]

SUPPORTED_ALGORITHMS = frozenset({"EdDSA", "Ed25519", "ES256", "ES384", "RS256"})
_OLDER_NAME = {"Ed25519": "EdDSA"}
"""What keys call an algorithm that has a fully specified name by now (RFC 9864 §2.2)."""
MAX_TOKEN_CHARS = 400_000
MAX_HEADER_CHARS = 16_384
MAX_KID_CHARS = 8_192
MAX_KEPT_HEADER_CHARS = 512

_MEMBERS_OF_VC_JWT = frozenset({"alg", "kid", "jwk", "typ"})
_MISLEADING_MEMBERS: dict[JwtForm, frozenset[str]] = {
    "vc-jose": frozenset({"b64", "enc", "jku", "x5c", "x5t", "x5t#S256", "x5u", "zip"}),
    "sd-jwt": frozenset({"b64", "enc", "jku", "x5u", "zip"}),
}
_FORM_OF_TYP: dict[str, JwtForm] = {"jwt": "vc-jwt", "vc+jwt": "vc-jose"}
_FORM_OF_SELECTIVE_TYP: dict[str, JwtForm] = {"vc+sd-jwt": "sd-jwt", "dc+sd-jwt": "sd-jwt"}
_KEY_NAME = re.compile(r"#?[0-9A-Z_a-z-][0-9A-Z._a-z~=-]{0,255}")
_ADDRESS_AS_HOST = re.compile(r"https://(?:\[|[0-9.xXa-fA-F]*[0-9]\.?(?:[:/?#]|$))")
_KID = re.compile(r"(?:https://[A-Za-z0-9.:\[\]-]+(?=[/?#]|$)|did:[a-z0-9]+:)[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]*")


class CompactJws(NamedTuple):
    """A token taken apart.

    header: the protected header. signing_input: the ASCII bytes that are signed; signed_sha256: their SHA-256.
    """

    header: JsonObject
    payload: bytes
    signature: bytes
    signing_input: bytes
    signed_sha256: bytes


def read_compact(token: str | bytes) -> CompactJws:
    """Take a compact JWS apart (RFC 7515 §3.1, §5.2 steps 1 to 5). Nothing is verified.

    Errors: Refused ``jose.malformed``, ``jose.noncanonical_b64``, ``input.too_large``, ``json.*``.
    """
    encoded = _ascii(token)
    signing_input, _, third = encoded.rpartition(b".")
    first, _, second = signing_input.partition(b".")
    if not first or not second or b"." in second or encoded.startswith(b"{"):
        raise Refused("jose.malformed", "A compact JWS has three segments: header, payload and signature.")
    if len(first) > MAX_HEADER_CHARS:
        raise Refused("jose.malformed", "The header of the token is far too long.", "header")
    header = _kept_header(first) if len(first) <= MAX_KEPT_HEADER_CHARS else _header(first)
    payload, signature = _decoded(second, "payload"), _decoded(third, "signature")
    return CompactJws(dict(header), payload, signature, signing_input, sha256(signing_input).digest())


def check_header(
    header: JsonObject,
    allowed: frozenset[str] = SUPPORTED_ALGORITHMS,
    http_origins: frozenset[str] = frozenset(),
    is_selective: bool = False,
) -> JwtForm:
    """Judge the header of a credential before any key is looked for; the form its `typ` announces.

    allowed: JOSE algorithms that are accepted. http_origins: origins such as ``http://localhost:8000``
    under which a `kid` need not be https. is_selective: the token is an SD-JWT. Open Badges allow few members and an
    absolute `kid` only; W3C and IETF tokens may hold more, which is ignored where it is harmless, and a `kid` that is
    a name within the issuer's own keys. Source: OB 3.0 §8.2, VC-JOSE-COSE §3.1, §3.2.1 and §4.1, RFC 8725.
    Errors: Invalid ``jose.crit_unsupported``, ``.alg_not_allowed``, ``.typ_not_allowed``,
    ``.header_not_allowed``, ``.kid_invalid``, ``.jwk_private``.
    """
    try:
        return _kept_judgement(tuple(header.items()), allowed, http_origins, is_selective)
    except TypeError:  # a member that holds an array or object cannot be looked up
        return _judged(header, allowed, http_origins, is_selective)


@lru_cache(maxsize=256)
def _kept_judgement(
    members: tuple[tuple[str, Any], ...], allowed: frozenset[str], http_origins: frozenset[str], is_selective: bool
) -> JwtForm:
    """The form of a header that was found good before."""
    return _judged(dict(members), allowed, http_origins, is_selective)


def _judged(header: JsonObject, allowed: frozenset[str], http_origins: frozenset[str], is_selective: bool) -> JwtForm:
    if "crit" in header:
        raise Invalid("jose.crit_unsupported", "The token demands header extensions that are not known here.", "crit")
    _check_algorithm(header, allowed)
    form = _form(header, is_selective)
    misleading = _MISLEADING_MEMBERS.get(form)
    strangers = header.keys() - _MEMBERS_OF_VC_JWT if misleading is None else header.keys() & misleading
    if strangers or header.get("cty", "vc") not in ("vc", "application/vc"):
        where = min(strangers, default="cty")
        raise Invalid("jose.header_not_allowed", f"The header member {where!a} is not allowed.", where)
    if "kid" in header and not (misleading is not None and _KEY_NAME.fullmatch(header["kid"])):
        _check_kid(header["kid"], http_origins)
    leaked = PRIVATE_JWK_MEMBERS & header.get("jwk", {}).keys()
    if leaked:
        raise Invalid("jose.jwk_private", f"The jwk in the header holds the private member {min(leaked)!r}.", "jwk")
    return form


def verify_signature(jws: CompactJws, key: PublicKey, allowed: frozenset[str] = SUPPORTED_ALGORITHMS) -> None:
    """Check the token's signature under `key` (RFC 7515 §5.2 step 8).

    Errors: Invalid ``jose.alg_not_allowed``, ``jose.key_alg_mismatch``, ``sig.encoding``, ``sig.invalid``.
    """
    _check_algorithm(jws.header, allowed)
    alg: str = jws.header["alg"]
    if not key.verify(jws.signature, jws.signing_input, _OLDER_NAME.get(alg, alg), jws.signed_sha256):
        raise Invalid("sig.invalid", "The signature does not belong to this token and key.")


def sign_compact(encoded_header: bytes, payload: bytes, signer: Signer) -> str:
    """A compact JWS. encoded_header: the header, already in base64url, naming the signer's algorithm."""
    signing_input = encoded_header + b"." + base64url.encode(payload)
    return (signing_input + b"." + base64url.encode(signer.sign(signing_input))).decode("ascii")


def _ascii(token: str | bytes) -> bytes:
    if len(token) > MAX_TOKEN_CHARS:
        raise Refused("input.too_large", f"A token of more than {MAX_TOKEN_CHARS} characters is not read.")
    if not token.isascii():
        raise Refused("jose.malformed", "A compact JWS is written in ASCII.")
    return token.encode("ascii") if isinstance(token, str) else bytes(token)


def _decoded(segment: bytes, where: str) -> bytes:
    try:
        return base64url.decode(segment)
    except ValueError as error:
        raise Refused("jose.noncanonical_b64", f"The {where} is not canonical, unpadded base64url.", where) from error


def _header(segment: bytes) -> JsonObject:
    header = parse_object(_decoded(segment, "header"))
    _check_shapes(header)
    return header


@lru_cache(maxsize=256)
def _kept_header(segment: bytes) -> JsonObject:
    """The header of a segment seen before: one issuer's tokens mostly share theirs."""
    return _header(segment)


def _check_shapes(header: JsonObject) -> None:
    """Refuse header members of the wrong JSON type (RFC 7515 §4.1)."""
    shapes: tuple[tuple[str, type[Any]], ...] = (
        ("kid", str), ("typ", str), ("cty", str), ("iss", str), ("jwk", dict),
    )  # fmt: skip
    for name, shape in shapes:
        if name in header and not isinstance(header[name], shape):
            raise Refused("jose.malformed", f"The header member {name!r} has the wrong type.", name)
    if not isinstance(header.get("alg"), str):
        raise Refused("jose.malformed", "The header names no algorithm.", "alg")
    if len(header.get("kid", "")) > MAX_KID_CHARS:
        raise Refused("jose.malformed", "The kid is far too long.", "kid")


def _check_algorithm(header: JsonObject, allowed: frozenset[str]) -> None:
    if header["alg"] not in allowed:
        raise Invalid("jose.alg_not_allowed", f"The algorithm {header['alg'][:32]!a} is not accepted here.", "alg")


def _form(header: JsonObject, is_selective: bool) -> JwtForm:
    """`typ` is a media type: case does not count, nor a leading ``application/`` (RFC 7515 §4.1.9)."""
    forms, usual = (_FORM_OF_SELECTIVE_TYP, "vc+sd-jwt") if is_selective else (_FORM_OF_TYP, "jwt")
    typ = header.get("typ", usual).lower().removeprefix("application/")
    if typ not in forms:
        raise Invalid("jose.typ_not_allowed", "The token is of another kind than a credential.", "typ")
    return forms[typ]


def _check_kid(kid: str, http_origins: frozenset[str]) -> None:
    own = any(kid.startswith(origin + "/") for origin in http_origins)
    if not _KID.fullmatch(f"https://own/{kid.split('/', 3)[3]}" if own else kid):
        if _ADDRESS_AS_HOST.match(unicodedata.normalize("NFKC", kid[:MAX_KEPT_HEADER_CHARS])):
            raise Invalid(
                "fetch.blocked_address", "The kid is a network address written oddly; it is not asked.", "kid"
            )
        raise Invalid("jose.kid_invalid", "The kid is no absolute https or did URL.", "kid")
