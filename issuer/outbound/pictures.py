"""Pictures drawn anew by Pillow in a process with little memory, two at once.

Before anything is decoded the size is read from the picture's header and its parts are counted
(`domain.photographs`); the result goes through the same walk, so that nothing but the picture is stored.
"""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from issuer.domain.photographs import MAX_PIXELS, damaged, too_many_pixels, without_metadata
from issuer.errors import Refused, Unavailable
from issuer.services.ports import Redrawn

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S = 20
WAIT_S = 60.0
AT_ONCE = 2
CHUNK_BYTES = 64 * 1024
_WORKER = Path(__file__).with_name("picture_worker.py")
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


class PillowPictures:
    """Fulfils `ports.Pictures`. folder: where a picture lies while it is worked on; private, on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def redrawn(self, media_type: str, chunks: Iterable[bytes]) -> Iterator[Redrawn]:
        """The picture drawn anew, for as long as the context lasts.

        Raises Refused (`upload.type_mismatch`, `upload.type_not_allowed`), Unprocessable
        (`upload.image_dimensions`), Unavailable (`upload.busy`) and whatever `chunks` raises.
        """
        source, result = (self._folder / f"{secrets.token_hex(16)}.{end}" for end in ("sent", "drawn"))
        try:
            _keep(source, chunks)
            had_metadata = _loses_something(media_type, source)
            self._draw(source, result, _FORMATS[media_type])
            yield Redrawn(without_metadata(media_type, _read(result)), had_metadata)
        finally:
            source.unlink(missing_ok=True)
            result.unlink(missing_ok=True)

    def _draw(self, source: Path, result: Path, kind: str) -> None:
        if not self._places.acquire(timeout=WAIT_S):
            raise Unavailable("upload.busy", "Many pictures are being taken in right now. Try again shortly.")
        try:
            limits = (MAX_PIXELS, MEMORY_BYTES, CPU_S)
            command = [sys.executable, "-I", str(_WORKER), str(source), str(result), kind]
            done = subprocess.run(
                [*command, *map(str, limits)], check=False, timeout=2 * CPU_S, env={}, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise damaged() from None
        finally:
            self._places.release()
        if done.stdout == b"pixels":
            raise too_many_pixels()
        if done.stdout == b"moving":
            raise Refused("upload.type_not_allowed", "Moving pictures cannot be attached. Attach a video instead.")
        if done.stdout != b"drawn":
            raise damaged()


def _keep(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _loses_something(media_type: str, path: Path) -> bool:
    """Whether there is more in the file than the picture; raises for one that is not to be decoded."""
    sent, kept = hashlib.sha256(), hashlib.sha256()
    for chunk in without_metadata(media_type, _read(path)):
        kept.update(chunk)
    for chunk in _read(path):
        sent.update(chunk)
    return sent.digest() != kept.digest()
