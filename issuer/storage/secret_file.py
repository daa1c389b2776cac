"""A secret that this installation made for itself and keeps beside what it protects."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from issuer.storage.private_files import replace_durably

SECRET_BYTES = 32


def kept_secret(path: Path) -> bytes:
    """The secret in the file, made at the first call; of several processes at once one makes it for all."""
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        replace_durably(fresh, [secrets.token_bytes(SECRET_BYTES)], fresh.with_suffix(".part"))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
