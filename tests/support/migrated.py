"""Databases as the migrations leave them: copied, which takes a tenth of the time of running them again."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from issuer.storage.opening import open_store
from issuer.storage.private_files import FILE_MODE, make_private_folder


def put_migrated(path: Path) -> None:
    """An SQLite database that is up to date and empty, unless there is one already."""
    if not path.exists():
        make_private_folder(path.parent)
        path.write_bytes(_migrated())
        path.chmod(FILE_MODE)


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "issuer.db"
        open_store(f"sqlite:///{path}").close()
        return path.read_bytes()
