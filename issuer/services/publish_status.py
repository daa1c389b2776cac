"""Keeping the served status lists equal to the database, forwards only.

Each list has a revocation and a suspension face with the same indexes. A corrected badge stands in both as the
one that replaces it: nobody shows the earlier copy of what was revoked as good. A published list is a file
outside the database; its `validFrom` strictly rises, and a revocation bit that was ever published
stays set even if the database was restored from an older copy.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from issuer.credentials.status_list import indexes_of, published_at
from issuer.domain.award import Award, Standing
from issuer.services.ports import Clock, Publications, PublishedList, Store, Transaction

REVOCATION = "revocation"
SUSPENSION = "suspension"
STANDING_OF = {REVOCATION: Standing.REVOKED, SUSPENSION: Standing.SUSPENDED}

STEP = timedelta(milliseconds=1)
"""The least by which `validFrom` rises; many changes within a second must not run ahead of the clock."""

log = logging.getLogger(__name__)

SignList = Callable[[int, str, Collection[int], datetime], bytes]
"""(list number, purpose, set indexes, validFrom) → signed BitstringStatusListCredential, checked."""


def count_change(tx: Transaction, award: Award) -> None:
    """How the award stands has changed, and with it what the lists say of every badge that was corrected into it."""
    tx.status_lists.touch(award.status.list_number)
    while award.replaces is not None and (earlier := tx.awards.get(award.replaces)) is not None:
        award = earlier
        tx.status_lists.touch(award.status.list_number)


@dataclass(frozen=True)
class ServedList:
    """A published list as it is served."""

    body: bytes
    etag: str


class PublishStatus:
    """Publishes lists whose bits have changed, and those that grow old.

    refresh_after: a list that was not published for so long is published again, unchanged.
    """

    def __init__(
        self,
        store: Store,
        publications: Publications,
        sign_list: SignList,
        clock: Clock,
        refresh_after: timedelta = timedelta(days=1),
    ) -> None:
        self._store = store
        self._publications = publications
        self._sign_list = sign_list
        self._clock = clock
        self._refresh_after = refresh_after

    def ensure(self, list_number: int) -> None:
        """Make sure both faces of a list are served and up to date."""
        for purpose in STANDING_OF:
            if self._store.read(partial(self._is_due, list_number, purpose)):
                self._store.write(partial(self._publish, list_number, purpose))

    def ensure_all(self) -> None:
        """The same for every list there is."""
        for number in self._store.read(lambda tx: tx.status_lists.numbers()):
            self.ensure(number)

    def served(self, list_number: int, purpose: str) -> ServedList | None:
        """The published bytes; None for a list that does not exist."""
        body = self._publications.get(file_name(list_number, purpose))
        return None if body is None else ServedList(body, _digest(body)[:32])

    def _is_due(self, list_number: int, purpose: str, tx: Transaction) -> bool:
        known = tx.status_lists.published(list_number, purpose)
        if known is None or known.change != tx.status_lists.change(list_number):
            return True
        served = self._publications.get(file_name(list_number, purpose))
        if served is None or _digest(served) != known.sha256:
            return True
        return self._clock() - known.valid_from >= self._refresh_after

    def _publish(self, list_number: int, purpose: str, tx: Transaction) -> None:
        if not self._is_due(list_number, purpose, tx):
            return
        known = tx.status_lists.published(list_number, purpose)
        served = self._publications.get(file_name(list_number, purpose))
        indexes = set(tx.status_lists.set_indexes(list_number, STANDING_OF[purpose]))
        if purpose == REVOCATION and served is not None:
            indexes |= self._never_cleared(list_number, served, indexes)
        valid_from = self._next_moment(known, served)
        body = self._sign_list(list_number, purpose, indexes, valid_from)
        self._publications.put(file_name(list_number, purpose), body)
        serial = 0 if known is None else known.serial
        tx.status_lists.record_published(
            PublishedList(
                list_number, purpose, serial + 1, valid_from, tx.status_lists.change(list_number),
                _digest(body),
            ),
            expected_serial=serial,
        )  # fmt: skip

    def _next_moment(self, known: PublishedList | None, served: bytes | None) -> datetime:
        moments = [self._clock().replace(microsecond=0)]
        if known is not None:
            moments.append(known.valid_from + STEP)
        if served is not None:
            moments.append(published_at(served) + STEP)
        return max(moments)

    def _never_cleared(self, list_number: int, served: bytes, indexes: set[int]) -> set[int]:
        lost = indexes_of(served) - indexes
        if lost:
            log.error("restore.rollback", extra={"list": list_number, "kept_revocations": len(lost)})
        return lost


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def file_name(list_number: int, purpose: str) -> str:
    """Name of the published file, also the last segment of the list's URL."""
    return f"{purpose}-{list_number}"
