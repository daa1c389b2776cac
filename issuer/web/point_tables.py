"""Tables of data points that come with a posted form: pasted text, or an uploaded CSV file."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence import Form
from issuer.domain.evidence.finding import Path
from issuer.domain.evidence.point_cells import Order
from issuer.domain.evidence.point_table import MAX_TABLE_CHARACTERS, PointTable, RowProblem, read_points
from issuer.errors import NotFound
from issuer.web.forms import PostedForm

PASTE = "paste:"
POINTS_FILE = "points-file:"
DATE_ORDER = "date-order:"
MAX_FILE_BYTES = 4 * MAX_TABLE_CHARACTERS
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class SentTable:
    """A table for the points at `name` (a JSON pointer): its text as it came, and what was read."""

    name: str
    text: str
    order: str
    table: PointTable


def sent_tables(form: PostedForm) -> list[SentTable]:
    """Every table that came with the form, in its order; empty ones left out."""
    pasted = [(name.removeprefix(PASTE), text) for name, text in form.texts.items() if name.startswith(PASTE)]
    found = [sent_table(name, text, form.texts.get(DATE_ORDER + name, "")) for name, text in pasted if text.strip()]
    for field, upload in form.files:
        if field.startswith(POINTS_FILE):
            name = field.removeprefix(POINTS_FILE)
            found.append(_of_file(name, upload.file.read(MAX_FILE_BYTES + 1), form.texts.get(DATE_ORDER + name, "")))
    return found


def sent_table(name: str, text: str, order: str) -> SentTable:
    """What is read of one table. order: ``day``, ``month`` or nothing."""
    known = next((one for one in Order if one.value == order), None)
    return SentTable(name, text, order, read_points(text, known))


def readable(tables: Iterable[SentTable]) -> dict[str, list[dict[str, Any]]]:
    """Pointer → the points of its tables that can be read."""
    points: dict[str, list[dict[str, Any]]] = {}
    for one in tables:
        points.setdefault(one.name, []).extend(one.table.points)
    return points


def add_points(form: Form, evidence: dict[str, Any], name: str, points: Iterable[dict[str, Any]]) -> None:
    """Add points to evidence at a pointer. Raises NotFound where the form has no points."""
    path: Path = tuple(name.split("/")[1:])
    if not path or form.field(path).widget != "points":
        raise NotFound("not_found", "This form has no such points.")
    container: Any = evidence
    for part in path[:-1]:
        container = container.setdefault(part, {})
        if not isinstance(container, dict):
            raise NotFound("not_found", "This form has no such points.")
    container[path[-1]] = [*(container.get(path[-1]) or []), *points]


def _of_file(name: str, body: bytes, order: str) -> SentTable:
    problem = _unreadable(body)
    if problem:
        return SentTable(name, "", order, PointTable((), (RowProblem(0, problem),)))
    return sent_table(name, _decoded(body), order)


def _unreadable(body: bytes) -> str:
    if len(body) > MAX_FILE_BYTES:
        return "This file is too large for a table of data points."
    if body.startswith(_WORKBOOK):
        return "This is a workbook. Save the sheet as CSV in your spreadsheet, then upload that file."
    if b"\x00" in body and not body.startswith(_UTF_16):
        return "This file is no table in plain text. Save the sheet as CSV in your spreadsheet."
    return "" if body.strip() else "This file is empty."


def _decoded(body: bytes) -> str:
    """The text, in the encodings in which spreadsheets write CSV."""
    if body.startswith(_UTF_16):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
