"""Data points of a run chart out of a table: pasted from a spreadsheet, or the text of a CSV file.

Two columns, a date or a number in the sequence and the value; or the values alone. Commas, semicolons, tabs or
spaces divide the columns. Everything that had to be decided is told (`notes`), everything that cannot be
read is told at its row (`problems`); nothing is guessed and nothing is calculated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from issuer.domain.evidence.point_cells import (
    Order,
    UnreadableCellError,
    day,
    has_order,
    is_formula,
    number,
    order_shown,
    shown,
)

MAX_POINTS = 1_000
MAX_TABLE_CHARACTERS = 100_000
MAX_PROBLEMS = 20
MAX_SEQUENCE = 1_000_000


class Note(StrEnum):
    """What had to be decided to read the table, the weightiest first."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    DECIMAL_COMMA = "decimal-comma"
    HEADING = "heading"


@dataclass(frozen=True)
class RowProblem:
    """What cannot be read, and in which line of the table (counted from 1; 0: the table as a whole)."""

    row: int
    message: str


@dataclass(frozen=True)
class PointTable:
    """The points of a table, as evidence has them; empty where there are problems."""

    points: tuple[dict[str, Any], ...]
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[Note, ...] = ()


Row = tuple[int, list[str]]


def read_points(text: str, order: Order | None = None) -> PointTable:
    """The points of `text`. order: how dates with strokes are written, where the teacher said so."""
    if len(text) > MAX_TABLE_CHARACTERS:
        return _refused(f"This is too long; {MAX_TABLE_CHARACTERS:,} characters are the most.")
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    has_heading = len(rows) > 1 and _is_heading(rows[0][1])
    rows = rows[1:] if has_heading else rows
    if len(rows) > MAX_POINTS:
        return _refused(f"This has {len(rows):,} rows; {MAX_POINTS:,} points are the most.")
    return _Reader(delimiter, has_heading, order, [cells[0] for _, cells in rows]).table(rows)


def _refused(message: str) -> PointTable:
    return PointTable((), (RowProblem(0, message),))


class _Reader:
    def __init__(self, delimiter: str, has_heading: bool, order: Order | None, first_column: Sequence[str]) -> None:
        self._is_comma_decimal = delimiter != ","
        self._has_heading = has_heading
        self._order = order or order_shown(first_column)
        self._is_order_used = False
        self._is_comma_used = False

    def table(self, rows: Sequence[Row]) -> PointTable:
        points, problems = list[dict[str, Any]](), list[RowProblem]()
        for place, (line, cells) in enumerate(rows, 1):
            try:
                points.append(self._point(cells, place))
            except UnreadableCellError as error:
                problems.append(RowProblem(line, str(error)))
        if problems:
            return PointTable((), tuple(problems[:MAX_PROBLEMS]))
        return PointTable(tuple(points), (), tuple(self._notes()))

    def _point(self, cells: Sequence[str], place: int) -> dict[str, Any]:
        for cell in cells:
            if is_formula(cell):
                raise UnreadableCellError(f"“{shown(cell)}” is a formula. Give the value that it shows.")
        if len(cells) > 2:
            raise UnreadableCellError(
                f"There are {len(cells)} cells. Give two: a date or a number in the sequence, then the value."
            )
        value = self._number(cells[-1])
        return {"sequence": place, "value": value} if len(cells) == 1 else {**self._when(cells[0]), "value": value}

    def _when(self, cell: str) -> dict[str, Any]:
        found = day(cell, self._order)
        if found is not None:
            self._is_order_used = self._is_order_used or has_order(cell)
            return {"date": found.isoformat()}
        if cell.isascii() and cell.isdigit() and int(cell[:20]) <= MAX_SEQUENCE:
            return {"sequence": int(cell)}
        raise UnreadableCellError(f"“{shown(cell)}” is neither a date such as 2026-03-31 nor a number in a sequence.")

    def _number(self, cell: str) -> int | float:
        self._is_comma_used = self._is_comma_used or "," in cell
        return number(cell, self._is_comma_decimal or "," in cell)

    def _notes(self) -> Iterator[Note]:
        if self._is_order_used and self._order is not None:
            yield Note.DAY_FIRST if self._order is Order.DAY_FIRST else Note.MONTH_FIRST
        if self._is_comma_used:
            yield Note.DECIMAL_COMMA
        if self._has_heading:
            yield Note.HEADING


def _delimiter(text: str) -> str:
    """What divides the columns: the first of these that the text has; a space where it has none."""
    return next((mark for mark in "\t;," if mark in text), " ")


def _rows(text: str, delimiter: str) -> list[Row]:
    """The rows with something in them, by the line they stand in, without empty cells at their ends."""
    lines = text.removeprefix("\ufeff").splitlines()
    found = []
    for line_number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in (_quoted(line, delimiter) if delimiter != " " else _spaced(line))]
        while cells and not cells[-1]:
            cells.pop()
        while len(cells) > 2 and not cells[0]:
            cells.pop(0)
        if cells:
            found.append((line_number, cells))
    return found


def _quoted(line: str, delimiter: str) -> list[str]:
    """The cells of one line of CSV (RFC 4180 §2); a quotation mark that is never closed is a character like others."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line.split(delimiter)


def _spaced(line: str) -> list[str]:
    """The value is what follows the last space; the date before it may hold spaces itself."""
    return line.strip().rsplit(None, 1) if line.strip() else []


def _is_heading(cells: Sequence[str]) -> bool:
    """A row of words: no cell holds a digit, and none is a formula."""
    return all(cell and not any(sign.isdigit() for sign in cell) and not is_formula(cell) for cell in cells)
