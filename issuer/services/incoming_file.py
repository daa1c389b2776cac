"""An evidence file on its way in: bounded, known by its content, without what a camera wrote beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from issuer.domain.media_types import Checked
from issuer.domain.photographs import without_metadata
from issuer.errors import Refused


class IncomingFile:
    """The chunks to store, made while they arrive. `max_bytes` counts what is sent, also what is left out.

    Iterating raises Refused (`input.too_large`, `input.empty`, `upload.type_not_allowed`,
    `upload.type_mismatch`) and Unprocessable (`upload.image_dimensions`).
    """

    def __init__(self, chunks: Iterable[bytes], declared_type: str, name: str, max_bytes: int) -> None:
        self._checked = Checked(_at_most(chunks, max_bytes), declared_type, name)

    @property
    def media_type(self) -> str:
        """What it is; known once the first chunk has passed."""
        return self._checked.media_type

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self._checked)
        first = next(chunks, b"")
        return without_metadata(self._checked.media_type, chain((first,), chunks))


def _at_most(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    size_bytes = 0
    for chunk in chunks:
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise Refused("input.too_large", f"A file may have at most {max_bytes} bytes.")
        yield chunk
