"""The proof values of ecdsa-sd-2023: what the issuer gives to the holder, and what the holder shows.

Source: VC-DI ECDSA 1.0, section 3.5 "ecdsa-sd-2023 Functions" (serialize and parse, base and derived proof values).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import Invalid, Refused
from issuer.proofs import base64url, cbor, multibase
from issuer.proofs.json_selection import MAX_POINTERS
from issuer.proofs.rdf_canon import CANONICAL_PREFIX

MAX_SIGNATURES = 1_000
MAX_VALUE_BYTES = 128 * 1024
SIGNATURE_BYTES, PUBLIC_KEY_BYTES, HMAC_KEY_BYTES = 64, 35, 32

_BASE, _DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
_LABEL_PREFIX = "_:" + multibase.BASE64URL


@dataclass(frozen=True, slots=True)
class BaseProofValue:
    """public_key: of the key pair made for this proof, as a Multikey's bytes. signatures: by that key, one for
    each statement that is not mandatory, in canonical order. hmac_key: it made the labels of the blank nodes."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def text(self) -> str:
        parts = [self.base_signature, self.public_key, self.hmac_key, self.signatures, self.mandatory_pointers]
        return multibase.encode(_BASE + cbor.encode(parts), multibase.BASE64URL)


@dataclass(frozen=True, slots=True)
class DerivedProofValue:
    """signatures: those of the statements shown. labels: canonical label in the part shown → label in the whole.
    mandatory_indexes: which of the statements shown, in canonical order, are mandatory."""

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: Mapping[str, str]
    mandatory_indexes: tuple[int, ...]

    def text(self) -> str:
        labels = {
            int(canonical.removeprefix(CANONICAL_PREFIX)): base64url.decode(label[len(_LABEL_PREFIX) :].encode())
            for canonical, label in self.labels.items()
        }
        parts = [self.base_signature, self.public_key, self.signatures, labels, self.mandatory_indexes]
        return multibase.encode(_DERIVED + cbor.encode(parts), multibase.BASE64URL)


def secret_label(digest: bytes) -> str:
    """The label of a blank node, whose canonical label has that HMAC."""
    return _LABEL_PREFIX + base64url.encode(digest).decode("ascii")


def read_base(proof_value: str) -> BaseProofValue:
    """Raises Invalid ``sig.encoding`` for what is no base proof value, Refused ``ld.too_complex``."""
    header, parts = _parts(proof_value)
    if header != _BASE:
        raise _malformed("no base proof")
    base_signature, public_key, hmac_key, signatures, pointers = parts
    if not _is_bytes(hmac_key, HMAC_KEY_BYTES) or not isinstance(pointers, list):
        raise _malformed("no HMAC key or no pointers")
    if len(pointers) > MAX_POINTERS or not all(isinstance(pointer, str) for pointer in pointers):
        raise _malformed("pointers that are no text, or too many")
    checked = _signatures(base_signature, public_key, signatures)
    return BaseProofValue(base_signature, public_key, hmac_key, checked, tuple(pointers))


def read_derived(proof_value: str) -> DerivedProofValue:
    """Raises Invalid ``proof.malformed`` for a base proof, ``sig.encoding``; Refused ``ld.too_complex``."""
    header, parts = _parts(proof_value)
    if header == _BASE:
        raise Invalid("proof.malformed", "This is the holder's own copy; what it shows has to be derived from it.")
    base_signature, public_key, signatures, labels, indexes = parts
    checked = _signatures(base_signature, public_key, signatures)
    if not isinstance(indexes, list) or not all(isinstance(index, int) for index in indexes):
        raise _malformed("indexes that are no numbers")
    if len(set(indexes)) != len(indexes):
        raise _malformed("an index that is there twice")
    return DerivedProofValue(base_signature, public_key, checked, _labels(labels), tuple(indexes))


def _labels(labels: Any) -> dict[str, str]:
    """Two nodes with one label would become one: each label is there once."""
    if not isinstance(labels, dict) or not all(isinstance(number, int) for number in labels):
        raise _malformed("no labels")
    if not all(_is_bytes(digest, HMAC_KEY_BYTES) for digest in labels.values()):
        raise _malformed("labels of another length")
    if len(set(labels.values())) != len(labels):
        raise _malformed("a label that is there twice")
    return {f"{CANONICAL_PREFIX}{number}": secret_label(digest) for number, digest in labels.items()}


def _signatures(base_signature: Any, public_key: Any, signatures: Any) -> tuple[bytes, ...]:
    if not _is_bytes(base_signature, SIGNATURE_BYTES) or not _is_bytes(public_key, PUBLIC_KEY_BYTES):
        raise _malformed("a signature or key of another length")
    if not isinstance(signatures, list) or not all(_is_bytes(one, SIGNATURE_BYTES) for one in signatures):
        raise _malformed("signatures of another length")
    if len(signatures) > MAX_SIGNATURES:
        raise Refused("ld.too_complex", f"The proof has more than {MAX_SIGNATURES} signatures.")
    return tuple(signatures)


def _is_bytes(value: Any, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def _parts(proof_value: str) -> tuple[bytes, list[Any]]:
    """The header and the five parts, their kinds unchecked."""
    if not proof_value.startswith(multibase.BASE64URL):
        raise _malformed("no base64url multibase")
    try:
        data = multibase.decode(proof_value, MAX_VALUE_BYTES)
        header, value = data[:3], cbor.decode(data[3:])
    except ValueError as error:
        raise _malformed("not the CBOR of a proof") from error
    if header not in (_BASE, _DERIVED) or not isinstance(value, list) or len(value) != 5:
        raise _malformed("not the parts of a proof")
    return header, value


def _malformed(what: str) -> Invalid:
    return Invalid("sig.encoding", f"The proofValue is none of ecdsa-sd-2023: {what}.", "/proofValue")
