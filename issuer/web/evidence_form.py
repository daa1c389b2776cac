"""The HTML form of an evidence schema, as a tree of inputs; `posted_evidence` reads it back.

One generic form for every badge class (`badge_classes/EVIDENCE.md`). An input's name is the JSON
pointer of its place, so a posted form needs no memory of what was rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence import Field, Finding, Form
from issuer.domain.evidence.finding import Path, pointer
from issuer.web.run_chart import RunChart, run_chart

MAX_ROWS = 1_000
_SCALAR_KINDS = {
    "textarea": "textarea", "email": "email", "date": "date", "integer": "number", "number": "number",
    "yes-no": "yes-no", "confirm": "confirm", "choice": "choice", "file": "file", "link": "url",
}  # fmt: skip


_SHORT = frozenset({"text", "date", "number", "yes-no", "confirm", "choice", "email"})


@dataclass(frozen=True)
class Node:
    """One place of the form.

    kind: group, repeat, or the kind of input. value: what is there now (text for inputs).
    children: fields of a group, items of a repeat. at_least: how many items are asked for.
    errors: what is missing here, told when the teacher asked for a check.
    """

    name: str
    kind: str
    title: str
    help: str
    value: Any
    required: bool
    requirement: str
    errors: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    at_least: int = 0
    at_most: int = 0
    item_title: str = ""
    show_if: str = ""
    widget: str = ""
    chart: RunChart | None = None

    @property
    def id(self) -> str:
        """An id for labels and links: the pointer without the characters that need escaping."""
        return "f" + self.name.replace("/", "-")

    def open(self, checked: bool) -> bool:
        """Whether an optional part is shown unfolded: something is in it, or something in it is wrong."""
        return bool(self.value) or (checked and self.has_errors)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(child.has_errors for child in self.children)

    def extras(self, checked: bool) -> tuple[Node, ...]:
        """Of an item's parts those that nobody needs to fill in and nobody has, shown on demand."""
        parts = [part for child in self.children for part in (child.children if child.widget == "person" else (child,))]
        return tuple(part for part in parts if not part.required and not part.open(checked))

    @property
    def is_table(self) -> bool:
        """Whether the items of a repeat read best as rows: short values and people, nothing nested deeper."""
        return (
            bool(self.children)
            and all(
                part.kind in _SHORT or part.widget == "person" or not part.value
                for item in self.children
                for part in (item.children or (item,))
                if item.kind == "group"
            )
            and self.children[0].kind == "group"
            and self.children[0].widget not in ("person", "attachment")
        )

    @property
    def used_columns(self) -> frozenset[str]:
        """Titles of the parts that some item has filled in."""
        return frozenset(part.title for item in self.children for part in item.children if part.value)


def build(
    schema: Mapping[str, Any],
    evidence: Mapping[str, Any],
    findings: Iterable[Finding] = (),
    rows: Mapping[str, int] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Node:
    """The form with the evidence filled in.

    rows: pointer of a repeat → items to show at least. settings: those of the badge class, for its run charts.
    """
    return _Builder(Form(schema), findings, rows or {}, settings or {}).node((), evidence, True)


class _Builder:
    def __init__(
        self, form: Form, findings: Iterable[Finding], rows: Mapping[str, int], settings: Mapping[str, Any]
    ) -> None:
        self._form = form
        self._settings = settings
        self._rows = rows
        self._findings: dict[str, list[str]] = {}
        for finding in findings:
            self._findings.setdefault(finding.pointer, []).append(finding.detail or finding.message)

    def node(self, path: Path, value: Any, required: bool) -> Node:
        field = self._form.field(path)
        if "properties" in field.schema:
            return self._group(path, field, value, required)
        if field.schema.get("type") == "array":
            return self._repeat(path, field, value, required)
        return self._leaf(path, field, value, required)

    def _group(self, path: Path, field: Field, value: Any, required: bool) -> Node:
        known = value if isinstance(value, Mapping) else {}
        needed = {*field.schema.get("required", ()), *_first_alternative(field.schema)}
        children = tuple(
            self.node((*path, name), known.get(name), name in needed) for name in field.schema["properties"]
        )
        holds_points = any(child.widget == "points" for child in children)
        drawn = run_chart(known, self._settings) if holds_points else None
        return self._node(path, field, "group", known, required, children=children, chart=drawn)

    def _repeat(self, path: Path, field: Field, value: Any, required: bool) -> Node:
        items = value if isinstance(value, list) else []
        at_least = int(field.schema.get("minItems", 0)) if required else 0
        at_most = min(int(field.schema.get("maxItems", MAX_ROWS)), MAX_ROWS)
        shown = min(max(len(items), at_least, self._rows.get(pointer(path), 0), 1), at_most)
        filled = [*items, *[None] * (shown - len(items))]
        children = tuple(self.node((*path, place), item, place < at_least) for place, item in enumerate(filled))
        return self._node(
            path, field, "repeat", items, required, children=children, at_least=at_least, at_most=at_most,
            item_title=str(field.schema.get("x-item-title", "Entry")),
        )  # fmt: skip

    def _leaf(self, path: Path, field: Field, value: Any, required: bool) -> Node:
        kind = _SCALAR_KINDS.get(field.widget, "text")
        named = field.schema.get("x-choices", {})
        choices = tuple((str(one), str(named.get(one, one))) for one in field.schema.get("enum", ()))
        return self._node(path, field, kind, _shown(value), required, choices=choices)

    def _node(self, path: Path, field: Field, kind: str, value: Any, required: bool, **more: Any) -> Node:
        name = pointer(path)
        condition = field.schema.get("x-show-if")
        return Node(
            name=name, kind=kind, title=field.title, help=_help(kind, field.schema), value=value,
            required=required, requirement=field.requirement, errors=tuple(self._findings.get(name, ())),
            show_if=_condition(condition), widget=field.widget, **more,
        )  # fmt: skip


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _first_alternative(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Of several ways to fill a group in, the fields of the first: shown unfolded, the others on demand."""
    alternatives = schema.get("oneOf") or schema.get("anyOf") or ()
    return tuple(alternatives[0].get("required", ())) if alternatives else ()


def _condition(condition: object) -> str:
    if not isinstance(condition, Mapping):
        return ""
    answer = {True: "yes", False: "no"}.get(condition.get("is"), str(condition.get("is")))  # type: ignore[arg-type]
    return f"Only if you answered “{answer}” above."


def _help(kind: str, schema: Mapping[str, Any]) -> str:
    """What a schema says about a field; of a file it speaks to software, and the page has words of its own."""
    return "" if kind == "file" else str(schema.get("description", ""))
