"""Files that arrive in pieces, and what lay behind links, in tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from issuer.domain.evidence_file import Upload
from issuer.domain.link_check import LinkCheck, LinkOutcome
from issuer.storage import file_tables

_UPLOAD = file_tables.upload.c
_LINK = file_tables.link_check.c

_ADD = insert(file_tables.upload)
_GET = select(file_tables.upload).where(_UPLOAD.id == bindparam("id_"))
_OF_SUBMISSION = (
    select(file_tables.upload)
    .where(_UPLOAD.submission_id == bindparam("submission"))
    .order_by(_UPLOAD.created_at, _UPLOAD.id)
)
_DELETE = delete(file_tables.upload).where(_UPLOAD.id == bindparam("id_"))
_DELETE_OLDER = delete(file_tables.upload).where(_UPLOAD.created_at < bindparam("before"))
_ANNOUNCED = select(func.coalesce(func.sum(_UPLOAD.size_bytes), 0)).where(_UPLOAD.owner_id == bindparam("owner"))
_IDS = select(_UPLOAD.id)
_LINKS = select(file_tables.link_check).where(_LINK.submission_id == bindparam("submission")).order_by(_LINK.url)
_FORGET_LINK = delete(file_tables.link_check).where(
    _LINK.submission_id == bindparam("submission"), _LINK.url == bindparam("address")
)
_ADD_LINK = insert(file_tables.link_check)


class SqlUploads:
    """Fulfils `ports.Uploads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, upload: Upload) -> None:
        self._connection.execute(_ADD, vars(upload))

    def get(self, id: str) -> Upload | None:
        row = self._connection.execute(_GET, {"id_": id}).one_or_none()
        return None if row is None else Upload(**row._mapping)

    def of_submission(self, submission_id: str) -> list[Upload]:
        rows = self._connection.execute(_OF_SUBMISSION, {"submission": submission_id})
        return [Upload(**row._mapping) for row in rows]

    def delete(self, id: str) -> None:
        self._connection.execute(_DELETE, {"id_": id})

    def delete_older(self, before: datetime) -> None:
        self._connection.execute(_DELETE_OLDER, {"before": before})

    def bytes_announced_by(self, owner_id: str) -> int:
        return int(self._connection.execute(_ANNOUNCED, {"owner": owner_id}).scalar_one())

    def ids(self) -> Iterator[str]:
        return iter(self._connection.execute(_IDS).scalars().all())


class SqlLinkChecks:
    """Fulfils `ports.LinkChecks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, check: LinkCheck) -> None:
        """Keep the answer in place of an earlier one."""
        self._connection.execute(_FORGET_LINK, {"submission": check.submission_id, "address": check.url})
        self._connection.execute(_ADD_LINK, {**vars(check), "outcome": check.outcome.value})

    def of_submission(self, submission_id: str) -> list[LinkCheck]:
        rows = self._connection.execute(_LINKS, {"submission": submission_id})
        return [LinkCheck(**{**row._mapping, "outcome": LinkOutcome(row.outcome)}) for row in rows]
