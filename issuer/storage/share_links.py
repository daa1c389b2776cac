"""Share links in a table."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from issuer.domain.share_link import ShareLink
from issuer.storage.share_tables import share_link

_LINK = share_link.c
_ADD = insert(share_link)
_BY_TOKEN = select(share_link).where(_LINK.token_sha256 == bindparam("token_sha256_"))
_OF_AWARD = select(share_link).where(_LINK.award_id == bindparam("award_id_")).order_by(_LINK.created_at, _LINK.id)
_END = update(share_link).where(_LINK.id == bindparam("id_"))
_COUNT = update(share_link).where(_LINK.id == bindparam("id_")).values(views=_LINK.views + 1)


class SqlShareLinks:
    """Fulfils `sharing_ports.ShareLinks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: ShareLink) -> None:
        self._connection.execute(_ADD, {**vars(link)})

    def by_token(self, token_sha256: str) -> ShareLink | None:
        row = self._connection.execute(_BY_TOKEN, {"token_sha256_": token_sha256}).one_or_none()
        return None if row is None else ShareLink(**row._mapping)

    def of_award(self, award_id: str) -> list[ShareLink]:
        rows = self._connection.execute(_OF_AWARD, {"award_id_": award_id})
        return [ShareLink(**row._mapping) for row in rows]

    def end(self, link: ShareLink) -> None:
        self._connection.execute(_END, {"id_": link.id, "ended_at": link.ended_at})

    def count_view(self, id: str) -> None:
        self._connection.execute(_COUNT, {"id_": id})
