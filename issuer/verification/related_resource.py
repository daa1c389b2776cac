"""Digests of related resources: of the right form, and right for every resource that we hold ourselves.

Source: VCDM 2.0 §5.3 "Integrity of Related Resources"; Subresource Integrity §3.5; Multihash for digests that
name their function.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import schemas
from issuer.errors import Invalid
from issuer.proofs import multibase
from issuer.proofs.linked_data_names import is_iri
from issuer.verification.intake import listed
from issuer.verification.structure import V2_CONTEXT

_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})")
_SIZES = {32: "sha256", 48: "sha384", 64: "sha512"}
_MULTIHASHES = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_HELD = frozenset({V2_CONTEXT, "https://w3id.org/security/data-integrity/v2"})
_EARLIER = {
    V2_CONTEXT: frozenset(
        {
            "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9",
            "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0",
        }
    )
}
"""Digests (hexadecimal) of what was published at an address before what stands there now.

The data model's own context was so from July 2024 until the Recommendation (its Candidate Recommendation, appendix
B.1); a digest that was right when a credential was signed is not wrong because the context was mended since.
"""
_WHERE = "/relatedResource"


def related_resource_problems(value: Any) -> Iterator[Invalid]:
    """What is wrong with the related resources of a credential. Codes: ``schema.violation``."""
    seen: set[str] = set()
    for resource in listed(value):
        identifier = resource.get("id") if isinstance(resource, dict) else None
        if not isinstance(identifier, str) or not is_iri(identifier):
            yield _wrong("A related resource is an object with a URL as its id.")
            continue
        if identifier in seen:
            yield _wrong("A related resource is named twice.")
        seen.add(identifier)
        yield from _digest_problems(identifier, resource)


def _digest_problems(identifier: str, resource: dict[str, Any]) -> Iterator[Invalid]:
    stated = [(read, resource[name]) for name, read in _READERS.items() if name in resource]
    if not stated:
        yield _wrong("A related resource has a digestSRI or a digestMultibase.")
    for read, value in stated:
        digest = read(value) if isinstance(value, str) else None
        if digest is None:
            yield _wrong("The digest of a related resource is not one that can be read.")
        elif not _fits(identifier, *digest):
            yield _wrong("The digest of a related resource is not that of the resource.")


def _fits(identifier: str, function: str, digest: bytes) -> bool:
    """Whether the digest is one of the resource; nothing is said against one of a resource that is not held here."""
    held = _held().get(identifier)
    if held is None or hashlib.new(function, held).digest() == digest:
        return True
    return digest.hex() in _EARLIER.get(identifier, ())


def _read_sri(text: str) -> tuple[str, bytes] | None:
    """The digest in base64; published examples leave the `M` before it by which multibase names that encoding."""
    match = _SRI.fullmatch(text)
    if match is None:
        return None
    for encoded in (match[2], match[2].removeprefix("M")):
        try:
            digest = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
        if _SIZES.get(len(digest)) == match[1]:
            return match[1], digest
    return None


def _read_multibase(text: str) -> tuple[str, bytes] | None:
    """A multihash, or the bare digest in multibase, which published examples have."""
    try:
        decoded = multibase.decode(text, 256)
    except ValueError:
        return None
    named = _MULTIHASHES.get(decoded[:2])
    if named is not None and _SIZES.get(len(decoded) - 2) == named:
        return named, decoded[2:]
    name = _SIZES.get(len(decoded))
    return None if name is None else (name, decoded)


_READERS = {"digestSRI": _read_sri, "digestMultibase": _read_multibase}


@cache
def _held() -> dict[str, bytes]:
    """The pinned contexts whose very bytes are the published ones, by address."""
    return {file.url: file.content for file in schemas.contexts() if file.url in _HELD and not file.edition}


def _wrong(message: str) -> Invalid:
    return Invalid("schema.violation", message, _WHERE)
