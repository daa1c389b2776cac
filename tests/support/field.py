"""What `tests/field.toml` claims, and the tests that have to show it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLAIMS = ("yes", "partly", "no")


@dataclass(frozen=True)
class Row:
    """One feature. tests: node ids without parameters, ``tests/…/test_x.py::test_y``."""

    section: str
    feature: str
    claim: str
    tests: tuple[str, ...]


def rows(text: str) -> list[Row]:
    return [
        Row(one["section"], one["feature"], one["claim"], tuple(one.get("tests", ())))
        for one in tomllib.loads(text)["row"]
    ]


def claimed() -> list[Row]:
    return rows((ROOT / "tests" / "field.toml").read_text("utf-8"))


def faults(claims: Iterable[Row], root: Path = ROOT) -> Iterator[str]:
    """A sentence for each row whose claim nothing stands behind."""
    seen: set[tuple[str, str]] = set()
    for row in claims:
        if row.claim not in CLAIMS:
            yield f"{row.feature}: {row.claim!r} is no claim"
        if (row.section, row.feature) in seen:
            yield f"{row.feature}: stands there twice"
        seen.add((row.section, row.feature))
        if row.claim != "no" and not row.tests:
            yield f"{row.feature}: claimed without a test"
        yield from (f"{row.feature}: {test} {fault}" for test in row.tests if (fault := _fault(test, root)))


def _fault(test: str, root: Path) -> str:
    path, _, name = test.partition("::")
    if not (root / path).is_file():
        return "is in no file"
    functions = ast.walk(ast.parse((root / path).read_text("utf-8")))
    found = [one for one in functions if isinstance(one, ast.FunctionDef) and one.name == name]
    if not found:
        return "does not exist"
    marks = {ast.unparse(mark) for mark in found[0].decorator_list}
    return "is not meant to pass" if any("skip" in mark or "xfail" in mark for mark in marks) else ""


class Shown:
    """Follows a test run: which claims it left without a passing test."""

    def __init__(self, claims: Iterable[Row]) -> None:
        self._claims = [row for row in claims if row.claim != "no"]
        self._outcomes: dict[str, set[str]] = {}

    def note(self, node_id: str, outcome: str) -> None:
        """One phase of a test; outcome: passed, failed or skipped."""
        self._outcomes.setdefault(node_id.partition("[")[0], set()).add(outcome)

    def unproven(self) -> list[str]:
        """Features of which a test ran and did not pass. What was not chosen to run says nothing."""
        return [
            row.feature
            for row in self._claims
            if any(self._outcomes.get(test, {"passed"}) != {"passed"} for test in row.tests)
        ]
