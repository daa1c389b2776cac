"""Ceremonies: the few changes a set of keys goes through, each taking effect in one write of the registry.

A new key is announced beside the old one, published, and signs only when every cached copy of the DID
document has had time to expire; the old one is retired in the same moment and stays published. A ceremony
broken off at any point leaves the registry before it or after it; the next one clears what was left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from keys import registry
from keys.errors import KeysError
from keys.folder import STAGED_SUFFIX, Disk, KeyFolder
from keys.records import ASSERTION_PURPOSES, KeyRecord, Purpose, Registry, State
from keys.software import PrivateKey
from keys.software.ring import PEM_SUFFIX

Use = tuple[Purpose, str]

FIRST_SET: tuple[Use, ...] = (
    (Purpose.DATA_INTEGRITY, "EdDSA"),
    (Purpose.VC_JWT, "RS256"),
    (Purpose.STATUS, "EdDSA"),
    (Purpose.AUDIT, "EdDSA"),
    (Purpose.REPORT, "EdDSA"),
)
_PREFIXES = {
    Purpose.DATA_INTEGRITY: "di",
    Purpose.VC_JWT: "jwt",
    Purpose.STATUS: "st",
    Purpose.AUDIT: "audit",
    Purpose.REPORT: "rep",
}


class Ceremony:
    """The changes to the keys in one folder. `now` has a zone; every change holds the folder's lock.

    Errors of all: KeysError ``key.permissions``, ``key.in_use`` (another ceremony is under way),
    ``key.mismatch`` (a private key the registry does not know), ``key.unavailable`` (passphrase).
    """

    def __init__(self, folder: Path, passphrase: bytes, disk: Disk | None = None) -> None:
        self._folder = KeyFolder(folder, disk)
        self._passphrase = passphrase

    def ensure_first_set(self, now: datetime, uses: Iterable[Use] = FIRST_SET) -> Registry:
        """Make one active key for each of `uses` if there is no key at all yet.

        They are active at once: no DID document without them was ever published. A set from before a purpose
        was known gets its key later, if it is one that signs no credentials.
        """
        self._folder.create()
        with self._folder.locked():
            known = self._loaded()
            missing = [use for use in uses if not known.records or _came_later(known, use[0])]
            if not missing:
                return known
            self._check_passphrase(known)
            for purpose, alg in missing:
                record = self._staged(known, purpose, alg, now)
                known = known.with_record(replace(record, state=State.ACTIVE, published=now, activated=now))
            registry.save(self._folder, known)
            self._tidy(known)
            return known

    def announce_new_uses(self, now: datetime, uses: Iterable[Use]) -> tuple[KeyRecord, ...]:
        """Announce a key for each of `uses` for which there never was one; returns those.

        Like the successor of a key they sign only after they were published for long enough: verifiers may hold
        a DID document without them. A use whose keys have ended was ended by somebody, and gets none.
        """
        with self._folder.locked():
            known = self._loaded()
            missing = [use for use in uses if not any((one.purpose, one.alg) == use for one in known.records)]
            if not missing:
                return ()
            self._check_passphrase(known)
            records = []
            for purpose, alg in missing:
                records.append(self._staged(known, purpose, alg, now))
                known = known.with_record(records[-1])
            registry.save(self._folder, known)
            self._tidy(known)
            return tuple(records)

    def known(self) -> Registry:
        """The registry as it is now."""
        with self._folder.locked():
            return self._loaded()

    def announce(self, purpose: Purpose, alg: str, now: datetime) -> KeyRecord:
        """Make a key that will follow the active one of `purpose` and `alg`; an announced one is returned.

        A call that was broken off may be repeated: there is at most one announced key for a use.
        """
        with self._folder.locked():
            known = self._loaded()
            for record in known.of(purpose):
                if record.alg == alg and record.state is State.ANNOUNCED:
                    return record
            self._check_passphrase(known)
            record = self._staged(known, purpose, alg, now)
            known = known.with_record(record)
            registry.save(self._folder, known)
            self._tidy(known)
            return record

    def mark_published(self, now: datetime) -> Registry:
        """Note that the DID document in service lists every announced key since `now`; once noted, it stays."""

        def noted(known: Registry) -> Registry:
            for record in known.records:
                if record.state is State.ANNOUNCED and record.published is None:
                    known = known.with_record(replace(record, published=now))
            return known

        return self._change(noted)

    def activate_due(self, now: datetime, delay: timedelta, first_only: bool = False) -> Registry:
        """Let every announced key sign that has been published for `delay`; its predecessor is retired.

        delay: the longest time a DID document may be cached. first_only: only keys that follow no other.
        """

        def advanced(known: Registry) -> Registry:
            for record in known.records:
                is_due = record.published is not None and record.published + delay <= now
                is_meant = not first_only or known.is_first_of_its_use(record)
                if record.state is State.ANNOUNCED and is_due and is_meant:
                    known = _succeeded(known, record, now)
            return known

        return self._change(advanced)

    def activate(self, kid: str, now: datetime) -> Registry:
        """Let an announced key sign at once, whatever DID documents are cached; its predecessor is retired.

        For when there is no key left to wait with. Errors: KeysError ``key.not_found``; ``key.in_use`` for a
        key that is not announced.
        """

        def activated(known: Registry) -> Registry:
            record = known.get(kid)
            if record.state is not State.ANNOUNCED:
                raise KeysError("key.in_use", "Only an announced key can begin to sign.", kid)
            published = replace(record, published=record.published or now)
            return _succeeded(known.with_record(published), published, now)

        return self._change(activated)

    def retire(self, kid: str, now: datetime) -> Registry:
        """End the signing of an announced or active key, without a successor; it stays published.

        Errors: KeysError ``key.not_found``; ``key.in_use`` for a key that has ended already.
        """

        def retired(known: Registry) -> Registry:
            if known.get(kid).state not in (State.ANNOUNCED, State.ACTIVE):
                raise KeysError("key.in_use", "Only a key that signs, or soon will, can be retired.", kid)
            return known.changed(kid, State.RETIRED, now)

        return self._change(retired)

    def mark_compromised(self, kid: str, now: datetime) -> Registry:
        """Take a key out of the published set for good and destroy its private half; the first date stays.

        Errors: KeysError ``key.not_found``.
        """

        def marked(known: Registry) -> Registry:
            if known.get(kid).state is State.COMPROMISED:
                return known
            return known.changed(kid, State.COMPROMISED, now)

        return self._change(marked)

    def destroy_private(self, kid: str) -> None:
        """Destroy the private half of a retired key. Errors: KeysError ``key.in_use`` for one that may sign."""
        with self._folder.locked():
            if self._loaded().get(kid).state is not State.RETIRED:
                raise KeysError("key.in_use", "Only a retired key's private half is destroyed.", kid)
            if kid + PEM_SUFFIX in self._folder.names(PEM_SUFFIX):
                self._folder.remove(kid + PEM_SUFFIX)

    def _change(self, change: Callable[[Registry], Registry]) -> Registry:
        with self._folder.locked():
            known = self._loaded()
            changed = change(known)
            if changed != known:
                registry.save(self._folder, changed)
            self._tidy(changed)
            return changed

    def _loaded(self) -> Registry:
        known = registry.load(self._folder)
        self._tidy(known)
        return known

    def _tidy(self, known: Registry) -> None:
        """Finish or clear what a broken-off ceremony left, and destroy the private halves of compromised keys.

        A private key counts from the moment the registry knows it; until then it is only staged. Errors:
        KeysError ``key.mismatch`` for a settled key the registry does not know: perhaps an old registry was
        put back, so nothing is touched.
        """
        files = {record.kid + PEM_SUFFIX: record.state for record in known.records}
        strangers = self._folder.names(PEM_SUFFIX) - files.keys()
        if strangers:
            raise KeysError("key.mismatch", "The registry does not know this private key.", min(strangers))
        for staged in self._folder.names(STAGED_SUFFIX):
            name = staged.removesuffix(STAGED_SUFFIX)
            if name in files:
                self._folder.settle(name)
            else:
                self._folder.remove(staged)
        for name in self._folder.names(PEM_SUFFIX):
            if files[name] is State.COMPROMISED:
                self._folder.remove(name)

    def _staged(self, known: Registry, purpose: Purpose, alg: str, now: datetime) -> KeyRecord:
        """A new key, its private half staged, its record not yet in the registry."""
        key = PrivateKey.generate(alg)
        jwk = key.public_jwk()
        kid = f"{_PREFIXES[purpose]}-{now:%Y-%m}-{_digest(jwk)[:6]}"
        if any(record.kid == kid for record in known.records):
            return self._staged(known, purpose, alg, now)
        self._folder.stage(kid + PEM_SUFFIX, key.to_pem(self._passphrase))
        return KeyRecord(kid, purpose, alg, State.ANNOUNCED, jwk, created=now)

    def _check_passphrase(self, known: Registry) -> None:
        """Refuse to seal a new key with another passphrase than the keys it joins."""
        for record in known.records:
            pem = self._folder.read(record.kid + PEM_SUFFIX)
            if pem is not None:
                PrivateKey.from_pem(pem, self._passphrase, record.kid)
                return


def _came_later(known: Registry, purpose: Purpose) -> bool:
    return purpose not in ASSERTION_PURPOSES and not known.of(purpose)


def _succeeded(known: Registry, successor: KeyRecord, now: datetime) -> Registry:
    """A registry in which `successor` signs and the key before it no longer does."""
    for record in known.of(successor.purpose):
        if record.alg == successor.alg and record.state is State.ACTIVE:
            known = known.changed(record.kid, State.RETIRED, now)
    return known.changed(successor.kid, State.ACTIVE, now)


def _digest(jwk: dict[str, str]) -> str:
    return sha256("".join(jwk.values()).encode()).hexdigest()
