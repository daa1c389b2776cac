"""Key ceremonies of an installation: each change to its keys, and the audit record of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from issuer.app.custody import Custody, keys_folder, passphrase_of
from issuer.domain.award import Award
from issuer.errors import Conflict, IssuerError, Misconfigured, NotFound
from issuer.services.access import OPERATOR
from issuer.services.ports import Store
from issuer.settings import Settings
from issuer.storage.opening import open_store
from keys.ceremony import Ceremony
from keys.errors import KeysError
from keys.records import KeyRecord, Purpose, State

DID_CACHED_FOR = timedelta(hours=1)
"""How long a new key is published before it signs; did.json itself allows five minutes of caching."""

PAGE = 500

Result = TypeVar("Result")


@dataclass(frozen=True)
class Rotation:
    """Where the rotation of one key stands. signs_at: None until the running service has published it."""

    key: KeyRecord
    signs_at: datetime | None

    @property
    def is_complete(self) -> bool:
        return self.key.state is State.ACTIVE


class Ceremonies:
    """The changes an operator makes. Raises Misconfigured, NotFound, Conflict with what is wrong."""

    def __init__(self, settings: Settings, store: Store, now: datetime) -> None:
        self._jwt_algorithm = settings.jwt_algorithm
        self._store = store
        self._now = now
        self._ceremony = Ceremony(keys_folder(settings), passphrase_of(settings))

    def known(self) -> tuple[KeyRecord, ...]:
        """Every key there ever was, the oldest first."""
        return _plainly(self._ceremony.known).records

    def rotate(self, purpose: Purpose, algorithm: str | None = None) -> Rotation:
        """Take the next step: announce a new key, wait until it may sign, let it sign. May be repeated."""
        alg = algorithm or (self._jwt_algorithm if purpose is Purpose.VC_JWT else "EdDSA")
        known = {record.kid for record in self.known()}
        key = _plainly(lambda: self._ceremony.announce(purpose, alg, self._now))
        if key.kid not in known:
            self._record("key.announced", key.kid)
        self.activate_due()
        key = self._key(key.kid)
        return Rotation(key, None if key.published is None else key.published + DID_CACHED_FOR)

    def activate_due(self, first_only: bool = False) -> tuple[KeyRecord, ...]:
        """Let every key sign that has been published for long enough; returns those.

        first_only: only keys that follow no other.
        """
        before = {record.kid: record.state for record in self.known()}
        after = _plainly(lambda: self._ceremony.activate_due(self._now, DID_CACHED_FOR, first_only)).records
        changed = tuple(one for one in after if before[one.kid] is not one.state)
        for one in changed:
            self._record(f"key.{one.state.value}", one.kid)
        return tuple(one for one in changed if one.state is State.ACTIVE)

    def retire(self, kid: str) -> KeyRecord:
        """End a key's signing without a successor; what it signed stays valid."""
        _plainly(lambda: self._ceremony.retire(kid, self._now))
        self._record("key.retired", kid)
        return self._key(kid)

    def destroy(self, kid: str) -> KeyRecord:
        """Destroy the private half of a retired key once nothing waits for it any more. Raises Conflict for others."""
        waiting = next((one.id for one in self.signed_with(kid) if _waits_for(one, kid)), None)
        if waiting is not None:
            raise Conflict("key.in_use", f"A badge that was planned with this key is not signed yet: {waiting}", kid)
        _plainly(lambda: self._ceremony.destroy_private(kid))
        self._record("key.destroyed", kid)
        return self._key(kid)

    def compromise(self, kid: str) -> KeyRecord | None:
        """Stop believing a key; when it was the signing one, a successor signs at once and is returned."""
        lost = self._key(kid)
        _plainly(lambda: self._ceremony.mark_compromised(kid, self._now))
        self._record("key.compromised", kid)
        if lost.state in (State.ANNOUNCED, State.RETIRED) or self._has_signer(lost):
            return None
        successor = _plainly(lambda: self._ceremony.announce(lost.purpose, lost.alg, self._now))
        _plainly(lambda: self._ceremony.activate(successor.kid, self._now))
        self._record("key.active", successor.kid)
        return self._key(successor.kid)

    def signed_with(self, kid: str) -> Iterator[Award]:
        """The badges that carry a signature of this key, from the issuance record."""
        after: str | None = None
        while page := self._page(after):
            yield from (award for award in page if any(_names(one.verification_method, kid) for one in award.forms))
            after = page[-1].id

    def _has_signer(self, lost: KeyRecord) -> bool:
        return any((one.purpose, one.alg, one.state) == (lost.purpose, lost.alg, State.ACTIVE) for one in self.known())

    def _page(self, after: str | None) -> list[Award]:
        return self._store.read(lambda tx: tx.awards.page(PAGE, after))

    def _key(self, kid: str) -> KeyRecord:
        return _plainly(lambda: self._ceremony.known().get(kid))

    def _record(self, kind: str, kid: str) -> None:
        self._store.write(lambda tx: tx.audit.append(self._now, kind, OPERATOR, kid, {}))


@contextmanager
def opened_ceremonies(settings: Settings) -> Iterator[Ceremonies]:
    """The ceremonies of an installation. Raises NotFound before its first start."""
    folder = keys_folder(settings)
    if not folder.is_dir():
        raise NotFound("key.not_found", f"There are no keys in {folder} yet; the first start makes them.")
    store = open_store(settings.database_url)
    try:
        yield Ceremonies(settings, store, settings.clock_freeze or datetime.now(UTC))
    finally:
        store.close()


def advance(settings: Settings) -> None:
    """Before a start: let announced keys sign whose time has come. Nothing to do where there are no keys yet."""
    if keys_folder(settings).is_dir():
        with opened_ceremonies(settings) as ceremonies:
            ceremonies.activate_due()


def follow(settings: Settings, store: Store, custody: Custody, now: datetime) -> None:
    """While the service runs: publish what was announced, and let keys begin that no other key did the work of.

    Raises KeysError, IssuerError.
    """
    custody.refresh(now)
    if custody.has_announced and Ceremonies(settings, store, now).activate_due(first_only=True):
        custody.refresh(now)


def _waits_for(award: Award, kid: str) -> bool:
    return any(form.sealed is None and _names(form.verification_method, kid) for form in award.forms)


def _names(verification_method: str, kid: str) -> bool:
    return verification_method.endswith((f"#{kid}", f"/{kid}"))


def _plainly(step: Callable[[], Result]) -> Result:
    try:
        return step()
    except KeysError as error:
        raise _told(error) from error


def _told(error: KeysError) -> IssuerError:
    kind: type[IssuerError] = {"key.not_found": NotFound, "key.in_use": Conflict}.get(error.code, Misconfigured)
    message = error.message if error.where is None else f"{error.message} ({error.where})"
    return kind(error.code, message, error.where)
