"""Folders and files that only the service's own user can read."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
LEFT_BEHIND_AFTER_S = 3_600
"""No upload lasts so long: a half-written file of that age belongs to a process that is gone."""


def make_private_folder(path: Path) -> None:
    """Create the folder, and those above it that are missing, with mode 0700; existing ones stay as they are."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            sync_folder(folder.parent)


def make_private_file(path: Path) -> None:
    """Create the file when it is missing; mode 0600 in any case.

    One that is there is not opened: closing it again would end every lock that this process holds on it
    (POSIX advisory locks), also those of a database that is in use.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE))
    path.chmod(FILE_MODE)


def sync_folder(path: Path) -> None:
    """Make names created, renamed or removed in the folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(path: Path, chunks: Iterable[bytes], temporary: Path) -> None:
    """Write a file whole or not at all: to `temporary` in the same file system, synced, then renamed."""
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_left_behind(temporaries: Iterable[Path], after_s: int = LEFT_BEHIND_AFTER_S) -> None:
    """Remove those half-written files that are old enough to be nobody's."""
    latest = time.time() - after_s
    for path in list(temporaries):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < latest:
                path.unlink()
