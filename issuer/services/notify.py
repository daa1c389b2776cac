"""Telling one person something, in the transaction that made it so.

The notice stands in the person's page from the commit on. It is mailed too when a mail server is named and the
person has not switched this kind off.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from issuer.domain.notices import KINDS
from issuer.domain.people import Role
from issuer.domain.review import is_own_work
from issuer.domain.submission import Submission
from issuer.services.ports import Message, Transaction


def notify(
    tx: Transaction, now: datetime, person_id: str, kind: str, data: Mapping[str, str], once: str | None = None
) -> None:
    """Tell a person something of a kind of `domain.notices`.

    data: ids alone, of what the words and the page need: `submission`, `award`. once: what it is told once for
    (an id); None: every time. People without an open account are told nothing. Raises KeyError for an unknown
    kind and for a missing id.
    """
    known = KINDS[kind]
    known.place.format(**data)
    person = tx.people.get(person_id)
    if person is None or person.disabled_at is not None:
        return
    key = f"{known.code}:{person_id}:{once or uuid.uuid4()}"
    tx.outbox.add(Message(key, person_id, known.code, dict(data), now, message_id()))


def notify_reviewers(tx: Transaction, now: datetime, kind: str, submission: Submission) -> None:
    """Tell every reviewer of the submission's organisation, but nobody of their own work."""
    teacher = tx.people.get(submission.teacher_id)
    for person in tx.people.of_organisation(submission.organisation_id):
        if person.has(Role.REVIEWER) and teacher is not None and not is_own_work(person, teacher):
            notify(tx, now, person.id, kind, {"submission": submission.id})


def notify_administrators(tx: Transaction, now: datetime, kind: str, data: Mapping[str, str]) -> None:
    """Tell every administrator."""
    for person in tx.people.administrators():
        notify(tx, now, person.id, kind, data)


def message_id() -> str:
    """A fresh Message-ID, the same on every attempt (RFC 5322 §3.6.4)."""
    return f"<{uuid.uuid4()}@badges.invalid>"
