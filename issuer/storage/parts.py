"""Files that are still arriving, in a folder of their own, found by id; each may be added to only at its end."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from issuer.storage.blobs import CHUNK_BYTES, NO_ROOM
from issuer.storage.failures import full
from issuer.storage.private_files import FILE_MODE, make_private_folder

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FileParts:
    """Fulfils `ports.Parts`: `evidence/arriving/<id>`. Locks hold between processes too."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "evidence" / "arriving"
        make_private_folder(self._folder)

    def size(self, id: str) -> int:
        """Bytes that have arrived; 0 before the first."""
        try:
            return self._path(id).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, id: str, offset: int, data: bytes) -> bool:
        """Add at the end; False, and nothing is added, when that is not at `offset`.

        Raises StorageFull; then nothing was added.
        """
        with self.alone(id):
            path = self._path(id)
            if self.size(id) != offset:
                return False
            try:
                with path.open("ab") as file:
                    file.write(data)
            except OSError as error:
                os.truncate(path, offset)
                if error.errno in NO_ROOM:
                    raise full() from error
                raise
            return True

    def read(self, id: str) -> Iterator[bytes]:
        """What has arrived, in chunks."""
        with self._path(id).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    @contextmanager
    def alone(self, id: str) -> Iterator[None]:
        """While it lasts nobody else adds to this file or completes it."""
        descriptor = os.open(self._folder / f"{self._path(id).name}.lock", os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def delete(self, id: str) -> None:
        """Forget it; nothing happens when it is gone already."""
        for path in (self._path(id), self._folder / f"{id}.lock"):
            path.unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        """The id of everything that lies here."""
        return iter(sorted({path.name.removesuffix(".lock") for path in self._folder.iterdir()}))

    def _path(self, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise ValueError("an upload's id is a UUID")
        return self._folder / id
