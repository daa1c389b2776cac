"""The rules of the house that import contracts cannot say: where the clock is read, how modules are named and sized."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

REPOSITORY = Path(__file__).parent.parent
ROOTS = ("issuer", "keys", "schemas", "badge_classes")
PURE = ("errors.py", "proofs", "domain", "credentials", "verification", "issuance")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
MAX_LINES = 300
TYPICAL_MAX_LINES = 120
LONGER_WITH_REASON = {
    "issuer/proofs/linked_data_walk.py": "one walk over a document; its steps call each other and share their state",
    "issuer/web/api_schema.py": "every body that the API is sent or answers, side by side",
    "issuer/services/ports.py": "every port the services need of storage and outside, side by side",
    "issuer/storage/migrations/versions/r0001_tables.py": "one migration creates every table; it is never edited again",
}
CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("time", "perf_counter"), ("time", "sleep"),
}  # fmt: skip


def modules(*places: str) -> Iterator[Path]:
    for place in places:
        path = REPOSITORY / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def lazy_imports(tree: ast.Module) -> list[int]:
    """Lines of imports inside functions, or under an `if` that only type checkers take."""
    inside = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    checking = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"]
    return inside + checking


def clock_reads(tree: ast.Module) -> list[int]:
    """Lines that ask a clock for the time."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in CLOCKS
    ]


def coroutines(tree: ast.Module) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """Every module of the house, by its name, read once."""
    return {name_of(path): ast.parse(path.read_text("utf-8")) for path in modules(*ROOTS)}


def found_in(trees: dict[str, ast.Module], rule: Callable[[ast.Module], list[int]], *places: str) -> list[str]:
    return [f"{name}:{line}" for path in modules(*places) for name in [name_of(path)] for line in rule(trees[name])]


def test_no_import_is_lazy_or_for_types_alone(trees: dict[str, ast.Module]) -> None:
    assert found_in(trees, lazy_imports, *ROOTS) == []


def test_no_rule_reads_a_clock(trees: dict[str, ast.Module]) -> None:
    assert found_in(trees, clock_reads, *(f"issuer/{name}" for name in (*PURE, "services"))) == []


def test_below_the_web_nothing_is_asynchronous(trees: dict[str, ast.Module]) -> None:
    assert found_in(trees, coroutines, *(f"issuer/{name}" for name in (*PURE, "services", "storage"))) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (lazy_imports, "def load():\n    import json\n"),
        (lazy_imports, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json\n"),
        (clock_reads, "import datetime\nnow = datetime.datetime.now()\n"),
        (clock_reads, "from datetime import datetime\ndefault = datetime.now\n"),
        (coroutines, "async def read():\n    pass\n"),
    ],
)
def test_each_rule_finds_its_breach(rule: Callable[[ast.Module], list[int]], source: str) -> None:
    assert rule(ast.parse(source))


def test_modules_are_named_after_what_they_hold() -> None:
    assert [name_of(path) for path in modules(*ROOTS) if path.stem in FORBIDDEN_NAMES] == []


def test_modules_are_short() -> None:
    lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in modules(*ROOTS)}
    assert {name: count for name, count in lines.items() if count > MAX_LINES and name not in LONGER_WITH_REASON} == {}
    assert LONGER_WITH_REASON.keys() <= lines.keys()
    assert median(lines.values()) < TYPICAL_MAX_LINES


def test_functions_are_short(trees: dict[str, ast.Module]) -> None:
    sizes = [
        (node.end_lineno or 0) - node.body[0].lineno + 1
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert median(sizes) < 12
