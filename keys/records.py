"""What is known of each key in public, and the rules every register of keys obeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from keys.errors import KeysError


class Purpose(StrEnum):
    """What a key signs; a key has one purpose only (VCDM 2.0, "Key Management")."""

    DATA_INTEGRITY = "data-integrity"
    VC_JWT = "vc-jwt"
    STATUS = "status"
    AUDIT = "audit"
    REPORT = "report"


ASSERTION_PURPOSES = frozenset({Purpose.DATA_INTEGRITY, Purpose.VC_JWT, Purpose.STATUS})
"""What may sign credentials."""

PUBLISHED_PURPOSES = ASSERTION_PURPOSES | {Purpose.REPORT}
"""Whose keys others can look up; reports of verifications are no credentials."""


class State(StrEnum):
    """announced: published, does not sign yet; active: signs; retired: verifies only; compromised: neither."""

    ANNOUNCED = "announced"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """The public side of one key.

    kid: short readable name, the fragment of its DID URL. alg: ``EdDSA``, ``ES256`` or ``RS256``.
    public_jwk: the required public members of its JWK. published: when verifiers could first fetch it,
    None until then. activated, retired, compromised: when it entered those states.
    """

    kid: str
    purpose: Purpose
    alg: str
    state: State
    public_jwk: Mapping[str, str]
    created: datetime
    published: datetime | None = None
    activated: datetime | None = None
    retired: datetime | None = None
    compromised: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """All keys there ever were, oldest first. Errors: KeysError ``key.reuse`` when two are equal."""

    records: tuple[KeyRecord, ...] = ()

    def __post_init__(self) -> None:
        """Refuse one key under two names and two active keys for one use."""
        publics = [tuple(sorted(record.public_jwk.items())) for record in self.records]
        if len(set(publics)) != len(publics) or len({record.kid for record in self.records}) != len(publics):
            raise KeysError("key.reuse", "One key stands in the registry twice; each purpose has its own.")
        uses = [(record.purpose, record.alg) for record in self.records if record.state is State.ACTIVE]
        if len(set(uses)) != len(uses):
            raise KeysError("key.reuse", "Two keys are active for the same purpose and algorithm.")

    def get(self, kid: str) -> KeyRecord:
        """The record of `kid`. Errors: KeysError ``key.not_found``."""
        for record in self.records:
            if record.kid == kid:
                return record
        raise KeysError("key.not_found", "No key has this name.", kid)

    def active(self, purpose: Purpose, alg: str | None = None) -> KeyRecord:
        """The key that signs for `purpose` (and `alg`, needed only where there are several).

        Errors: KeysError ``key.unavailable`` when none or more than one does.
        """
        found = [
            record
            for record in self.records
            if record.purpose is purpose and record.state is State.ACTIVE and alg in (None, record.alg)
        ]
        if len(found) != 1:
            raise KeysError("key.unavailable", f"{len(found)} keys are active for this purpose.", purpose)
        return found[0]

    def published(self) -> tuple[KeyRecord, ...]:
        """The keys of the issuer's DID document: announced, active and retired, not the audit key's."""
        return tuple(
            record
            for record in self.records
            if record.purpose in PUBLISHED_PURPOSES and record.state is not State.COMPROMISED
        )

    def of(self, purpose: Purpose) -> tuple[KeyRecord, ...]:
        """Every key there ever was for `purpose`."""
        return tuple(record for record in self.records if record.purpose is purpose)

    def is_first_of_its_use(self, record: KeyRecord) -> bool:
        """Whether no other key was ever made for the purpose and algorithm of `record`."""
        use = (record.purpose, record.alg)
        return all((one.purpose, one.alg) != use or one.kid == record.kid for one in self.records)

    def compromised(self) -> tuple[KeyRecord, ...]:
        """Keys that are not to be believed, whatever the date of a signature."""
        return tuple(record for record in self.records if record.state is State.COMPROMISED)

    def with_record(self, record: KeyRecord) -> Registry:
        """A registry in which `record` takes the place of the one of the same kid, or comes last."""
        if all(known.kid != record.kid for known in self.records):
            return Registry((*self.records, record))
        return Registry(tuple(record if known.kid == record.kid else known for known in self.records))

    def changed(self, kid: str, state: State, now: datetime) -> Registry:
        """A registry in which `kid` entered `state` at `now`."""
        date = {State.ACTIVE: "activated", State.RETIRED: "retired", State.COMPROMISED: "compromised"}[state]
        dates: dict[str, Any] = {date: now}
        return self.with_record(replace(self.get(kid), state=state, **dates))
