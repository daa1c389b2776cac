"""SD-JWT, read strictly: the issuer's JWT, the disclosures that open parts of it, and what the holder adds.

Everything here is decided without a key. Source: RFC 9901 §4 (format), §7.1 (processing); the JSON
serialisation (§8) is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256, sha384, sha512
from typing import Any, NamedTuple

from issuer.errors import Invalid, Refused
from issuer.proofs import base64url
from issuer.proofs.jws import MAX_TOKEN_CHARS, CompactJws, read_compact
from issuer.proofs.strict_json import JsonObject, parse_value

HASHES: Mapping[str, Callable[[bytes], Any]] = {"sha-256": sha256, "sha-384": sha384, "sha-512": sha512}
"""What `_sd_alg` may name. Source: RFC 9901 §4.1.1, IANA Named Information Hash Algorithm Registry."""

DIGESTS, DIGEST_ALGORITHM, HIDDEN_ELEMENT = "_sd", "_sd_alg", "..."
RESERVED_NAMES = frozenset({DIGESTS, DIGEST_ALGORITHM, HIDDEN_ELEMENT})
MAX_DISCLOSURES = 256
MAX_DEPTH = 64


class Disclosure(NamedTuple):
    """One part that was opened. name: of the member it is the value of; None for an element of an array."""

    encoded: bytes
    name: str | None
    value: Any


class SdJwt(NamedTuple):
    """An SD-JWT taken apart.

    key_binding: the holder's JWT at its end, None when there is none. presented: the issuer's JWT and the
    disclosures with a tilde after each, which is what the holder's JWT speaks of.
    """

    jws: CompactJws
    disclosures: tuple[Disclosure, ...]
    key_binding: CompactJws | None
    presented: bytes


class Opened(NamedTuple):
    """payload: what the disclosures leave to be seen. places: JSON pointer of every disclosure's part, where an
    element counts as in the issuer's array, hidden ones included."""

    payload: JsonObject
    places: Mapping[bytes, str]


def read_sd_jwt(token: str | bytes) -> SdJwt:
    """Take an SD-JWT, with or without key binding, apart. Nothing is verified.

    Errors: Refused ``jose.malformed``, ``jose.noncanonical_b64``, ``input.too_large``, ``json.*``.
    """
    if len(token) > MAX_TOKEN_CHARS:
        raise Refused("input.too_large", f"A token of more than {MAX_TOKEN_CHARS} characters is not read.")
    if not token.isascii():
        raise Refused("jose.malformed", "An SD-JWT is written in ASCII.")
    encoded = token.encode("ascii") if isinstance(token, str) else bytes(token)
    jwt, *parts = encoded.split(b"~")
    if not parts or b"" in parts[:-1] or len(parts) > MAX_DISCLOSURES + 1:
        raise Refused(
            "jose.malformed",
            f"An SD-JWT has a tilde after its JWT and after each disclosure, at most {MAX_DISCLOSURES}.",
        )
    *disclosed, last = parts
    disclosures = tuple(_disclosure(one) for one in disclosed)
    presented = encoded[: len(encoded) - len(last)]
    return SdJwt(read_compact(jwt), disclosures, read_compact(last) if last else None, presented)


def opened(payload: JsonObject, disclosures: Sequence[Disclosure]) -> Opened:
    """The processed payload: disclosed parts in their places, hidden ones and all digests gone (RFC 9901 §7.1).

    Errors: Invalid ``jose.alg_not_allowed`` (an unknown `_sd_alg`), ``jose.malformed`` (a digest twice, a name
    twice or forbidden, a digest where none may be), ``sig.invalid`` (a disclosure the issuer has not signed);
    Refused ``json.too_deep``.
    """
    digest = digest_of(payload)
    by_digest = {digest(one.encoded): one for one in disclosures}
    opening = _Opening(by_digest)
    processed = opening.members({name: value for name, value in payload.items() if name != DIGEST_ALGORITHM}, "", 1)
    if opening.found != len(by_digest) or len(by_digest) != len(disclosures):
        raise Invalid("sig.invalid", "The badge opens a part that the issuer has not signed.")
    return Opened(processed, opening.places)


def digest_of(payload: JsonObject) -> Callable[[bytes], str]:
    """The digest that a payload's `_sd_alg` names, in base64url. Errors: Invalid ``jose.alg_not_allowed``."""
    name = payload.get(DIGEST_ALGORITHM, "sha-256")
    algorithm = HASHES.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise Invalid("jose.alg_not_allowed", "The digests are of a kind that is not accepted.", DIGEST_ALGORITHM)
    return lambda data: base64url.encode(algorithm(data).digest()).decode("ascii")


class _Opening:
    """One walk over a payload, opening what it meets."""

    def __init__(self, by_digest: Mapping[str, Disclosure]) -> None:
        self._by_digest = by_digest
        self._seen: set[str] = set()
        self.found = 0
        self.places: dict[bytes, str] = {}

    def members(self, members: JsonObject, place: str, depth: int) -> JsonObject:
        if HIDDEN_ELEMENT in members or DIGEST_ALGORITHM in members:
            raise _malformed("A reserved name stands where it has no meaning.", place)
        shown = {
            name: self._value(value, f"{place}/{_token(name)}", depth)
            for name, value in members.items()
            if name != DIGESTS
        }
        for disclosure in self._disclosed(members, place):
            name = disclosure.name
            if name is None or name in shown:
                raise _malformed("A disclosure does not fit the object it belongs to.", place)
            self.places[disclosure.encoded] = inside = f"{place}/{_token(name)}"
            shown[name] = self._value(disclosure.value, inside, depth)
        return shown

    def _disclosed(self, members: JsonObject, place: str) -> Iterable[Disclosure]:
        digests = members.get(DIGESTS, [])
        if not isinstance(digests, list):
            raise _malformed("The digests of an object are no array.", place)
        found = [self._take(digest, place) for digest in digests]
        return [one for one in found if one is not None]

    def _elements(self, elements: list[Any], place: str, depth: int) -> list[Any]:
        shown = []
        for index, element in enumerate(elements):
            inside = f"{place}/{index}"
            if not (isinstance(element, dict) and element.keys() == {HIDDEN_ELEMENT}):
                shown.append(self._value(element, inside, depth))
                continue
            disclosure = self._take(element[HIDDEN_ELEMENT], inside)
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise _malformed("A disclosure does not fit the array it belongs to.", place)
            self.places[disclosure.encoded] = inside
            shown.append(self._value(disclosure.value, inside, depth))
        return shown

    def _value(self, value: Any, place: str, depth: int) -> Any:
        if not isinstance(value, dict | list):
            return value
        if depth >= MAX_DEPTH:
            raise Refused("json.too_deep", f"Arrays and objects are nested more than {MAX_DEPTH} deep.")
        step = self.members if isinstance(value, dict) else self._elements
        return step(value, place, depth + 1)  # type: ignore[arg-type]  # chosen by the type of the value

    def _take(self, digest: Any, place: str) -> Disclosure | None:
        """The disclosure of a digest; None for a part that stays hidden, or was never there."""
        if not isinstance(digest, str):
            raise _malformed("A digest is no text.", place)
        if digest in self._seen:
            raise _malformed("A digest occurs twice.", place)
        self._seen.add(digest)
        disclosure = self._by_digest.get(digest)
        self.found += disclosure is not None
        return disclosure


def _disclosure(encoded: bytes) -> Disclosure:
    """One disclosure, ``[salt, name, value]`` or ``[salt, value]`` (RFC 9901 §4.2)."""
    try:
        content = parse_value(base64url.decode(encoded))
    except ValueError as error:
        raise Refused("jose.noncanonical_b64", "A disclosure is not canonical, unpadded base64url.") from error
    if not isinstance(content, list) or len(content) not in (2, 3) or not isinstance(content[0], str):
        raise Refused("jose.malformed", "A disclosure is no array of a salt, a name and a value.")
    name = content[1] if len(content) == 3 else None
    if name is not None and (not isinstance(name, str) or name in RESERVED_NAMES):
        raise Refused("jose.malformed", "A disclosure has a name that no member may have.")
    if len(content) == 3 and name is None:
        raise Refused("jose.malformed", "A disclosure has a name that is no text.")
    return Disclosure(encoded, name, content[-1])


def _token(name: str) -> str:
    """A name as a reference token of a JSON pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1")


def _malformed(message: str, place: str) -> Invalid:
    return Invalid("jose.malformed", message, place or None)
