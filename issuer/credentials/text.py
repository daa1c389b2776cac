"""Text as it may be signed.

Canonicalisers disagree on control characters (RDFC-1.0 escapes them, common implementations do not),
and directional overrides let a name show as another; neither has a use in a badge.
"""

from __future__ import annotations

import re

CONTROL_CHARACTERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SURROGATES = re.compile("[\ud800-\udfff]")

_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")


def clean(text: str) -> str:
    """`text` without control characters (lines end in LF, a tab is a space), overrides or lone surrogates."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    for unwanted in (CONTROL_CHARACTERS, BIDI_CONTROLS, SURROGATES):
        lines = unwanted.sub("", lines)
    return lines.strip()


def clean_line(text: str) -> str:
    """`text` cleaned and on one line."""
    return " ".join(clean(text).split())


def shortened(text: str, max_chars: int) -> str:
    """`text` on one line, cut after a whole word with an ellipsis when it is longer than `max_chars`."""
    line = clean_line(text)
    if len(line) <= max_chars:
        return line
    cut = line[: max_chars - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"
