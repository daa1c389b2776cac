"""A process of its own that reads the fields of one fillable PDF from its input and writes them as JSON.

Run as a script with: most bytes of memory, most seconds. It answers with an object of field names and texts, or with
nothing where there is none to read. It knows nothing of the service. A reader that is led astray ends here.
"""

from __future__ import annotations

import io
import json
import resource
import sys

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_UNREADABLE = (
    PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, MemoryError, RecursionError,
)  # fmt: skip
MAX_FIELDS = 200
MAX_CHARACTERS = 20_000


def bound(memory_bytes: int, cpu_s: int) -> None:
    """No more memory and time than that, and no files, from here on."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fields(body: bytes) -> dict[str, str]:
    """Name → text of the text fields."""
    found = PdfReader(io.BytesIO(body)).get_form_text_fields()
    named = [(str(name)[:200], value) for name, value in found.items() if isinstance(value, str)]
    return {name: value[:MAX_CHARACTERS] for name, value in named[:MAX_FIELDS]}


def main(arguments: list[str]) -> str:
    bound(*(int(one) for one in arguments))
    try:
        return json.dumps(fields(sys.stdin.buffer.read()))
    except _UNREADABLE:
        return ""


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]))
