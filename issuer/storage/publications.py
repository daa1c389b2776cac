"""Published documents as files, each replaced as a whole."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from issuer.storage.blobs import NO_ROOM
from issuer.storage.failures import full
from issuer.storage.private_files import make_private_folder, remove_left_behind, replace_durably

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")


class FilePublications:
    """Fulfils `ports.Publications` in the folder `published` of the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "published"
        make_private_folder(self._folder)
        remove_left_behind(self._folder.glob(".*.new"))

    def put(self, name: str, body: bytes) -> None:
        """Replace the document durably; readers see the old or the new one. Raises StorageFull."""
        try:
            replace_durably(self._path(name), [body], self._folder / f".{secrets.token_hex(8)}.new")
        except OSError as error:
            if error.errno in NO_ROOM:
                raise full() from error
            raise

    def get(self, name: str) -> bytes | None:
        """The document; None when nothing was published under this name."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        """Raises ValueError for a name that is no plain file name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"no name for a published document: {name!r}")
        return self._folder / name
