"""Noticing that the database is an older copy of itself, and going on safely from there.

Outside the database, beside the published lists, stands a mark: the latest event of the record when a badge
was last handed out or a list changed. A database that does not hold this event was restored from a copy.
Then what was published is believed: revocations are taken over, and since nobody knows any more which
status indexes the lost badges have, the lists in use are closed and a fresh one is begun.
"""

from __future__ import annotations

import logging
import threading

from issuer.credentials.status_list import indexes_of
from issuer.domain.audit import AuditEvent
from issuer.domain.award import Standing, StatusEntry, revoke
from issuer.services.access import OPERATOR
from issuer.services.ports import Clock, Publications, Store, Transaction
from issuer.services.publish_status import REVOCATION, count_change, file_name
from issuer.services.record_mark import RecordMarks

REASON = "It was revoked before the records were restored from an older copy."

log = logging.getLogger(__name__)


class NoticeRestore:
    """Keeps the mark, and compares the database with it before anything is allocated."""

    def __init__(self, store: Store, publications: Publications, marks: RecordMarks, clock: Clock) -> None:
        self._store = store
        self._publications = publications
        self._marks = marks
        self._clock = clock
        self._turn = threading.Lock()
        self._marked: AuditEvent | None = None

    def mark(self) -> None:
        """Note durably how far the record has come; it never goes back while the service runs.

        A record that no longer holds what was noted before is not noted over it.
        """
        with self._turn:
            before = self._marked
            newest, known = self._store.read(
                lambda tx: (tx.audit.last(), None if before is None else tx.audit.get(before.seq))
            )
            if before is not None and (known is None or known.hash != before.hash):
                log.error("record_mark.past_changed", extra={"marked_event": before.seq})
            elif newest is not None and (before is None or newest.seq > before.seq):
                self._write(newest)

    def merge_if_restored(self) -> bool:
        """Whether the database had gone back; then it was merged with what was published.

        A mark that nobody here signed is noted in the record, and replaced by one that is.
        """
        mark = self._marks.read()
        if mark is None:
            return False
        known = self._store.read(lambda tx: tx.audit.get(mark.seq)) if mark.seq else None
        if mark.stands_for(known):
            if not mark.is_ours:
                self._note_foreign(mark.seq)
            return False
        log.error("restore.rollback", extra={"marked_event": mark.seq})
        self._write(self._store.write(lambda tx: self._merge(tx, mark.seq)))
        return True

    def _note_foreign(self, seq: int) -> None:
        log.error("record_mark.foreign", extra={"marked_event": seq})
        details = {"marked_event": str(seq)}
        noted = self._store.write(
            lambda tx: tx.audit.append(self._clock(), "record_mark.foreign", OPERATOR, OPERATOR, details)
        )
        self._write(noted)

    def _merge(self, tx: Transaction, seq: int) -> AuditEvent:
        now = self._clock()
        numbers = tx.status_lists.numbers()
        for number in numbers:
            self._take_over_revocations(tx, number)
        fresh = max(numbers, default=0) + 1
        while self._publications.get(file_name(fresh, REVOCATION)) is not None:
            tx.status_lists.open(fresh, now)
            fresh += 1
        tx.status_lists.open(fresh, now)
        details = {"marked_event": str(seq), "fresh_list": str(fresh)}
        return tx.audit.append(now, "restore.noticed", OPERATOR, OPERATOR, details)

    def _take_over_revocations(self, tx: Transaction, number: int) -> None:
        served = self._publications.get(file_name(number, REVOCATION))
        published = indexes_of(served) if served is not None else set()
        for index in sorted(published.difference(tx.status_lists.set_indexes(number, Standing.REVOKED))):
            award = tx.awards.at(StatusEntry(number, index))
            if award is None or not award.is_living:
                continue
            tx.awards.stand(revoke(award, REASON, self._clock()), expected=award.standing)
            count_change(tx, award)
            tx.audit.append(self._clock(), "award.revoked", OPERATOR, award.id, {"because_of": "restore"})

    def _write(self, event: AuditEvent) -> None:
        self._marks.write(event)
        self._marked = event
