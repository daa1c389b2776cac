"""Work that a teacher shares: from approved evidence to exactly what everybody will read.

The evidence stays as it was judged. What is published is a copy, in which the author may put a text otherwise, and
leave parts out. A badge class says that its evidence is to be posted by asking for `agree_to_posting`.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from issuer.domain.evidence import Form
from issuer.domain.evidence.finding import Path, pointer
from issuer.domain.evidence.folding import fold
from issuer.domain.evidence.places import place, walk
from issuer.errors import Unprocessable

AGREEMENT = "agree_to_posting"
MAX_TITLE_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 20_000
_NOT_SHARED = frozenset({"confirm", "reflection"})
_UNWRITTEN = frozenset({"link", "date", "file"})


class SortOrder(StrEnum):
    """How resources are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


@dataclass(frozen=True)
class SharedFile:
    """A published file: under a name of ours, since the teacher's may tell of students."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Published:
    """Exactly what everybody reads. content: a part of the evidence, in the shape of its schema."""

    title: str
    author: str
    content: dict[str, Any]
    files: tuple[SharedFile, ...]

    @property
    def digest(self) -> str:
        """SHA-256 hex of all of it: what the author looked at is what is published."""
        whole = [self.title, self.author, self.content, [vars(one) for one in self.files]]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def search_text(self) -> str:
        """Every word of it, folded."""
        texts = (value for _, value in walk(self.content) if isinstance(value, str))
        return fold(" ".join((self.title, self.author, *texts)))


@dataclass(frozen=True)
class Resource:
    """What a teacher shares of one approved submission.

    texts: JSON pointer into the evidence → the wording to publish there. left_out: pointers of parts that are not
    published. published: what everybody reads now, None while nobody does.
    """

    id: str
    submission_id: str
    owner_id: str
    achievement: str
    version: int
    title: str
    texts: dict[str, str]
    left_out: tuple[str, ...]
    updated_at: datetime
    revision: int = 1
    published: Published | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Piece:
    """One place of what may be shared. text: what stands there; kind: ``text``, ``file``, ``link`` or ``item``."""

    pointer: str
    kind: str
    label: str
    text: str = field(repr=False)


def is_shareable(schema: Mapping[str, Any] | None) -> bool:
    """Whether evidence of this schema is meant to be posted for others."""
    return AGREEMENT in (schema or {}).get("properties", {})


def shared_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an evidence schema that is shared: neither the agreements nor the reflection form."""
    form = Form(schema)
    kept = {
        name: value for name, value in schema["properties"].items() if form.field((name,)).widget not in _NOT_SHARED
    }
    return {**schema, "properties": kept, "required": [one for one in schema.get("required", ()) if one in kept]}


def pieces(schema: Mapping[str, Any], evidence: Mapping[str, Any]) -> Iterator[Piece]:
    """What may be put otherwise (texts) and what may be left out (items of lists, files, links), in order."""
    form = Form(shared_schema(schema))
    shared = {name: value for name, value in evidence.items() if name in form.field(()).schema["properties"]}
    for path, value in walk(shared):
        known = form.field(path)
        if isinstance(value, str) and path[-1:] in (("file",), ("link",)):
            yield Piece(pointer(path[:-1]), str(path[-1]), form.field(path[:-1]).label, value)
        elif isinstance(value, str) and known.widget not in _UNWRITTEN and "enum" not in known.schema:
            yield Piece(pointer(path), "text", known.label, value)
        elif len(path) == 2 and isinstance(path[1], int):
            yield Piece(pointer(path), "item", known.label, "")


def checked_changes(
    schema: Mapping[str, Any], evidence: Mapping[str, Any], texts: Mapping[str, str], left_out: Collection[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The changes that differ from the evidence.

    Raises Unprocessable (`input.invalid`) for places that are not there.
    """
    known = list(pieces(schema, evidence))
    written = {one.pointer: one.text for one in known if one.kind == "text"}
    optional = {one.pointer for one in known if one.kind != "text"}
    for where, text in texts.items():
        if where not in written:
            raise Unprocessable("input.invalid", "There is no text in this place.", f"/texts{where}")
        if len(text) > MAX_TEXT_CHARACTERS:
            raise Unprocessable("input.invalid", "This text is too long.", f"/texts{where}")
    for where in left_out:
        if where not in optional:
            raise Unprocessable("input.invalid", "This part cannot be left out.", f"/left_out{where}")
    changed = {where: text for where, text in texts.items() if text != written[where]}
    return changed, tuple(sorted(set(left_out)))


def shared_content(
    schema: Mapping[str, Any], evidence: Mapping[str, Any], texts: Mapping[str, str], left_out: Collection[str]
) -> dict[str, Any]:
    """The evidence as it would be published: other wordings in their places, without what is left out."""
    names = shared_schema(schema)["properties"]
    content = copy.deepcopy({name: evidence[name] for name in names if name in evidence})
    for where, text in texts.items():
        _put(content, where, text)
    gone = [found[0] for where in left_out if (found := place(content, where)) is not None]
    for path in sorted(gone, key=_last_first, reverse=True):
        _take_out(content, path)
    return content


def kept_pieces(
    schema: Mapping[str, Any], evidence: Mapping[str, Any], texts: Mapping[str, str], left_out: Collection[str]
) -> tuple[Piece, ...]:
    """What would be published, piece by piece, at the pointers of the evidence and in its other wording."""
    return tuple(
        replace(one, text=texts.get(one.pointer, one.text)) if one.kind == "text" else one
        for one in pieces(schema, evidence)
        if not any(one.pointer == gone or one.pointer.startswith(gone + "/") for gone in left_out)
    )


def _put(content: dict[str, Any], where: str, text: str) -> None:
    found = place(content, where)
    if found is not None:
        container = _container(content, found[0])
        container[found[0][-1]] = text


def _take_out(content: dict[str, Any], path: Path) -> None:
    container = _container(content, path)
    if not isinstance(container, list) or len(container) > 1:
        del container[path[-1]]
        return
    _take_out(content, path[:-1])


def _container(content: dict[str, Any], path: Path) -> Any:
    container: Any = content
    for part in path[:-1]:
        container = container[part]
    return container


def _last_first(path: Path) -> tuple[tuple[int, str], ...]:
    """Sorts later places of a list behind earlier ones, so that taking out from the end moves nothing."""
    return tuple((part, "") if isinstance(part, int) else (0, part) for part in path)
