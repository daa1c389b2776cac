"""How much work a schema from elsewhere would make, counted before any of it is done.

A small JSON Schema can ask for exponentially many steps: two branches that each refer to the next
definition, or to the whole schema one level deeper in the document. The count here is an upper bound on how
often a subschema is applied to a value. Equal pairs of subschema and value are counted once and looked
up after that, so counting stays cheap where the validation would not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from issuer.errors import Invalid, Undecided

MAX_APPLICATIONS = 200_000
MAX_PAIRS = 50_000
MAX_DEPTH = 150

_ONE_HERE = ("not", "if", "then", "else")
_LIST_HERE = ("allOf", "anyOf", "oneOf")
_MAP_HERE = ("dependentSchemas", "dependencies")
_EVERY_MEMBER = ("additionalProperties", "unevaluatedProperties", "propertyNames")
_EVERY_ENTRY = ("items", "additionalItems", "unevaluatedItems", "contains")
_UNSUPPORTED = ("$dynamicRef", "$dynamicAnchor", "$recursiveAnchor", "$anchor")
_DATA = frozenset({"const", "enum", "default", "examples"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", *_MAP_HERE})

Application = tuple[Any, Any]


class WorkCounter:
    """Counts the applications of one schema's subschemas to one document."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._root = schema
        self._known: dict[tuple[int, int], int] = {}

    def require_bounded(self, document: Any) -> None:
        """Raises Undecided (``schema.untrusted``) when validating `document` could cost too much."""
        if self._count(self._root, document, 0) > MAX_APPLICATIONS:
            raise _too_much()

    def _count(self, schema: Any, value: Any, depth: int) -> int:
        if not isinstance(schema, dict):
            return 1
        pair = (id(schema), id(value))
        if pair in self._known:
            return self._known[pair]
        if depth > MAX_DEPTH or len(self._known) > MAX_PAIRS:
            raise _too_much()
        self._known[pair] = MAX_APPLICATIONS  # what a reference back to itself would cost
        total = 1
        for subschema, target in self._applications(schema, value):
            total = min(total + self._count(subschema, target, depth + 1), MAX_APPLICATIONS + 1)
        self._known[pair] = total
        return total

    def _applications(self, schema: dict[str, Any], value: Any) -> Iterator[Application]:
        for subschema in self._here(schema):
            yield subschema, value
        if isinstance(value, dict):
            yield from _to_members(schema, value)
        elif isinstance(value, list):
            yield from _to_entries(schema, value)

    def _here(self, schema: dict[str, Any]) -> Iterator[Any]:
        yield from (schema[keyword] for keyword in _ONE_HERE if keyword in schema)
        for keyword in _LIST_HERE:
            yield from _listed(schema.get(keyword))
        for keyword in _MAP_HERE:
            yield from _mapped(schema.get(keyword)).values()
        for keyword in ("$ref", "$recursiveRef"):
            if keyword in schema:
                yield resolve(self._root, schema[keyword])


def resolve(root: dict[str, Any], reference: Any) -> Any:
    """What a reference inside `root` (``#`` or ``#/json/pointer``) points at.

    Raises Undecided (``schema.untrusted``) when it points at nothing.
    """
    node: Any = root
    for step in str(reference).removeprefix("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        elif isinstance(node, dict) and name in node:
            node = node[name]
        else:
            raise Undecided("schema.untrusted", "The schema refers to a definition that it does not hold.")
    return node


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object of a schema document in which keywords may stand, the document itself first."""
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.extend(_below(node))


def refuse_remote(schema: dict[str, Any]) -> None:
    """Raises Invalid (``schema.ref_remote``) for a reference that leaves the document, and Undecided
    (``schema.untrusted``) for identifiers and anchors inside it, which this service does not follow.
    """
    for number, node in enumerate(subschemas(schema)):
        for keyword in ("$ref", "$recursiveRef"):
            reference = node.get(keyword, "#")
            if not (isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))):
                raise Invalid("schema.ref_remote", "The schema refers to something outside itself.", keyword)
        dynamic = node.get("$dynamicRef", "#")
        if isinstance(dynamic, str) and not dynamic.startswith("#"):
            raise Invalid("schema.ref_remote", "The schema refers to something outside itself.", "$dynamicRef")
        for keyword in (*_UNSUPPORTED, *(("$id",) if number else ())):
            if isinstance(node.get(keyword), str | bool):
                raise Undecided("schema.untrusted", f"Schemas that use {keyword} are not evaluated here.")


def _below(node: dict[str, Any]) -> Iterator[Any]:
    for keyword, value in node.items():
        if keyword in _NAMED:
            yield from _mapped(value).values()
        elif keyword not in _DATA:
            yield value


def _to_members(schema: dict[str, Any], value: dict[str, Any]) -> Iterator[Application]:
    for name, subschema in _mapped(schema.get("properties")).items():
        if name in value:
            yield subschema, value[name]
    everywhere = [*_mapped(schema.get("patternProperties")).values(), *_present(schema, _EVERY_MEMBER)]
    yield from ((subschema, member) for subschema in everywhere for member in value.values())


def _to_entries(schema: dict[str, Any], value: list[Any]) -> Iterator[Application]:
    for keyword in ("items", "prefixItems"):
        yield from zip(_listed(schema.get(keyword)), value, strict=False)
    everywhere = [subschema for subschema in _present(schema, _EVERY_ENTRY) if not isinstance(subschema, list)]
    yield from ((subschema, entry) for subschema in everywhere for entry in value)


def _present(schema: dict[str, Any], keywords: Iterable[str]) -> list[Any]:
    return [schema[keyword] for keyword in keywords if keyword in schema]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapped(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _too_much() -> Undecided:
    return Undecided("schema.untrusted", "Validating against this schema would take more work than is allowed.")
