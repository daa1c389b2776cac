"""Each invariant's check finds the one thing that is wrong, and nothing when all is well."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from issuer.credentials.status_list import bits_of
from issuer.domain.award import Form, IssueState, PlannedForm, Standing, revoke, suspend
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.people import Role
from issuer.domain.review import Decision, Review
from issuer.domain.submission import SubmissionState
from issuer.proofs import bitstring
from issuer.services.ports import PublishedList
from issuer.services.record_mark import Mark
from issuer.storage.blobs import FileBlobs
from issuer.storage.guards import GUARDS
from issuer.storage.invariants import Violation, violations
from issuer.storage.publications import FilePublications

FILE = "8f6c3a52-1d0f-4a58-9a50-0d3f4e7b1c22"


@pytest.fixture
def sound(sqlite_store, make):
    """A store in which one badge was issued in every way the invariants ask for."""
    make.school(sqlite_store)

    def work(tx):
        approved = make.submission(state=SubmissionState.APPROVED, attempt=1, revision=2)
        tx.submissions.update(approved, 1, None)
        tx.submissions.add_attempt(make.attempt().__class__("submission", 1, make.now, {}, {}, {}, "00"))
        tx.reviews.add(Review("review", "submission", 1, "reviewer", Decision.APPROVE, (), "", "", make.now))
        planned = PlannedForm(Form.VC_JWT, "did:web:a#k", b"tbs", hashlib.sha256(b"tbs").hexdigest())
        award = make.award(tx, forms=(planned,))
        tx.awards.add(award)
        tx.audit.append(make.now, "award.planned", "reviewer", "award", {})
        tx.awards.redeem_lint("award", award.lint_token, make.now)
        tx.awards.seal("award", Form.VC_JWT, b"sealed", make.now)
        tx.awards.advance("award", IssueState.PLANNED, IssueState.ISSUED)
        tx.audit.append(make.now, "award.issued", "operator", "award", {})

    sqlite_store.write(work)
    return sqlite_store


def _without_guards(store, *statements):
    """Do what the guards would refuse, then put them back."""

    def work(tx):
        found = tx.connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in found:
            tx.connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            tx.connection.execute(text(statement))
        for _, sql in found:
            tx.connection.exec_driver_sql(sql)

    store.write(work)


def _ignore_references(store):
    raw = store.write(lambda tx: tx.connection.connection.dbapi_connection)
    raw.execute("PRAGMA foreign_keys = OFF")


def test_nothing_is_wrong_with_a_sound_store(sound, make):
    assert violations(sound, make.now + timedelta(days=1)) == []


def test_nothing_is_wrong_with_an_empty_store(store, make):
    assert violations(store, make.now) == []


@pytest.mark.parametrize(
    ("expected", "statements"),
    [
        pytest.param(
            Violation("I2", "other"),
            ["INSERT INTO submission (id, teacher_id, organisation_id, achievement, version, state, created_at,"
             " updated_at, evidence, public_narratives, revision, attempt)"
             " SELECT 'other', teacher_id, organisation_id, achievement, version, state, created_at, updated_at,"
             " evidence, public_narratives, revision, attempt FROM submission"],
            id="I2 approved without a plan",
        ),
        pytest.param(
            Violation("I2", "award"), ["UPDATE submission SET state = 'returned'"], id="I2 planned, not approved"
        ),
        pytest.param(
            Violation("I4", "award"), ["UPDATE award_form SET sealed = NULL"], id="I4 issued without bytes"
        ),
        pytest.param(
            Violation("I4", "award"), ["UPDATE award SET lint_redeemed_at = NULL"], id="I4 sealed without lint"
        ),
        pytest.param(
            Violation("I5", "award"), ["UPDATE status_allocation SET award_id = 'other'"], id="I5 another's index"
        ),
        pytest.param(Violation("I5", "1"), ["UPDATE status_list SET allocated = 7"], id="I5 miscounted"),
        pytest.param(
            Violation("I6", "award"), ["UPDATE award_form SET tbs = x'00'"], id="I6 other bytes than planned"
        ),
        pytest.param(
            Violation("I8", "1"),
            ["INSERT INTO status_publication VALUES (1, 'revocation', 1, '2026-01-01T00:00:00.000000+00:00', 9, '')"],
            id="I8 published ahead of the database",
        ),
        pytest.param(
            Violation("I9", "audit event 1"), ["UPDATE audit_event SET actor_id = 'x' WHERE seq = 1"], id="I9 changed"
        ),
        pytest.param(
            Violation("I12", "review"),
            ["UPDATE person SET email = 'teacher+2@school.test' WHERE id = 'reviewer'"],
            id="I12 one's own work",
        ),
        pytest.param(
            Violation("I12", "review"),
            ["INSERT INTO organisation VALUES ('far', 'Far')",
             "UPDATE person SET organisation_id = 'far' WHERE id = 'reviewer'"],
            id="I12 another school",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(sound, make, expected, statements):
    _without_guards(sound, *statements)
    assert violations(sound, make.now) == [expected]


def test_i1_two_badges_for_one_submission_are_found_when_the_constraint_is_gone(sound, make):
    make.planned(sound, "second", submission_id=None)
    _ignore_references(sound)
    sql = sound.read(
        lambda tx: tx.connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'award'")).scalar_one()
    )
    constraint = "CONSTRAINT uq_award_submission_id UNIQUE (submission_id)"
    assert constraint in sql
    loose = sql.replace("CREATE TABLE award", "CREATE TABLE loose").replace(constraint, "CHECK (true)")
    _without_guards(
        sound, loose, "INSERT INTO loose SELECT * FROM award", "DROP TABLE award",
        "ALTER TABLE loose RENAME TO award", "UPDATE award SET submission_id = 'submission'",
    )  # fmt: skip
    assert Violation("I1", "submission") in violations(sound, make.now)


def test_i3_a_plan_that_stays_unfinished(sound, make):
    make.planned(sound, "late", submission_id=None, forms=())
    sound.write(lambda tx: tx.audit.append(make.now, "award.planned", "reviewer", "late", {}))
    assert violations(sound, make.now + timedelta(minutes=5)) == []
    late = violations(sound, make.now + timedelta(minutes=5, seconds=1))
    assert late == [Violation("I3", "late")]


def test_i9_a_missing_event_and_a_missing_guard(sound, make):
    _without_guards(sound, "DELETE FROM audit_event WHERE seq = 1")
    found = violations(sound, make.now)
    assert Violation("I9", "audit event 2") in found
    assert Violation("I11", "award") in found
    for name in sorted(GUARDS):
        sound.write(lambda tx, name=name: tx.connection.execute(text(f"DROP TRIGGER {name}")))
    missing = {violation.subject for violation in violations(sound, make.now) if violation.invariant == "I9"}
    assert missing >= GUARDS


def test_i10_the_marked_event_is_another_or_gone(sound, make):
    last = sound.read(lambda tx: tx.audit.last())
    assert violations(sound, make.now, mark=Mark(last.seq, last.hash, is_ours=True)) == []
    for mark in (
        Mark(last.seq, last.hash, is_ours=False),
        Mark(last.seq, "0" * 64, is_ours=True),
        Mark(last.seq + 1, last.hash, is_ours=True),
    ):
        assert violations(sound, make.now, mark=mark) == [Violation("I10", f"audit event {mark.seq}")]


@pytest.mark.parametrize("detail", ["dana@school.example", "Dana Reyes", "Reyes’s", "Renée"])
def test_i15_an_event_that_names_somebody(sound, make, detail):
    event = sound.write(lambda tx: tx.audit.append(make.now, "person.added", "operator", "person", {"who": detail}))
    assert violations(sound, make.now) == [Violation("I15", f"audit event {event.seq}")]


def test_i11_an_issue_event_twice(sound, make):
    sound.write(lambda tx: tx.audit.append(make.now, "award.issued", "operator", "award", {}))
    assert violations(sound, make.now) == [Violation("I11", "award")]


def test_i16_a_reference_to_nothing(sound, sqlite_path, make):
    def work(tx):
        tx.connection.execute(text("UPDATE person SET organisation_id = 'none' WHERE id = 'second'"))

    _ignore_references(sound)
    sound.write(work)
    assert [violation.invariant for violation in violations(sound, make.now)] == ["I16"]


def _published(publications, make, indexes, valid_from):
    """A served list as far as the check reads it; returns its SHA-256."""
    subject = {"encodedList": bitstring.encode(bits_of(indexes))}
    body = json.dumps({"validFrom": valid_from, "credentialSubject": subject}).encode()
    publications.put("revocation-1", body)
    return hashlib.sha256(body).hexdigest()


def test_i7_the_served_bits_are_those_of_the_database(sound, make, tmp_path):
    publications = FilePublications(tmp_path)
    moment = make.now.replace(microsecond=0)
    award = sound.read(lambda tx: tx.awards.get("award"))
    sha256 = _published(publications, make, [], moment.isoformat().replace("+00:00", "Z"))
    first = PublishedList(1, "revocation", 1, moment, 0, sha256)
    sound.write(lambda tx: tx.status_lists.record_published(first, 0))
    assert violations(sound, make.now, publications) == []

    def revoked(tx):
        tx.awards.stand(revoke(award, "reason", make.now), Standing.ACTIVE)
        tx.status_lists.touch(1)

    sound.write(revoked)
    assert violations(sound, make.now, publications) == [], "not yet published again"
    later = moment + timedelta(seconds=1)
    for indexes, expected in [([], [Violation("I7", "revocation-1")]), ([award.status.index], [])]:
        sha256 = _published(publications, make, indexes, later.isoformat().replace("+00:00", "Z"))
        serial = sound.read(lambda tx: tx.status_lists.published(1, "revocation")).serial
        next_one = PublishedList(1, "revocation", serial + 1, later, 1, sha256)
        sound.write(lambda tx, next_one=next_one, serial=serial: tx.status_lists.record_published(next_one, serial))
        assert violations(sound, make.now, publications) == expected
        later += timedelta(seconds=1)
    publications.put("revocation-1", b"{}")
    assert violations(sound, make.now, publications) == [Violation("I7", "revocation-1")]


def test_i13_an_evidence_file_that_is_missing_or_changed(sound, make, tmp_path):
    blobs = FileBlobs(tmp_path)
    size_bytes, sha256 = blobs.put(FILE, [b"evidence"], 100)
    file = EvidenceFile(FILE, "submission", "teacher", "a.txt", "text/plain", size_bytes, sha256, make.now)
    sound.write(lambda tx: tx.submissions.add_file(file))
    assert violations(sound, make.now, blobs=blobs) == []
    blobs.put(FILE, [b"EVIDENCE"], 100)
    assert violations(sound, make.now, blobs=blobs) == [Violation("I13", FILE)]
    blobs.delete(FILE)
    assert violations(sound, make.now, blobs=blobs) == [Violation("I13", FILE)]
    sound.write(lambda tx: tx.submissions.delete_file(FILE))
    assert violations(sound, make.now, blobs=blobs) == []
    sound.write(lambda tx: tx.submissions.add_attempt(make.attempt(number=2)))
    assert violations(sound, make.now, blobs=blobs) == [Violation("I13", "file")]


def test_a_reviewer_who_teaches_too_breaks_nothing_elsewhere(sound, make):
    both = make.person("both", roles=frozenset({Role.TEACHER, Role.REVIEWER}))
    sound.write(lambda tx: tx.people.add(both, "h"))
    assert violations(sound, make.now) == []
    award = sound.read(lambda tx: tx.awards.get("award"))
    sound.write(lambda tx: tx.awards.stand(suspend(award, "reason", make.now), Standing.ACTIVE))
    assert violations(sound, make.now) == []
