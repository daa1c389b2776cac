"""What must hold of a database at any moment, however the service was stopped.

Each check is named after its invariant in the crash plan:
I1 a submission has at most one badge · I2 approved means planned · I3 no plan stays unfinished ·
I4 what is sealed stays sealed, whole and linted · I5 a status index belongs to one badge for ever ·
I6 the signed bytes are the planned ones · I7 published bits are those of the database ·
I8 publications move forward · I9 the audit chain and the guards are whole · I10 the chain holds what the
signed mark outside the database names · I11 one plan and one issue event for each badge · I12 nobody judges
their own work or another school's · I13 each evidence file is there, as it was handed in · I15 audit events
tell ids and codes only · I16 the database file and its references are sound.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text

from issuer.credentials.status_list import indexes_of, published_at
from issuer.domain.audit import first_break
from issuer.domain.award import StatusEntry
from issuer.domain.people import same_mailbox
from issuer.services.ports import Blobs, Publications, PublishedList
from issuer.services.publish_status import STANDING_OF, file_name
from issuer.services.record_mark import Mark
from issuer.storage.columns import Moment
from issuer.storage.guards import GUARDS
from issuer.storage.stores import SqlStore
from issuer.storage.transaction import SqlTransaction

_CODE = re.compile(r"[\w.:,;/#%+=()-]*", re.ASCII)
UNFINISHED_AFTER = timedelta(minutes=5)
BATCH = 500

SQL_CHECKS = (
    ("I1", "SELECT submission_id FROM award WHERE submission_id IS NOT NULL"
           " GROUP BY submission_id HAVING count(*) > 1"),
    ("I2", "SELECT id FROM submission WHERE state = 'approved'"
           " AND NOT EXISTS (SELECT 1 FROM award WHERE award.submission_id = submission.id)"),
    ("I2", "SELECT award.id FROM award JOIN submission ON submission.id = award.submission_id"
           " WHERE submission.state <> 'approved'"),
    ("I4", "SELECT id FROM award WHERE state <> 'planned' AND (lint_redeemed_at IS NULL OR NOT EXISTS"
           " (SELECT 1 FROM award_form WHERE award_form.award_id = award.id))"),
    ("I4", "SELECT award.id FROM award JOIN award_form ON award_form.award_id = award.id"
           " WHERE award.state <> 'planned' AND award_form.sealed IS NULL AND award_form.lint_token IS NULL"),
    ("I4", "SELECT award.id FROM award JOIN award_form ON award_form.award_id = award.id"
           " WHERE award_form.lint_token IS NOT NULL AND (award.state <> 'issued' OR award_form.planned_at IS NULL"
           " OR (award_form.sealed IS NULL) <> (award_form.lint_redeemed_at IS NULL))"),
    ("I5", "SELECT award.id FROM award LEFT JOIN status_allocation"
           " ON status_allocation.list_number = award.list_number"
           " AND status_allocation.list_index = award.list_index"
           " WHERE status_allocation.award_id IS NULL OR status_allocation.award_id <> award.id"),
    ("I5", "SELECT list_number FROM award GROUP BY list_number, list_index HAVING count(*) > 1"),
    ("I5", "SELECT number FROM status_list WHERE allocated <>"
           " (SELECT count(*) FROM status_allocation WHERE list_number = status_list.number)"),
    ("I8", "SELECT list_number FROM status_publication JOIN status_list ON number = list_number"
           " WHERE serial < 1 OR status_publication.change > status_list.change"),
    ("I11", "SELECT id FROM award WHERE 1 <> (SELECT count(*) FROM audit_event"
            " WHERE subject_id = award.id AND kind = 'award.planned')"),
    ("I11", "SELECT id FROM award WHERE (CASE WHEN state = 'issued' THEN 1 ELSE 0 END) <>"
            " (SELECT count(*) FROM audit_event WHERE subject_id = award.id AND kind = 'award.issued')"),
)  # fmt: skip

_UNFINISHED = text(
    "SELECT id FROM award WHERE state <> 'issued' AND planned_at < :limit"
    " UNION SELECT award.id FROM award JOIN award_form ON award_form.award_id = award.id"
    " WHERE award.standing = 'active' AND award_form.sealed IS NULL AND award_form.planned_at < :limit"
).bindparams(bindparam("limit", type_=Moment()))
_FORMS = text(
    "SELECT award_id, form, tbs, tbs_sha256 FROM award_form"
    " WHERE (award_id, form) > (:award, :form) ORDER BY award_id, form LIMIT :batch"
)
_JUDGED = text(
    "SELECT review.id, teacher.id AS teacher_id, teacher.email AS teacher_email,"
    " reviewer.id AS reviewer_id, reviewer.email AS reviewer_email"
    " FROM review JOIN submission ON submission.id = review.submission_id"
    " JOIN person AS teacher ON teacher.id = submission.teacher_id"
    " JOIN person AS reviewer ON reviewer.id = review.reviewer_id"
)
_ELSEWHERE = text(
    "SELECT review.id FROM review JOIN submission ON submission.id = review.submission_id"
    " JOIN person ON person.id = review.reviewer_id"
    " WHERE person.organisation_id <> submission.organisation_id"
)
_FILES = text("SELECT id, size_bytes, sha256 FROM evidence_file WHERE scan <> 'infected' ORDER BY id")
_HANDED_IN = text(
    "SELECT DISTINCT submission_id FROM attempt JOIN submission ON submission.id = submission_id"
    " WHERE erased_at IS NULL ORDER BY submission_id"
)
_SQLITE_GUARDS = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
_POSTGRES_GUARDS = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
_POSTGRES_UNPROVEN = text("SELECT conname FROM pg_constraint WHERE NOT convalidated")


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and the id it does not hold of."""

    invariant: str
    subject: str


def violations(
    store: SqlStore,
    now: datetime,
    publications: Publications | None = None,
    blobs: Blobs | None = None,
    mark: Mark | None = None,
) -> list[Violation]:
    """Everything that is wrong; empty when all is well.

    Published lists, evidence files and the mark of the record are looked at when they are given.
    """
    checks: list[tuple[str, Callable[[SqlTransaction], Iterable[str]]]] = [
        *((name, _selecting(sql)) for name, sql in SQL_CHECKS),
        ("I3", lambda tx: _unfinished(tx, now)),
        ("I6", _other_bytes),
        ("I9", _broken_chain),
        ("I9", _missing_guards),
        ("I12", _own_work),
        ("I15", _telling_details),
        ("I16", _unsound),
    ]
    if publications is not None:
        checks.append(("I7", lambda tx: _other_bits(tx, publications)))
    if blobs is not None:
        checks.append(("I13", lambda tx: _other_files(tx, blobs)))
    if mark is not None:
        checks.append(("I10", lambda tx: _other_past(tx, mark)))
    return store.read(lambda tx: [Violation(name, subject) for name, check in checks for subject in check(tx)])


def _selecting(sql: str) -> Callable[[SqlTransaction], Iterable[str]]:
    statement = text(sql)
    return lambda tx: [str(found) for found in tx.connection.execute(statement).scalars()]


def _unfinished(tx: SqlTransaction, now: datetime) -> Iterable[str]:
    return tx.connection.execute(_UNFINISHED, {"limit": now - UNFINISHED_AFTER}).scalars().all()


def _other_bytes(tx: SqlTransaction) -> Iterator[str]:
    after = {"award": "", "form": ""}
    while rows := tx.connection.execute(_FORMS, {**after, "batch": BATCH}).all():
        for row in rows:
            if hashlib.sha256(row.tbs).hexdigest() != row.tbs_sha256:
                yield row.award_id
        after = {"award": rows[-1].award_id, "form": rows[-1].form}


def _broken_chain(tx: SqlTransaction) -> Iterable[str]:
    broken = first_break(tx.audit.all())
    return [] if broken is None else [f"audit event {broken}"]


def _other_past(tx: SqlTransaction, mark: Mark) -> list[str]:
    is_whole = mark.is_ours and mark.stands_for(tx.audit.get(mark.seq))
    return [] if is_whole else [f"audit event {mark.seq}"]


def _telling_details(tx: SqlTransaction) -> Iterator[str]:
    """Details are ids, codes, numbers and digests: whatever reads like a name, a sentence or an address is none."""
    for event in tx.audit.all():
        if any(not _CODE.fullmatch(value) for value in event.details.values()):
            yield f"audit event {event.seq}"


def _missing_guards(tx: SqlTransaction) -> Iterable[str]:
    listing = _POSTGRES_GUARDS if tx.connection.dialect.name == "postgresql" else _SQLITE_GUARDS
    return sorted(GUARDS.difference(tx.connection.execute(listing).scalars()))


def _own_work(tx: SqlTransaction) -> Iterator[str]:
    yield from tx.connection.execute(_ELSEWHERE).scalars().all()
    for row in tx.connection.execute(_JUDGED).all():
        if row.teacher_id == row.reviewer_id or same_mailbox(row.teacher_email, row.reviewer_email):
            yield row.id


def _unsound(tx: SqlTransaction) -> Iterator[str]:
    if tx.connection.dialect.name == "postgresql":
        yield from tx.connection.execute(_POSTGRES_UNPROVEN).scalars().all()
        return
    for (line,) in tx.connection.execute(text("PRAGMA integrity_check")).all():
        if line != "ok":
            yield line
    for row in tx.connection.execute(text("PRAGMA foreign_key_check")).all():
        yield f"{row[0]} {row[1]}"


def _other_bits(tx: SqlTransaction, publications: Publications) -> Iterator[str]:
    for number in tx.status_lists.numbers():
        for purpose in STANDING_OF:
            recorded = tx.status_lists.published(number, purpose)
            if recorded is not None and not _is_served(tx, recorded, publications):
                yield file_name(number, purpose)


def _is_served(tx: SqlTransaction, recorded: PublishedList, publications: Publications) -> bool:
    """Whether the served file is the recorded one; its bits count when nothing changed since."""
    served = publications.get(file_name(recorded.list_number, recorded.purpose))
    if served is None or hashlib.sha256(served).hexdigest() != recorded.sha256:
        return False
    if published_at(served) != recorded.valid_from:
        return False
    if tx.status_lists.change(recorded.list_number) != recorded.change:
        return True
    expected = set(tx.status_lists.set_indexes(recorded.list_number, STANDING_OF[recorded.purpose]))
    more = indexes_of(served) - expected
    return expected <= indexes_of(served) and not any(_is_known(tx, recorded, index) for index in more)


def _is_known(tx: SqlTransaction, recorded: PublishedList, index: int) -> bool:
    """Whether an award stands there: bits of badges that were lost with an older database stay set without one."""
    return tx.awards.at(StatusEntry(recorded.list_number, index)) is not None


def _other_files(tx: SqlTransaction, blobs: Blobs) -> Iterator[str]:
    digests = {}
    for row in tx.connection.execute(_FILES).all():
        digests[row.id] = row.sha256
        if blobs.size(row.id) != row.size_bytes or _digest(blobs.read(row.id)) != row.sha256:
            yield row.id
    for submission_id in tx.connection.execute(_HANDED_IN).scalars().all():
        for attempt in tx.submissions.attempts(submission_id):
            yield from (id for id, sha256 in attempt.file_digests.items() if digests.get(id) != sha256)


def _digest(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
