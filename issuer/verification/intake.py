"""Bytes and their media type → the credential inside, read strictly, before anything is believed.

What is no credential, or would cost more than the limits, is refused here: nothing is looked up for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from issuer.credentials import baked_open_badges_2, baking_png, baking_svg, pdf_attachment
from issuer.errors import Invalid, Refused
from issuer.proofs.compact_json import write_compact
from issuer.proofs.jws import CompactJws, read_compact
from issuer.proofs.sd_jwt import SdJwt, opened, read_sd_jwt
from issuer.proofs.sd_jwt_vc import check_places
from issuer.proofs.strict_json import JsonObject, parse_object

JSON_MEDIA_TYPES = frozenset({"application/json", "application/ld+json", "application/vc", "application/vc+ld+json"})
TOKEN_MEDIA_TYPES = frozenset(
    {
        "text/plain",
        "application/jwt",
        "application/vc+jwt",
        "application/vc+sd-jwt",
        "application/dc+sd-jwt",
        "application/sd-jwt",
    }
)
IMAGES: Mapping[str, tuple[str, Callable[[bytes], str]]] = {
    "image/png": ("png", baking_png.extract),
    "image/svg+xml": ("svg", baking_svg.extract),
    "application/pdf": ("pdf", pdf_attachment.extract),
}
"""Media type of what carries a credential beside something to look at → carrier and what takes its text out."""

_OTHER_IMAGES: Mapping[str, Mapping[str, Callable[[bytes], str]]] = {
    "clrcredential": {
        "image/png": lambda image: baking_png.extract(image, baking_png.RECORD_KEYWORD),
        "image/svg+xml": lambda image: baking_svg.extract(image, baking_svg.RECORD_NAMESPACE),
    },
    "openbadges": {
        "image/png": baked_open_badges_2.extract_from_png,
        "image/svg+xml": baked_open_badges_2.extract_from_svg,
    },
}
"""Learner records, and badges of the edition before: by what the image names them with."""
_LINKS = (b"https://", b"http://")

MAX_PROOFS = 8
MAX_STATUS_ENTRIES = 4
MAX_STATUS_HOSTS = 2
_ENVELOPE = "EnvelopedVerifiableCredential"
_ENVELOPED = frozenset({"data:application/vc+jwt", "data:application/vc+sd-jwt", "data:application/dc+sd-jwt"})
_V2_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_WHITE_SPACE = b" \t\r\n"
_UTF8_BOM, _UTF16_BOMS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_OTHER_JOSE = frozenset({"payload", "protected", "ciphertext", "signatures", "recipients"})


class Intake(Struct, frozen=True):
    """One presented credential.

    carrier: ``json``, ``token``, ``png``, ``svg``, ``pdf``. raw: the JSON text it was read from.
    presented: that JSON parsed: the credential with its embedded proofs, or the payload of `token`.
    token: the compact JWS, None for embedded proofs alone. sd_jwt: all of a token that can be shown in parts;
    raw and presented are then what it shows. link: where the badge stands, when an image (Open Badges 2.0) names
    only that; presented is then empty. is_baked: it was taken out of an image, whatever that was sent as.
    """

    carrier: str
    raw: bytes
    presented: JsonObject
    token: CompactJws | None
    sd_jwt: SdJwt | None = None
    link: str | None = None
    is_baked: bool = False


def carrier_of(media_type: str) -> str:
    """The carrier a media type (lower case, without parameters) stands for.

    Errors: Refused ``input.media_type``.
    """
    if media_type in JSON_MEDIA_TYPES:
        return "json"
    if media_type in TOKEN_MEDIA_TYPES:
        return "token"
    if media_type in IMAGES:
        return IMAGES[media_type][0]
    raise Refused("input.media_type", "Send a badge as JSON, as a token, as a baked PNG or SVG image, or as our PDF.")


def take_in(data: bytes, media_type: str) -> Intake:
    """Read what was sent.

    Errors: Refused ``input.*``, ``json.*``, ``jose.*``, ``image.*``, ``proof.too_many``,
    ``status.too_many``; Invalid ``image.no_credential``, ``image.multiple_credentials``.
    """
    carrier = carrier_of(media_type)
    if not data or data.isspace():
        raise Refused("input.empty", "There is nothing here to read.")
    if carrier == "json":
        return read_json(data, carrier)
    if carrier == "token":
        return read_token(data.strip(_WHITE_SPACE), carrier)
    text = _baked(data, media_type).strip().encode()
    if text.lower().startswith(_LINKS):
        return Intake(carrier, text, {}, None, link=text.decode(), is_baked=True)
    intake = read_json(text, carrier) if text.startswith(b"{") else read_token(text, carrier)
    return replace(intake, is_baked=True)


def _baked(image: bytes, media_type: str) -> str:
    """The text baked into an image: a badge, a learner record, or a badge of the edition before."""
    try:
        return IMAGES[media_type][1](image)
    except Invalid as problem:
        other = _OTHER_IMAGES.get(problem.where or "")
        if other is None:
            raise
        return other[media_type](image)


def read_json(data: bytes, carrier: str) -> Intake:
    """A credential with embedded proofs, or a token in the envelope that presentations use."""
    document = parse_object(data)
    enveloped = _token_in(document)
    if enveloped is not None:
        return read_token(enveloped, carrier)
    if "@context" not in document and document.keys() & _OTHER_JOSE:
        raise Refused("jose.malformed", "A token is read in its compact form only.")
    check_bounds(document)
    return Intake(carrier, data, document, None)


def read_token(token: bytes, carrier: str) -> Intake:
    """A credential secured as a compact JWS, or as an SD-JWT.

    Errors: Refused; Invalid for an SD-JWT whose disclosures do not fit it (as `sd_jwt.opened`).
    """
    _check_encoding(token)
    if b"~" in token:
        return _read_sd_jwt(token, carrier)
    jws = read_compact(token)
    payload = _payload(jws)
    check_bounds(payload)
    inner = payload.get("vc")
    if isinstance(inner, dict):
        check_bounds(inner)
    return Intake(carrier, jws.payload, payload, jws)


def _check_encoding(token: bytes) -> None:
    """A token in another encoding is told what is wrong with it, as JSON is."""
    if token.startswith(_UTF8_BOM):
        raise Refused("input.bom", "The token begins with a byte order mark; it is sent without one.")
    if token.startswith(_UTF16_BOMS) or b"\0" in token[:4]:
        raise Refused("input.not_utf8", "The token is in UTF-16 or UTF-32; it is sent as plain ASCII.")


def _read_sd_jwt(token: bytes, carrier: str) -> Intake:
    sd_jwt = read_sd_jwt(token)
    payload, places = opened(_payload(sd_jwt.jws), sd_jwt.disclosures)
    check_places(places.values())
    check_bounds(payload)
    return Intake(carrier, write_compact(payload), payload, sd_jwt.jws, sd_jwt)


def _payload(jws: CompactJws) -> JsonObject:
    try:
        return parse_object(jws.payload)
    except Refused as refused:
        if refused.code == "input.bom":
            raise Refused("input.not_utf8", "The payload begins with a byte order mark.") from refused
        raise


def _token_in(document: JsonObject) -> bytes | None:
    """The token of an EnvelopedVerifiableCredential (VCDM 2.0 §4.13.1), which is nothing but a data: URL.

    None for anything that is not exactly that.
    """
    if document.get("type") not in (_ENVELOPE, [_ENVELOPE]) or not document.keys() <= {"@context", "id", "type"}:
        return None
    media_type, comma, token = str(document.get("id")).partition(",")
    known = media_type.lower() in _ENVELOPED and document.get("@context") in (_V2_CONTEXT, [_V2_CONTEXT])
    return token.encode("ascii", "replace") if comma and known else None


def check_bounds(document: JsonObject) -> None:
    """Refuse envelopes inside, and more proofs or status entries than are ever looked at."""
    types = listed(document.get("type"))
    if _ENVELOPE in types or "EnvelopedVerifiablePresentation" in types:
        raise Refused("input.nested_envelope", "The credential sits inside another envelope. Send what is inside.")
    if len(listed(document.get("proof"))) > MAX_PROOFS:
        raise Refused("proof.too_many", f"No more than {MAX_PROOFS} proofs are looked at.", "proof")
    entries = listed(document.get("credentialStatus"))
    if len(entries) > MAX_STATUS_ENTRIES or len(_hosts(entries)) > MAX_STATUS_HOSTS:
        raise Refused(
            "status.too_many",
            f"No more than {MAX_STATUS_ENTRIES} status entries on {MAX_STATUS_HOSTS} servers are looked at.",
            "credentialStatus",
        )


def listed(value: Any) -> list[Any]:
    """A member that may be absent, single or an array, as a list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def listed_texts(value: Any) -> list[str]:
    """The texts among `listed`."""
    return [item for item in listed(value) if isinstance(item, str)]


def _hosts(entries: list[Any]) -> set[str]:
    if len(entries) < 2:
        return set()
    urls = [entry.get("statusListCredential", entry.get("id")) for entry in entries if isinstance(entry, dict)]
    return {_host(url) for url in urls if isinstance(url, str)}


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url
