"""Links that do one thing once, and the codes by which teachers register, in tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from issuer.domain.claims import Claim, ClaimKind
from issuer.domain.people import Role
from issuer.storage.schema_accounts import claim, claim_token, join_code
from issuer.storage.statements import changes

_WAITS = (claim.c.used_at.is_(None), claim.c.withdrawn_at.is_(None))
_ADD = insert(claim)
_GET = select(claim).where(claim.c.id == bindparam("id_"))
_ADD_TOKEN = insert(claim_token)
_BY_TOKEN = (
    select(claim)
    .join(claim_token, claim_token.c.claim_id == claim.c.id)
    .where(claim_token.c.token_sha256 == bindparam("token"))
)
_WAITING = (
    select(claim)
    .where(claim.c.kind.in_(bindparam("kinds", expanding=True)), *_WAITS)
    .order_by(claim.c.created_at.desc(), claim.c.id)
    .limit(bindparam("limit"))
)
_CHANGE = update(claim).where(claim.c.id == bindparam("id_"), *_WAITS)
_WITHDRAW_RESETS = update(claim).where(
    claim.c.kind == ClaimKind.RESET.value,
    or_(claim.c.person_id == bindparam("person"), claim.c.email.in_(bindparam("emails", expanding=True))),
    *_WAITS,
)
_EXPIRED = select(claim.c.id).where(claim.c.expires_at < bindparam("before"))
_PURGE_TOKENS = delete(claim_token).where(claim_token.c.claim_id.in_(_EXPIRED))
_PURGE = delete(claim).where(claim.c.expires_at < bindparam("before"))
_CODE = select(join_code.c.code).where(join_code.c.organisation_id == bindparam("organisation"))
_OF_CODE = select(join_code.c.organisation_id).where(join_code.c.code == bindparam("code_"))
_ADD_CODE = insert(join_code)
_SET_CODE = update(join_code).where(join_code.c.organisation_id == bindparam("organisation"))


class SqlClaims:
    """Fulfils `account_ports.Claims`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, claim: Claim) -> None:
        self._connection.execute(_ADD, {**vars(claim), "kind": claim.kind.value, "roles": sorted(claim.roles)})

    def get(self, id: str) -> Claim | None:
        return _claim(self._connection.execute(_GET, {"id_": id}).one_or_none())

    def add_token(self, token_sha256: str, claim_id: str, now: datetime) -> None:
        values = {"token_sha256": token_sha256, "claim_id": claim_id, "created_at": now}
        self._connection.execute(_ADD_TOKEN, values)

    def by_token(self, token_sha256: str) -> Claim | None:
        return _claim(self._connection.execute(_BY_TOKEN, {"token": token_sha256}).one_or_none())

    def use(self, id: str, now: datetime) -> bool:
        """Compare and set; False when it was used or withdrawn meanwhile."""
        return changes(self._connection, _CHANGE, {"id_": id, "used_at": now}) == 1

    def withdraw(self, id: str, now: datetime) -> bool:
        """Compare and set; False when it was used or withdrawn already."""
        return changes(self._connection, _CHANGE, {"id_": id, "withdrawn_at": now}) == 1

    def extend(self, id: str, expires_at: datetime) -> None:
        self._connection.execute(_CHANGE, {"id_": id, "expires_at": expires_at})

    def waiting(self, kinds: Collection[ClaimKind], limit: int) -> list[Claim]:
        """Neither used nor withdrawn, the latest first; also those that have expired."""
        rows = self._connection.execute(_WAITING, {"kinds": sorted(kinds), "limit": limit})
        return [_as_claim(row) for row in rows]

    def withdraw_resets(self, person_id: str, emails: Collection[str], now: datetime) -> None:
        """Links for a new password of this person, or asked for under these addresses, are good for nothing."""
        values = {"person": person_id, "emails": sorted(emails), "withdrawn_at": now}
        self._connection.execute(_WITHDRAW_RESETS, values)

    def purge(self, expired_before: datetime) -> None:
        """Forget those that expired before then, with their links."""
        self._connection.execute(_PURGE_TOKENS, {"before": expired_before})
        self._connection.execute(_PURGE, {"before": expired_before})


class SqlJoinCodes:
    """Fulfils `account_ports.JoinCodes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, organisation_id: str) -> str | None:
        found: str | None = self._connection.execute(_CODE, {"organisation": organisation_id}).scalar_one_or_none()
        return found

    def set(self, organisation_id: str, code: str) -> None:
        if not changes(self._connection, _SET_CODE, {"organisation": organisation_id, "code": code}):
            self._connection.execute(_ADD_CODE, {"organisation_id": organisation_id, "code": code})

    def organisation_of(self, code: str) -> str | None:
        found: str | None = self._connection.execute(_OF_CODE, {"code_": code}).scalar_one_or_none()
        return found


def _claim(row: Row[Any] | None) -> Claim | None:
    return None if row is None else _as_claim(row)


def _as_claim(row: Row[Any]) -> Claim:
    return Claim(**{**row._mapping, "kind": ClaimKind(row.kind), "roles": frozenset(map(Role, row.roles))})
