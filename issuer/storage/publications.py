"""Published documents as files, each replaced as a whole."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from issuer.storage.blobs import NO_ROOM
from issuer.storage.failures import full
from issuer.storage.private_files import make_private_folder, remove_left_behind, replace_durably

_MAX_KEPT = 64
_SETTLED_NS = 1_000_000_000
"""A file younger than this is not kept: one that replaced it at once could look the same."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")


class FilePublications:
    """Fulfils `ports.Publications` in the folder `published` of the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "published"
        self._prefix = f"{self._folder}{os.sep}"
        make_private_folder(self._folder)
        self._kept: dict[str, tuple[_Identity, bytes]] = {}
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
        known = self._kept.get(name)
        try:
            if known is not None and known[0] == _identity(os.stat(self._prefix + name)):
                return known[1]
            return self._read(name) if _NAME.fullmatch(name) else None
        except FileNotFoundError:
            return None

    def _read(self, name: str) -> bytes:
        """The body of a file, kept until it is replaced, by whatever process."""
        with open(self._prefix + name, "rb") as file:
            found, body = os.fstat(file.fileno()), file.read()
        if time.time_ns() - found.st_mtime_ns > _SETTLED_NS:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[name] = (_identity(found), body)
        return body

    def _path(self, name: str) -> Path:
        """Raises ValueError for a name that is no plain file name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"no name for a published document: {name!r}")
        return self._folder / name


_Identity = tuple[int, int, int, int]


def _identity(found: os.stat_result) -> _Identity:
    """What changes when a file is replaced or written to."""
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
