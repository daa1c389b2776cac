"""Which status index belongs to which badge, and what was published about it, in tables."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, text, update

from issuer.domain.award import Standing, StatusEntry
from issuer.errors import Conflict, NotFound
from issuer.services.ports import PublishedList
from issuer.storage import schema
from issuer.storage.statements import changes, insert_if_free

CAPACITY = 131_072
"""Indexes in one list; the least that a Bitstring Status List may have (section 3.1 there)."""
OPEN_NEXT_AT = CAPACITY // 2
"""A new list begins when so many indexes are used: random choice stays quick and the list stays a crowd."""

_LIST = schema.status_list.c
_PUBLICATION = schema.status_publication.c
_LATEST = select(_LIST.number, _LIST.allocated).order_by(_LIST.number.desc()).limit(1)
_OPEN = insert(schema.status_list)
_ALLOCATE = insert_if_free(schema.status_allocation, "list_number", "list_index")
_COUNT = update(schema.status_list).where(_LIST.number == bindparam("list")).values(allocated=_LIST.allocated + 1)
_NUMBERS = select(_LIST.number).order_by(_LIST.number)
_CHANGE = select(_LIST.change).where(_LIST.number == bindparam("list"))
_TOUCH = update(schema.status_list).where(_LIST.number == bindparam("list")).values(change=_LIST.change + 1)
_INDEXES = text(
    "WITH RECURSIVE later (list_index, id) AS ("
    "SELECT list_index, replaced_by FROM award WHERE list_number = :list AND standing = 'superseded'"
    " UNION ALL SELECT later.list_index, award.replaced_by FROM later JOIN award ON award.id = later.id"
    " WHERE award.standing = 'superseded'"
    ") SELECT list_index FROM award WHERE list_number = :list AND standing = :standing"
    " UNION SELECT later.list_index FROM later JOIN award ON award.id = later.id WHERE award.standing = :standing"
    " ORDER BY list_index"
)
_PUBLISHED = select(schema.status_publication).where(
    _PUBLICATION.list_number == bindparam("list"), _PUBLICATION.purpose == bindparam("purpose_")
)
_FIRST = insert_if_free(schema.status_publication)
_NEXT = update(schema.status_publication).where(
    _PUBLICATION.list_number == bindparam("list"),
    _PUBLICATION.purpose == bindparam("purpose_"),
    _PUBLICATION.serial == bindparam("expected_serial"),
    _PUBLICATION.serial < bindparam("new_serial"),
    _PUBLICATION.valid_from < bindparam("new_valid_from"),
)


class SqlStatusLists:
    """Fulfils `ports.StatusLists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def allocate(self, award_id: str, now: datetime) -> StatusEntry:
        """A random free index; drawn again while the draw is taken, which is at most every second time."""
        number = self._open_list(now)
        while True:
            index = secrets.randbelow(CAPACITY)
            row = {"list_number": number, "list_index": index, "award_id": award_id, "allocated_at": now}
            if changes(self._connection, _ALLOCATE, row):
                self._connection.execute(_COUNT, {"list": number})
                return StatusEntry(number, index)

    def open(self, number: int, now: datetime) -> None:
        self._connection.execute(_OPEN, {"number": number, "opened_at": now, "allocated": 0, "change": 0})

    def numbers(self) -> list[int]:
        return list(self._connection.execute(_NUMBERS).scalars())

    def change(self, list_number: int) -> int:
        found = self._connection.execute(_CHANGE, {"list": list_number}).scalar_one_or_none()
        return int(found or 0)

    def touch(self, list_number: int) -> None:
        """Count one more change. Raises NotFound when there is no such list."""
        if not changes(self._connection, _TOUCH, {"list": list_number}):
            raise NotFound("not_found", "There is no such status list.")

    def set_indexes(self, list_number: int, standing: Standing) -> list[int]:
        """Of the badges that stand so, and of those that were corrected into one that does."""
        values = {"list": list_number, "standing": standing.value}
        return list(self._connection.execute(_INDEXES, values).scalars())

    def published(self, list_number: int, purpose: str) -> PublishedList | None:
        row = self._connection.execute(_PUBLISHED, {"list": list_number, "purpose_": purpose}).one_or_none()
        return None if row is None else PublishedList(**row._mapping)

    def record_published(self, published: PublishedList, expected_serial: int) -> None:
        """Compare and set on the serial (0: first publication).

        Raises Conflict (`state.conflict`) when it has moved on, or when `serial` or `valid_from` would not rise.
        """
        if expected_serial == 0:
            written = changes(self._connection, _FIRST, vars(published))
        else:
            written = changes(self._connection, _NEXT, _key(published, expected_serial))
        if not written:
            raise Conflict("state.conflict", "This status list was published meanwhile.")

    def _open_list(self, now: datetime) -> int:
        latest = self._connection.execute(_LATEST).one_or_none()
        if latest is not None and latest.allocated < OPEN_NEXT_AT:
            return int(latest.number)
        number = 1 if latest is None else int(latest.number) + 1
        self.open(number, now)
        return number


def _key(published: PublishedList, expected_serial: int) -> dict[str, object]:
    values = {name: value for name, value in vars(published).items() if name not in ("list_number", "purpose")}
    return {
        **values,
        "list": published.list_number,
        "purpose_": published.purpose,
        "expected_serial": expected_serial,
        "new_serial": published.serial,
        "new_valid_from": published.valid_from,
    }
