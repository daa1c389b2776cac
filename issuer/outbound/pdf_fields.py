"""The fields of a fillable PDF, read by pypdf in a process with little memory and time, two at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from issuer.errors import Unavailable

MEMORY_BYTES = 512 * 1024 * 1024
CPU_S = 10
WAIT_S = 20.0
AT_ONCE = 2
_WORKER = Path(__file__).with_name("pdf_fields_worker.py")


class PypdfFields:
    """Fulfils `ports.PdfFields`."""

    def __init__(self) -> None:
        self._places = BoundedSemaphore(AT_ONCE)

    def texts(self, body: bytes) -> dict[str, str]:
        """Name → text; nothing where the PDF has no fields or cannot be read. Raises Unavailable (`upload.busy`)."""
        if not self._places.acquire(timeout=WAIT_S):
            raise Unavailable("upload.busy", "Many files are being read right now. Try again shortly.")
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(_WORKER), str(MEMORY_BYTES), str(CPU_S)], check=False, timeout=2 * CPU_S,
                env={}, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {}
        finally:
            self._places.release()
        return _texts(done.stdout)


def _texts(said: bytes) -> dict[str, str]:
    try:
        found = json.loads(said or b"{}")
    except ValueError:
        return {}
    return {str(name): text for name, text in found.items() if isinstance(text, str)}
