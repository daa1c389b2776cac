"""Credentials attached to PDF files: those of our certificates, and of the same files saved by other software.

What the page shows is not read at all. Source: ISO 32000-2 §7.11.3 "File specification dictionaries", §7.11.4
"Embedded file streams".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from issuer.credentials import pdf_syntax as syntax
from issuer.credentials.baking_png import MAX_CREDENTIAL_BYTES
from issuer.credentials.pdf_syntax import Held, Reference, malformed
from issuer.errors import Invalid, Refused

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_ATTACHMENTS = 16
MAX_TRAILERS = 64
MAX_TRAILER_BYTES = 4_096
MAX_READ_BYTES = 65_536
_FILES = b"/EF"
_TELLING = (_FILES, b"/ObjStm", b"/XRef")
_ENDSTREAM = re.compile(rb"[ \t\r\n]{0,2}endstream")
_CREDENTIAL = re.compile(rb"[ \t\r\n]*(?:\{|eyJ)")
_TOO_LARGE = Refused("image.too_large", "What is attached to the PDF is larger than this service reads.")


def extract(data: bytes) -> str:
    """The text of the one credential attached to a PDF; other attachments are passed over.

    Raises Refused ``image.malformed``, ``image.truncated``, ``image.too_large``, ``image.too_many_chunks``,
    ``input.not_utf8``; Invalid ``image.no_credential``, ``image.multiple_credentials``.
    """
    if len(data) > MAX_FILE_BYTES:
        raise Refused("image.too_large", "The PDF is larger than this service reads.")
    if not data.startswith(b"%PDF-"):
        raise malformed("This is no PDF.")
    found = [text for text in _attached(data) if _CREDENTIAL.match(text)]
    if len(found) > 1:
        raise Invalid("image.multiple_credentials", "More than one badge is attached to this PDF.")
    if not found:
        raise Invalid("image.no_credential", "No badge is attached to this PDF.")
    try:
        return found[0].decode()
    except UnicodeDecodeError as error:
        raise Refused("input.not_utf8", "The badge in the PDF is not UTF-8 text.") from error


def _attached(data: bytes) -> Iterator[bytes]:
    places = syntax.object_places(data)
    numbers: dict[int, None] = {}
    for value in _values(data, places):
        numbers.update(dict.fromkeys(_file_numbers(value)))
    if len(numbers) > MAX_ATTACHMENTS:
        raise Refused("image.too_many_chunks", f"The PDF has more than {MAX_ATTACHMENTS} attachments.")
    for number in numbers:
        if number not in places:
            raise malformed("The PDF names an attachment that is not in it.")
        held = syntax.read_object(data, places[number])
        yield _content(data, held, places[number][1], MAX_CREDENTIAL_BYTES)


def _values(data: bytes, places: dict[int, tuple[int, int]]) -> Iterator[Any]:
    """Every object that may name an attachment, those within object streams too."""
    if _is_encrypted(data):
        raise _encrypted()
    streams = read_bytes = 0
    for start, end in places.values():
        head = data[start : min(end, start + syntax.MAX_DICTIONARY_BYTES)]
        if not any(word in head for word in _TELLING):
            continue
        held = syntax.read_object(data, (start, end))
        value = held.value if isinstance(held.value, dict) else {}
        read_bytes += held.ends_at - start
        if read_bytes > MAX_READ_BYTES:
            raise Refused("image.too_many_chunks", "The PDF has more parts than this service reads.")
        if b"/Encrypt" in value:
            raise _encrypted()
        yield value
        if value.get(b"/Type") == b"/ObjStm":
            streams += 1
            if streams > syntax.MAX_OBJECT_STREAMS:
                raise Refused("image.too_many_chunks", "The PDF has more parts than this service reads.")
            body = _content(data, held, end, syntax.MAX_OBJECT_STREAM_BYTES)
            yield from syntax.values_in_stream(body, value, _FILES)


def _file_numbers(value: Any, depth: int = 0) -> Iterator[int]:
    """Numbers of the streams of every file specification within a value."""
    if depth > syntax.MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _file_numbers(item, depth + 1)
    if not isinstance(value, dict):
        return
    files = value.get(b"/EF")
    if isinstance(files, dict):
        yield from (one.number for one in files.values() if isinstance(one, Reference))
    for member in value.values():
        yield from _file_numbers(member, depth + 1)


def _content(data: bytes, held: Held, end: int, max_bytes: int) -> bytes:
    """The bytes of a stream, as they are or out of Flate."""
    if held.stream_at is None or not isinstance(held.value, dict):
        raise malformed("The PDF names an attachment that is none.")
    closes = _end_of(data, held, end)
    raw = data[held.stream_at : closes]
    filters = held.value.get(b"/Filter", [])
    filters = filters if isinstance(filters, list) else [filters]
    if not filters and len(raw) > max_bytes:
        raise _TOO_LARGE
    if not filters:
        return raw
    if filters != [b"/FlateDecode"] or b"/DecodeParms" in held.value:
        raise malformed("An attachment of the PDF is packed in a way that is not read here.")
    return syntax.inflated(raw, max_bytes, _TOO_LARGE)


def _end_of(data: bytes, held: Held, end: int) -> int:
    """Where a stream ends: by its length where that is said beside it, else at the word that ends it."""
    assert held.stream_at is not None  # the caller has looked
    length = held.value.get(b"/Length")
    if isinstance(length, bytes) and length.isdigit() and len(length) < 9:
        closes = held.stream_at + int(length)
        if _ENDSTREAM.match(data, closes):
            return closes
    closes = data.find(b"endstream", held.stream_at)
    if closes < 0:
        raise Refused("image.truncated", "The PDF is cut off.")
    return closes


def _is_encrypted(data: bytes) -> bool:
    """Whether one of the last trailers says so; a cross-reference stream says it in its own dictionary."""
    at = len(data)
    for _ in range(MAX_TRAILERS):
        at = data.rfind(b"trailer", 0, at)
        if at < 0:
            return False
        if b"/Encrypt" in data[at : at + MAX_TRAILER_BYTES].partition(b"startxref")[0]:
            return True
    raise Refused("image.too_many_chunks", f"The PDF was changed more than {MAX_TRAILERS} times.")


def _encrypted() -> Invalid:
    return Invalid("image.no_credential", "The PDF is encrypted, so that nothing attached to it can be read.")
