"""Versions of drafts in tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from issuer.domain.drafts import DraftVersion, VersionKind, VersionLine
from issuer.storage.draft_tables import draft_version

_VERSION = draft_version.c
_LINE_COLUMNS = [column for column in _VERSION if column.name not in ("evidence", "public_narratives")]
_ADD = insert(draft_version)
_THIS = (_VERSION.submission_id == bindparam("submission"), _VERSION.number == bindparam("version_number"))
_REPLACE = update(draft_version).where(*_THIS)
_GET = select(draft_version).where(*_THIS)
_REMOVE = delete(draft_version).where(*_THIS)
_OF = select(*_LINE_COLUMNS).where(_VERSION.submission_id == bindparam("submission")).order_by(_VERSION.number.desc())
_LAST = (
    select(draft_version)
    .where(_VERSION.submission_id == bindparam("submission"))
    .order_by(_VERSION.number.desc())
    .limit(1)
)


class SqlDrafts:
    """Fulfils `ports.Drafts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: DraftVersion) -> None:
        self._connection.execute(_ADD, _values(version))

    def replace(self, version: DraftVersion) -> None:
        self._connection.execute(_REPLACE, {**_values(version), **_key(version.submission_id, version.number)})

    def get(self, submission_id: str, number: int) -> DraftVersion | None:
        return _as_version(self._connection.execute(_GET, _key(submission_id, number)).one_or_none())

    def last(self, submission_id: str) -> DraftVersion | None:
        return _as_version(self._connection.execute(_LAST, {"submission": submission_id}).one_or_none())

    def lines(self, submission_id: str) -> list[VersionLine]:
        rows = self._connection.execute(_OF, {"submission": submission_id})
        return [VersionLine(**{**row._mapping, "kind": VersionKind(row.kind)}) for row in rows]

    def remove(self, submission_id: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._connection.execute(_REMOVE, _key(submission_id, number))


def _key(submission_id: str, number: int) -> dict[str, Any]:
    return {"submission": submission_id, "version_number": number}


def _values(version: DraftVersion) -> dict[str, Any]:
    return {**vars(version), "kind": version.kind.value}


def _as_version(row: Row[Any] | None) -> DraftVersion | None:
    return None if row is None else DraftVersion(**{**row._mapping, "kind": VersionKind(row.kind)})
