"""The folder keys live in: owner-only files, written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from keys.errors import KeysError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
MAX_FILE_BYTES = 1_048_576
LOCK_NAME = ".lock"
STAGED_SUFFIX = ".new"


class Disk(Protocol):
    """The steps of writing, one by one, so that a test can break off after any of them."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a new owner-only file and flush it to the disk."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Put `source` in the place of `target`, at once."""
        ...

    def flush_folder(self, folder: Path) -> None:
        """Make the folder's names last."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file."""
        ...


class RealDisk:
    """The operating system's own steps."""

    def write(self, path: Path, data: bytes) -> None:
        with suppress(FileNotFoundError):
            path.unlink()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(path, flags, FILE_MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, source: Path, target: Path) -> None:
        source.replace(target)

    def flush_folder(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, path: Path) -> None:
        path.unlink()


class KeyFolder:
    """A folder of mode 0700 whose files are of mode 0600, both of this process's own user.

    Errors of every method: KeysError ``key.permissions``.
    """

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self.path = path
        self._disk = disk or RealDisk()

    def create(self) -> None:
        """Make the folder if there is none yet."""
        self.path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        self.check()

    def check(self) -> None:
        """Refuse a folder that others may enter or that is another user's."""
        with suppress(FileNotFoundError):
            status = self.path.lstat()
            if stat.S_ISDIR(status.st_mode):
                _check_owner(status, self.path)
                return
        raise KeysError("key.not_found", "There is no folder of keys.", str(self.path))

    def read(self, name: str) -> bytes | None:
        """The bytes of the file `name`; None when there is none. A link is refused."""
        path = self.path / name
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeysError("key.permissions", "The file cannot be opened, or is a link.", str(path)) from error
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
                raise KeysError("key.permissions", "This is no plain file, or far too large.", str(path))
            _check_owner(status, path)
            return os.read(handle, MAX_FILE_BYTES)
        finally:
            os.close(handle)

    def write(self, name: str, data: bytes) -> None:
        """Put `data` in the file `name`: after a crash there is the old file or the new one, whole."""
        self.stage(name, data)
        self.settle(name)

    def stage(self, name: str, data: bytes) -> None:
        """Put `data` on the disk under the staged name of `name`, where it does not count yet."""
        self._disk.write(self.path / (name + STAGED_SUFFIX), data)
        self._disk.flush_folder(self.path)

    def settle(self, name: str) -> None:
        """Give what was staged for `name` its own name, in the place of what had it."""
        self._disk.rename(self.path / (name + STAGED_SUFFIX), self.path / name)
        self._disk.flush_folder(self.path)

    def remove(self, name: str) -> None:
        """Remove the file `name` for good."""
        self._disk.remove(self.path / name)
        self._disk.flush_folder(self.path)

    def names(self, suffix: str) -> frozenset[str]:
        """The names of the files that end in `suffix`."""
        return frozenset(path.name for path in self.path.iterdir() if path.name.endswith(suffix))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against other processes: one ceremony at a time."""
        handle = os.open(self.path / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
        try:
            _take_lock(handle, self.path)
            yield
        finally:
            os.close(handle)


def _take_lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise KeysError("key.in_use", "Another process is changing the keys.", str(path)) from error


def _check_owner(status: os.stat_result, path: Path) -> None:
    if status.st_uid != os.geteuid():
        raise KeysError("key.permissions", "This belongs to another user than the service's.", str(path))
    if stat.S_IMODE(status.st_mode) & 0o077:
        shown = f"{stat.S_IMODE(status.st_mode):04o}"
        raise KeysError("key.permissions", f"Others may reach this: its mode is {shown}.", str(path))
