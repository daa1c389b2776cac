"""Second factors and recovery codes in tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from issuer.services.account_ports import Factor
from issuer.storage.schema_accounts import recovery_code, second_factor
from issuer.storage.statements import changes

_THEIRS = second_factor.c.person_id == bindparam("person")
_GET = select(second_factor).where(_THEIRS)
_REMOVE = delete(second_factor).where(_THEIRS)
_ADD = insert(second_factor)
_UPDATE = update(second_factor).where(_THEIRS)
_TAKE = update(second_factor).where(
    _THEIRS, or_(second_factor.c.last_step.is_(None), second_factor.c.last_step < bindparam("step"))
)
_CODES = select(func.count()).where(recovery_code.c.person_id == bindparam("person"), recovery_code.c.used_at.is_(None))
_FORGET_CODES = delete(recovery_code).where(recovery_code.c.person_id == bindparam("person"))
_ADD_CODE = insert(recovery_code)
_USE_CODE = update(recovery_code).where(
    recovery_code.c.person_id == bindparam("person"),
    recovery_code.c.code_sha256 == bindparam("code"),
    recovery_code.c.used_at.is_(None),
)


class SqlFactors:
    """Fulfils `account_ports.Factors`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: str) -> Factor | None:
        row = self._connection.execute(_GET, {"person": person_id}).one_or_none()
        return None if row is None else Factor(**row._mapping)

    def put(self, factor: Factor) -> None:
        """In place of what there was, recovery codes included."""
        self.remove(factor.person_id)
        self._connection.execute(_ADD, vars(factor))

    def confirm(self, person_id: str, now: datetime) -> None:
        self._connection.execute(_UPDATE, {"person": person_id, "confirmed_at": now})

    def take_step(self, person_id: str, step: int) -> bool:
        """Compare and set; False for a step that is not later than the last one taken."""
        return changes(self._connection, _TAKE, {"person": person_id, "step": step, "last_step": step}) == 1

    def remove(self, person_id: str) -> None:
        self._connection.execute(_FORGET_CODES, {"person": person_id})
        self._connection.execute(_REMOVE, {"person": person_id})

    def recovery_codes(self, person_id: str) -> int:
        """How many are left."""
        return int(self._connection.execute(_CODES, {"person": person_id}).scalar_one())

    def set_recovery_codes(self, person_id: str, digests: Collection[str]) -> None:
        self._connection.execute(_FORGET_CODES, {"person": person_id})
        for digest in digests:
            self._connection.execute(_ADD_CODE, {"person_id": person_id, "code_sha256": digest})

    def use_recovery_code(self, person_id: str, digest: str, now: datetime) -> bool:
        """Compare and set; False for one that is not there or was used."""
        return changes(self._connection, _USE_CODE, {"person": person_id, "code": digest, "used_at": now}) == 1
