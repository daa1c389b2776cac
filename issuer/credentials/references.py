"""Naming another of our credentials so that nothing else can take its place: address and digest."""

from __future__ import annotations

from dataclasses import dataclass

from issuer.credentials.text import shortened
from issuer.credentials.urls import PublicUrls
from issuer.credentials.vocabulary import N_QUADS
from issuer.proofs import multibase
from issuer.proofs.strict_json import JsonObject

MAX_NAME_CHARS = 200
_SHA2_256_PREFIX = b"\x12\x20"


@dataclass(frozen=True)
class ChildRef:
    """A badge that a certification is stacked on.

    id: the award's UUID. content_sha256: SHA-256, hex, of its canonical N-Quads without proof.
    """

    id: str
    name: str
    content_sha256: str


@dataclass(frozen=True)
class ReviewedFile:
    """A file that the reviewer saw and whose digest the earner chose to name; the file itself is told by nobody.

    sha256: of its bytes, hex.
    """

    media_type: str
    sha256: str


@dataclass(frozen=True)
class Replaced:
    """The badge a corrected one takes the place of; members as in `ChildRef`."""

    id: str
    content_sha256: str


def digest_multibase(content_sha256: str) -> str:
    """A SHA-256 (hex) as multihash in base64url multibase (VC Data Model 2.0 §5.3, CID 1.0 §2.4 and §2.5)."""
    return multibase.encode(_SHA2_256_PREFIX + bytes.fromhex(content_sha256), base=multibase.BASE64URL)


def names_child(entry: JsonObject) -> bool:
    """Whether an evidence entry names a child: all other evidence is the earner's own."""
    return "digestMultibase" in entry and entry.get("mediaType") == N_QUADS


def child_evidence(child: ChildRef, urls: PublicUrls) -> JsonObject:
    """A badge a certification is stacked on, as its Evidence.

    The media type says what the digest is taken of: the canonical N-Quads without proof, which stay
    the same whatever form the credential is handed round in.
    """
    return {
        "id": urls.credential(child.id),
        "type": ["Evidence"],
        "name": shortened(child.name, MAX_NAME_CHARS),
        "digestMultibase": digest_multibase(child.content_sha256),
        "mediaType": N_QUADS,
    }


def file_evidence(id: str, number: int, file: ReviewedFile) -> JsonObject:
    """A file that was reviewed, as its Evidence: whoever is given the file can tell that it is the very one.

    number: counted from 1. Nothing of the file's own name or content is said.
    """
    return {
        "id": id,
        "type": ["Evidence"],
        "name": f"File {number} that the reviewer saw",
        "digestMultibase": digest_multibase(file.sha256),
        "mediaType": file.media_type,
    }


def reviewed_files(badge: JsonObject) -> list[ReviewedFile]:
    """The files that a badge of ours names."""
    entries = badge.get("evidence") or []
    return [
        ReviewedFile(entry["mediaType"], multibase.decode(entry["digestMultibase"])[len(_SHA2_256_PREFIX) :].hex())
        for entry in entries
        if "digestMultibase" in entry and not names_child(entry)
    ]


def replaced_credential(replaced: Replaced, urls: PublicUrls) -> JsonObject:
    """The badge that a corrected one takes the place of, for `relatedResource`.

    Open Badges 3.0 has no property for it (`related` is for variants of an achievement), but
    `relatedResource` (VC Data Model 2.0 §5.3) names a resource with its digest, is defined by the base
    context, and leaves the official schema satisfied. Its name says in words what the relation is.
    """
    return {
        "id": urls.credential(replaced.id),
        "name": "The earlier badge that this one replaces",
        "digestMultibase": digest_multibase(replaced.content_sha256),
        "mediaType": N_QUADS,
    }
