"""Taking a file in: known by its content, pictures drawn anew, and all looked through for what they do or tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from issuer.domain.evidence_file import FileNote, FileSign
from issuer.domain.media_types import OFFICE, TEXT, Checked, display_name
from issuer.domain.pdf_activity import activity
from issuer.domain.privacy import text_signs
from issuer.domain.privacy.file_text import MAX_CHARACTERS
from issuer.errors import IssuerError, Refused
from issuer.services.office_document import OfficeDocument
from issuer.services.ports import Blobs, Pictures

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
METADATA_REMOVED = FileNote(
    "upload.metadata_removed", "What the camera wrote beside the picture, such as place and time, was taken out."
)
RENAMED = FileNote("upload.renamed", "Parts of its name that have no place in one were left out.")


@dataclass
class Taken:
    """A stored file: its kind, its size and SHA-256 as stored, and what was noticed."""

    media_type: str = ""
    size_bytes: int = 0
    sha256: str = ""
    notes: list[FileNote] = field(default_factory=list)
    signs: tuple[FileSign, ...] = ()


class TakeIn:
    """Stores files of at most `max_file_bytes`; that counts what is sent, also what is left out of a picture."""

    def __init__(self, blobs: Blobs, pictures: Pictures, max_file_bytes: int) -> None:
        self._blobs = blobs
        self._pictures = pictures
        self.max_file_bytes = max_file_bytes

    def store(self, file_id: str, name: str, declared_type: str, chunks: Iterable[bytes], teacher_name: str) -> Taken:
        """Store a file under `file_id`, whole or not at all.

        Raises Refused (`input.too_large`, `input.empty`, `upload.type_not_allowed`, `upload.type_mismatch`,
        `upload.archive`), Unprocessable (`upload.image_dimensions`), StorageFull, Unavailable.
        """
        taken = Taken()
        checked = Checked(_at_most(chunks, self.max_file_bytes), declared_type, name)
        taken.size_bytes, taken.sha256 = self._blobs.put(
            file_id, self._prepared(checked, taken), 2 * self.max_file_bytes
        )
        if display_name(name) != name:
            taken.notes.append(RENAMED)
        try:
            self._look_through(file_id, taken, teacher_name)
        except IssuerError:
            self._blobs.delete(file_id)
            raise
        return taken

    def _prepared(self, checked: Checked, taken: Taken) -> Iterator[bytes]:
        chunks = iter(checked)
        first = next(chunks, b"")
        taken.media_type = checked.media_type
        whole = chain((first,), chunks)
        if taken.media_type not in PICTURES:
            yield from whole
            return
        with self._pictures.redrawn(taken.media_type, whole) as picture:
            if picture.had_metadata:
                taken.notes.append(METADATA_REMOVED)
            yield from picture.chunks

    def _look_through(self, file_id: str, taken: Taken, teacher_name: str) -> None:
        doings: tuple[str, ...] = ()
        text = ""
        if taken.media_type == "application/pdf":
            doings = activity(self._blobs.read(file_id))
        elif taken.media_type in OFFICE.values():
            with self._blobs.open(file_id) as file:
                document = OfficeDocument(file, taken.media_type)
                doings, text = document.activity(), document.text()
        elif taken.media_type in TEXT.values():
            text = b"".join(self._blobs.read(file_id, 0, 4 * MAX_CHARACTERS)).decode("utf-8", "replace")
        if doings:
            taken.notes.append(_flagged(doings))
        if text:
            taken.signs = text_signs(text, teacher_name)


def _flagged(doings: tuple[str, ...]) -> FileNote:
    held = ", ".join(doings)
    return FileNote(
        "upload.flagged_active",
        f"It holds more than text and pictures: {held}. Open it only in a program that asks first.",
    )


def _at_most(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    size_bytes = 0
    for chunk in chunks:
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise Refused("input.too_large", f"A file may have at most {max_bytes / 2**20:.0f} MiB.")
        yield chunk
