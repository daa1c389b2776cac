"""What would be published of evidence: its wording, and its files under names of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from issuer.domain.evidence.files import files_named
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.media_types import OFFICE, TEXT
from issuer.domain.resource import Published, Resource, SharedFile, shared_content

_EXTENSIONS = {
    **{media_type: extension for extension, media_type in (OFFICE | TEXT).items()},
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf", "video/mp4": "mp4",
    "video/quicktime": "mov", "video/webm": "webm", "audio/mpeg": "mp3", "audio/mp4": "m4a",
}  # fmt: skip


def to_publish(
    resource: Resource,
    schema: Mapping[str, Any],
    evidence: Mapping[str, Any],
    files: Iterable[EvidenceFile],
    author: str,
) -> Published:
    """Exactly what everybody would read if this were published now."""
    content = shared_content(schema, evidence, resource.texts, resource.left_out)
    known = {file.id: file for file in files}
    named = dict.fromkeys(id for _, id in files_named(content) if id in known)
    shared = (_shared(known[id], number) for number, id in enumerate(named, 1))
    return Published(resource.title, author, content, tuple(shared))


def _shared(file: EvidenceFile, number: int) -> SharedFile:
    name = f"artifact-{number}.{_EXTENSIONS.get(file.media_type, 'bin')}"
    return SharedFile(file.id, name, file.media_type, file.size_bytes, file.sha256)
