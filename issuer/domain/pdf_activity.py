"""What a PDF may do besides being read: run scripts, start programs, carry files, send forms.

Works on a stream and keeps a few kilobytes. Names are looked for in the file's own text and in its object
streams (ISO 32000-1 §7.5.7), written plainly or with escapes (§7.3.5). What cannot be looked into, such as an
encrypted file, is told as well: it is not counted as harmless.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

MAX_INFLATED_BYTES = 64 * 1024 * 1024
_OVERLAP_BYTES = 256
_HEAD_BYTES = 2_048
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_END = re.compile(rb"endstream")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_DELIMITER = rb"(?=[\s()<>\[\]{}/%])"

SCRIPT = "scripts"
LAUNCH = "commands that start programs"
ATTACHED = "other files inside"
OPENING = "actions that run when it is opened"
MEDIA = "media or 3D content with a player of its own"
FORM = "a form that sends what is typed"
UNREADABLE = "parts that could not be looked into"

_LONG = {
    rb"/JavaScript": SCRIPT, rb"/Launch": LAUNCH, rb"/EmbeddedFiles?": ATTACHED, rb"/RichMedia": MEDIA,
    rb"/SubmitForm": FORM, rb"/ImportData": FORM, rb"/GoToE": ATTACHED,
}  # fmt: skip
"""Names so long that they do not come about by chance in compressed data: looked for everywhere."""
_SHORT = {
    rb"/JS": SCRIPT, rb"/OpenAction(?!\s*\[)": OPENING, rb"/AA": OPENING, rb"/Encrypt": UNREADABLE,
}  # fmt: skip
_EVERYWHERE = tuple((re.compile(name + _DELIMITER), kind) for name, kind in _LONG.items())
_IN_TEXT = tuple((re.compile(name + _DELIMITER), kind) for name, kind in (_SHORT | _LONG).items())


def activity(chunks: Iterable[bytes]) -> tuple[str, ...]:
    """What the file may do, as words for people, in a fixed order; empty for a document that is only read."""
    walk = _Walk()
    for chunk in chunks:
        walk.feed(chunk)
    walk.end()
    order = (SCRIPT, LAUNCH, ATTACHED, OPENING, MEDIA, FORM, UNREADABLE)
    return tuple(kind for kind in order if kind in walk.found)


class _Walk:
    """Goes through a file: its text, and between ``stream`` and ``endstream`` its data."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._held = b""
        self._inside: _Data | None = None
        self._left_bytes = MAX_INFLATED_BYTES

    def feed(self, chunk: bytes) -> None:
        self._held += chunk
        while self._step(at_end=False):
            pass

    def end(self) -> None:
        self._held += b"\n"
        while self._step(at_end=True):
            pass

    def _step(self, at_end: bool) -> bool:
        """Deal with what is held as far as it can be told; False when more bytes are needed."""
        keep = 0 if at_end else _OVERLAP_BYTES
        return self._data(keep) if self._inside else self._text(keep)

    def _text(self, keep: int) -> bool:
        start = _STREAM.search(self._held)
        if start is None:
            self._look(self._held, _IN_TEXT)
            self._held = self._held[-_HEAD_BYTES:] if keep else b""
            return False
        head, self._held = self._held[: start.start()], self._held[start.end() :]
        self._look(head, _IN_TEXT)
        self._inside = _Data(_names(head[-_HEAD_BYTES:].rpartition(b"obj")[2]))
        return True

    def _data(self, keep: int) -> bool:
        assert self._inside is not None
        end = _END.search(self._held)
        size = end.start() if end else max(0, len(self._held) - keep)
        self._take(self._held[:size], self._inside)
        self._held = self._held[end.end() if end else size :]
        if end:
            self._inside = None
        return end is not None

    def _take(self, data: bytes, inside: _Data) -> None:
        self._look(inside.before + data + b"\n", _EVERYWHERE)
        inside.before = data[-_OVERLAP_BYTES:]
        text, is_read = inside.text(data, self._left_bytes)
        self._left_bytes -= len(text)
        if not is_read:
            self.found.add(UNREADABLE)
        if text:
            self._look(inside.text_before + text + b"\n", _IN_TEXT)
            inside.text_before = text[-_OVERLAP_BYTES:]

    def _look(self, text: bytes, names: tuple[tuple[re.Pattern[bytes], str], ...]) -> None:
        plain = _names(text) if b"#" in text else text
        self.found.update(kind for pattern, kind in names if pattern.search(plain))


class _Data:
    """The data of one stream; of an object stream its text."""

    def __init__(self, dictionary: bytes) -> None:
        self.before = b""
        self.text_before = b""
        self._is_objects = b"/ObjStm" in dictionary
        filters = re.findall(rb"/(\w+Decode|Fl|LZW|AHx|A85|RL)\b", dictionary)
        self._is_plain = not filters
        is_read = filters in ([b"FlateDecode"], [b"Fl"]) and b"/Predictor" not in dictionary
        self._inflate = zlib.decompressobj() if self._is_objects and is_read else None

    def text(self, data: bytes, at_most: int) -> tuple[bytes, bool]:
        """The text in `data`, and whether it could be read; nothing of what is no object stream."""
        if not self._is_objects or not data:
            return b"", True
        if self._is_plain:
            return data, True
        if self._inflate is None or at_most <= 0:
            return b"", False
        try:
            text = self._inflate.decompress(data, at_most)
        except zlib.error:
            return b"", False
        return text, not self._inflate.unconsumed_tail


def _names(text: bytes) -> bytes:
    """The text with every escaped character of names written plainly."""
    return _ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), text)
