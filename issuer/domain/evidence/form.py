"""An evidence schema read as a form: what each place is called, and which requirement asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence.finding import Finding, Flaw, Path, pointer

# Places that a teacher fills in as one thing: nothing smaller is reported while they are empty.
ONE_THING = frozenset({"attachment", "attachments", "material", "person", "reflection", "reuse"})


@dataclass(frozen=True)
class Field:
    """One place of the form.

    schema: what the schema says of it, references followed.
    title: its own name; label: its name with those around it (``Cycle 2 › Next steps``).
    requirement, asks: the requirement it answers and the words that ask for it, inherited from around it.
    """

    schema: Mapping[str, Any]
    title: str = ""
    label: str = ""
    requirement: str = ""
    asks: str = ""

    @property
    def widget(self) -> str:
        """The `x-widget` of the place, or an empty text."""
        return str(self.schema.get("x-widget", ""))


class Form:
    """The form that `schema` (an evidence schema, `badge_classes/EVIDENCE.md`) describes."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def field(self, path: Path) -> Field:
        """The place at `path`. What the schema does not know keeps the words of what is around it."""
        field = Field(schema=self._schema)
        for part in path:
            field = self._within(field, part)
        return field

    def _within(self, outer: Field, part: str | int) -> Field:
        schema = self._resolved(_subschema(outer.schema, part))
        title = _item_title(outer, part) if isinstance(part, int) else str(schema.get("title", part))
        above = outer.label.removesuffix(outer.title).removesuffix(" › ") if isinstance(part, int) else outer.label
        return Field(
            schema=schema,
            title=title,
            label=f"{above} › {title}" if above else title,
            requirement=str(schema.get("x-requirement", outer.requirement)),
            asks=str(schema.get("x-asks", outer.asks)),
        )

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        seen = set[str]()
        while (reference := str(schema.get("$ref", ""))) and reference not in seen:
            seen.add(reference)
            definitions = self._schema.get("$defs", {})
            target = definitions.get(reference.removeprefix("#/$defs/"), {})
            schema = {**target, **{name: value for name, value in schema.items() if name != "$ref"}}
        return schema

    def position(self, path: Path) -> tuple[int, ...]:
        """Where `path` stands in the form, for sorting: what comes first on the form comes first."""
        field, position = Field(schema=self._schema), list[int]()
        for part in path:
            names = list(field.schema.get("properties", ()))
            unknown = len(names)
            position.append(part if isinstance(part, int) else names.index(part) if part in names else unknown)
            field = self._within(field, part)
        return tuple(position)

    def finding(self, flaw: Flaw) -> Finding:
        """`flaw` in the words of the form and of the requirement."""
        field = self.field(flaw.path)
        asks = flaw.asks or field.asks
        joint = " " if field.label.endswith("?") else ": "
        detail = flaw.detail[:1].upper() + flaw.detail[1:]
        said = field.label + joint + flaw.detail if field.label else detail
        quoted = f" Asked for: “{asks.rstrip('.:')}”." if asks and asks.casefold() != field.title.casefold() else ""
        return Finding(pointer(flaw.path), flaw.code, flaw.requirement or field.requirement, said + quoted, detail)


def _subschema(schema: Mapping[str, Any], part: str | int) -> Mapping[str, Any]:
    if isinstance(part, int):
        items = schema.get("items")
        return items if isinstance(items, Mapping) else {}
    found = schema.get("properties", {}).get(part)
    return found if isinstance(found, Mapping) else {}


def _item_title(outer: Field, index: int) -> str:
    return f"{outer.schema.get('x-item-title', outer.title)} {index + 1}"
