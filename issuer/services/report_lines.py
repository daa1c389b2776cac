"""Reports on many badges, one line each: as JSON, or as CSV that a spreadsheet reads as text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from issuer.errors import IssuerError
from issuer.verification.report import Outcome, Report

COLUMNS = (
    "item", "verdict", "codes", "flags", "credential", "issuer", "recipient", "achievement", "valid_until",
    "checked_at", "input_sha256",
)  # fmt: skip
_REFUSED = "refused"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PROBLEMS = (Outcome.FAILED, Outcome.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of one item. item: its name or number. report: None when it was refused, by `error`."""

    item: str
    report: Report | None
    error: IssuerError | None = None

    def as_json(self) -> dict[str, Any]:
        """The report with its item; for what was refused, its code and message."""
        if self.report is not None:
            return {"item": self.item, **self.report.as_json()}
        assert self.error is not None
        return {"item": self.item, _REFUSED: {"code": self.error.code, "message": self.error.message}}

    def cells(self) -> tuple[str, ...]:
        """The values of `COLUMNS`, as they are."""
        if self.report is None:
            assert self.error is not None
            return (self.item, _REFUSED, self.error.code, *("" for _ in COLUMNS[3:]))
        found = self.report.as_json()
        about = found["credential"] or {}
        codes = dict.fromkeys(row.code for row in self.report.checks if row.outcome in _PROBLEMS and row.code)
        return (
            self.item, found["verdict"], " ".join(codes), " ".join(self.report.flags), about.get("id") or "",
            _named(about, "issuer", "id"), _named(about, "recipient", "name"), _named(about, "achievement", "name"),
            about.get("valid_until") or "", found["checked_at"], found["input_sha256"],
        )  # fmt: skip


def json_line(line: ReportLine) -> str:
    """One line of NDJSON, with its end."""
    return json.dumps(line.as_json(), ensure_ascii=False) + "\n"


def csv_line(cells: tuple[str, ...]) -> str:
    """One line of CSV (RFC 4180), with its end; no cell begins as a formula does."""
    written = io.StringIO()
    csv.writer(written).writerow([escaped(cell) for cell in cells])
    return written.getvalue()


def escaped(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what would begin a formula, on one line."""
    flat = " ".join(cell.splitlines()) if len(cell.splitlines()) > 1 else cell
    return f"'{flat}" if flat.lstrip(" ").startswith(_FORMULA_STARTS) else flat


def _named(about: dict[str, Any], part: str, member: str) -> str:
    found = about.get(part) or {}
    return found.get(member) or ""
