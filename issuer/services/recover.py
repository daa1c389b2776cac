"""Finishing what was cut short: badges between plan and publication, stale lists, unsent messages.

At the end of a pass some older badges get the forms that they lack."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from badge_classes import Catalogue
from issuer.errors import IssuerError, Unavailable
from issuer.services.add_forms import AddForms
from issuer.services.issue import Issue
from issuer.services.ports import Blobs, Clock, Mailer, Message, Store
from issuer.services.publish_status import PublishStatus

IDEMPOTENCY_KEPT = timedelta(days=2)
MAX_MAIL_ATTEMPTS = 8
MAILS_AT_A_TIME = 50

log = logging.getLogger(__name__)


class Recover:
    """Runs at start and every half minute; every step may be repeated at any time.

    mailer: None where no mail server is configured; messages then wait in the page only.
    """

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        catalogue: Catalogue,
        issue: Issue,
        add_forms: AddForms,
        publish_status: PublishStatus,
        mailer: Mailer | None,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._issue = issue
        self._add_forms = add_forms
        self._publish_status = publish_status
        self._mailer = mailer
        self._public_url = public_url
        self._clock = clock

    def run_once(self) -> None:
        """One pass over everything; a step that fails is logged and does not stop the others."""
        ensure_lists = self._publish_status.ensure_all
        for step in (self.finish_badges, ensure_lists, self.send_messages, self.purge, self._add_forms.run_some):
            _guarded(step)

    def finish_badges(self) -> int:
        """Finish every badge that stands between plan and publication, the oldest first."""
        unfinished = self._issue.unfinished()
        for award_id in unfinished:
            _guarded(partial(self._issue.finish_one, award_id))
        return len(unfinished)

    def send_messages(self) -> int:
        """Try what waits in the outbox; returns how many. The same Message-ID is used on every attempt."""
        if self._mailer is None:
            return 0
        due = self._store.read(lambda tx: tx.outbox.due(self._clock(), MAILS_AT_A_TIME))
        for message in due:
            _guarded(partial(self._send, self._mailer, message))
        return len(due)

    def purge(self) -> None:
        """Forget sessions that have ended and answers to old idempotency keys."""
        now = self._clock()
        self._store.write(lambda tx: tx.sessions.purge(now))
        self._store.write(lambda tx: tx.idempotency.purge(now - IDEMPOTENCY_KEPT))

    def sweep_files(self) -> int:
        """Remove stored files without a row: uploads that were cut short. Run at start, before uploads."""
        known = self._store.read(lambda tx: set(tx.submissions.file_ids()))
        strays = [id for id in self._blobs.ids() if id not in known]
        for id in strays:
            self._blobs.delete(id)
        return len(strays)

    def _send(self, mailer: Mailer, message: Message) -> None:
        person = self._store.read(lambda tx: tx.people.get(message.person_id))
        award_id = message.payload.get("award", "")
        award = self._store.read(lambda tx: tx.awards.get(award_id))
        if message.attempts >= MAX_MAIL_ATTEMPTS or person is None or award is None or person.disabled_at is not None:
            self._store.write(lambda tx: tx.outbox.give_up(message.key))
            return
        self._store.write(lambda tx: tx.outbox.tried(message.key, self._clock()))
        name = self._catalogue.version(award.achievement, award.version).name
        text = (
            f"Your badge “{name}” has been issued.\n\n"
            f"See it, and decide who may see it, at {self._public_url}/badges/{award.id}\n"
        )
        try:
            mailer.send(message.message_id, person.email, f"Your badge: {name}", text)
        except Unavailable as error:
            log.warning("mail.failed", extra={"code": error.code, "attempts": message.attempts + 1})
            return
        self._store.write(lambda tx: tx.outbox.sent(message.key, self._clock()))


def _guarded(step: Callable[[], object]) -> None:
    try:
        step()
    except IssuerError as error:
        log.error("recovery.failed", extra={"code": error.code})
    except Exception:
        log.exception("recovery.failed")
