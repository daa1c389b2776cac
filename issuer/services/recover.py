"""Finishing what was cut short: badges between plan and publication, stale lists, unsent messages.

At the end of a pass some older badges get the forms that they lack."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from issuer.errors import IssuerError
from issuer.services.add_forms import AddForms
from issuer.services.deliver import Deliver
from issuer.services.issue import Issue
from issuer.services.ports import Blobs, Clock, Store
from issuer.services.publish_status import PublishStatus

IDEMPOTENCY_KEPT = timedelta(days=2)
CLAIMS_KEPT = timedelta(days=30)
UNSUBSCRIBE_KEPT = timedelta(days=400)

log = logging.getLogger(__name__)


class Recover:
    """Runs at start and every half minute; every step may be repeated at any time."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        issue: Issue,
        add_forms: AddForms,
        publish_status: PublishStatus,
        deliver: Deliver,
        clock: Clock,
        chores: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._chores = chores
        self._store = store
        self._blobs = blobs
        self._issue = issue
        self._add_forms = add_forms
        self._publish_status = publish_status
        self.deliver = deliver
        self._clock = clock

    def run_once(self) -> None:
        """One pass over everything; a step that fails is logged and does not stop the others."""
        ensure_lists = self._publish_status.ensure_all
        steps = (self.finish_badges, ensure_lists, self.send_messages, self.purge, *self._chores)
        for step in (*steps, self._add_forms.run_some):
            _guarded(step)

    def finish_badges(self) -> int:
        """Finish every badge that stands between plan and publication, the oldest first."""
        unfinished = self._issue.unfinished()
        for award_id in unfinished:
            _guarded(partial(self._issue.finish_one, award_id))
        return len(unfinished)

    def send_messages(self) -> int:
        """Try what waits in the outbox; returns how many."""
        due = self.deliver.due()
        for message in due:
            _guarded(partial(self.deliver.send, message))
        return len(due)

    def purge(self) -> None:
        """Forget sessions that have ended and answers to old idempotency keys."""
        now = self._clock()
        self._store.write(lambda tx: tx.sessions.purge(now))
        self._store.write(lambda tx: tx.idempotency.purge(now - IDEMPOTENCY_KEPT))
        self._store.write(lambda tx: tx.claims.purge(now - CLAIMS_KEPT))
        self._store.write(lambda tx: tx.preferences.purge_unsubscribes(now - UNSUBSCRIBE_KEPT))

    def sweep_files(self) -> int:
        """Remove stored files without a row: uploads that were cut short. Run at start, before uploads."""
        known = self._store.read(lambda tx: set(tx.submissions.file_ids()))
        strays = [id for id in self._blobs.ids() if id not in known]
        for id in strays:
            self._blobs.delete(id)
        return len(strays)


def _guarded(step: Callable[[], object]) -> None:
    try:
        step()
    except IssuerError as error:
        log.error("recovery.failed", extra={"code": error.code})
    except Exception:
        log.exception("recovery.failed")
