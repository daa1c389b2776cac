"""Evidence files in a folder of their own, found by id."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from issuer.errors import NotFound, Refused
from issuer.storage.failures import full
from issuer.storage.private_files import make_private_folder, remove_left_behind, replace_durably

CHUNK_BYTES = 64 * 1024
APART_S = 30 * 24 * 3600
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class FileBlobs:
    """Fulfils `ports.Blobs`: `evidence/ab/cd/abcd….` for the UUID `abcd…`, written whole or not at all."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "evidence"
        self.incoming = data_dir / "evidence" / "incoming"
        self._apart = data_dir / "evidence" / "quarantine"
        make_private_folder(self.incoming)
        remove_left_behind(self.incoming.iterdir())

    def put(self, id: str, chunks: Iterable[bytes], max_bytes: int) -> tuple[int, str]:
        """Store durably; returns (size in bytes, SHA-256 hex).

        Raises Refused (`input.too_large`) beyond `max_bytes`, StorageFull (`storage.full`); then
        nothing is left behind.
        """
        path = self._path(id)
        measured = _Measured(chunks, max_bytes)
        try:
            make_private_folder(path.parent)
            replace_durably(path, measured, self.incoming / secrets.token_hex(16))
        except OSError as error:
            if error.errno in NO_ROOM:
                raise full() from error
            raise
        return measured.size_bytes, measured.digest.hexdigest()

    def size(self, id: str) -> int | None:
        """Size in bytes; None when there is no such file."""
        try:
            return self._path(id).stat().st_size
        except (FileNotFoundError, NotFound):
            return None

    def read(self, id: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes [start, end) in chunks. Raises NotFound at once, not on the first chunk."""
        file = self.open(id)

        def chunks() -> Iterator[bytes]:
            with file:
                position = file.seek(start)
                while chunk := file.read(CHUNK_BYTES if end is None else min(CHUNK_BYTES, max(0, end - position))):
                    position += len(chunk)
                    yield chunk

        return chunks()

    def open(self, id: str) -> BinaryIO:
        """The file, to be read at any place and closed by the caller. Raises NotFound."""
        try:
            return self._path(id).open("rb")
        except FileNotFoundError:
            raise _missing() from None

    def set_apart(self, id: str) -> None:
        """Move the file to `evidence/quarantine`, from where it is never sent."""
        make_private_folder(self._apart)
        with contextlib.suppress(FileNotFoundError):
            self._path(id).replace(self._apart / id)
            os.utime(self._apart / id)

    def forget_set_apart(self) -> None:
        """Remove what has lain there for `APART_S`."""
        if self._apart.exists():
            remove_left_behind(self._apart.iterdir(), APART_S)

    def delete(self, id: str) -> None:
        """Remove the file; nothing happens when it is gone already."""
        self._path(id).unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        """The id of every whole file."""
        return (path.name for path in self._folder.glob("??/??/*") if _ID.fullmatch(path.name))

    def _path(self, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise _missing()
        return self._folder / id[:2] / id[2:4] / id


class _Measured:
    """Chunks passed on while they are counted and hashed."""

    def __init__(self, chunks: Iterable[bytes], max_bytes: int) -> None:
        self._chunks = chunks
        self._max_bytes = max_bytes
        self.size_bytes = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size_bytes += len(chunk)
            if self.size_bytes > self._max_bytes:
                raise Refused("input.too_large", f"A file may have at most {self._max_bytes} bytes.")
            self.digest.update(chunk)
            yield chunk


def _missing() -> NotFound:
    return NotFound("not_found", "There is no such file.")
