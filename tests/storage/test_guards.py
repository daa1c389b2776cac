"""What the database itself refuses, whoever asks it."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from issuer.domain.award import Form, IssueState, PlannedForm, Standing, revoke
from issuer.domain.review import Decision, Review
from issuer.services.ports import PublishedList
from issuer.storage.guards import GUARDS
from issuer.storage.opening import open_store
from issuer.storage.schema import metadata


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request, make, tmp_path_factory):
    """A store with one row in every guarded table; what is refused leaves it as it is."""
    if request.param == "sqlite":
        store = open_store(f"sqlite:///{tmp_path_factory.mktemp('guards')}/issuer.db")
    else:
        store = open_store(request.getfixturevalue("new_database")())
    make.school(store)
    make.planned(store, "child", submission_id=None)
    award = make.planned(store, children=("child",))
    review = Review("review", "submission", 1, "reviewer", Decision.APPROVE, (), "", "", make.now)

    def work(tx):
        tx.submissions.add_attempt(make.attempt())
        tx.reviews.add(review)
        tx.audit.append(make.now, "award.planned", "reviewer", "award", {})
        tx.status_lists.touch(1)
        tx.status_lists.record_published(PublishedList(1, "revocation", 5, make.now, 0, "ab"), 0)
        tx.awards.seal("award", Form.VC_JWT, b"sealed", make.now)
        tx.awards.redeem_lint("award", award.lint_token, make.now)
        tx.awards.advance("award", IssueState.PLANNED, IssueState.ISSUED)
        tx.awards.stand(revoke(award, "reason", make.now), Standing.ACTIVE)

    store.write(work)
    for id in ("added", "waiting"):
        make.planned(store, id, submission_id=None)
        store.write(partial(_with_added_form, make, id))
    yield store
    store.close()


def _with_added_form(make, award_id, tx):
    tx.awards.advance(award_id, IssueState.PLANNED, IssueState.ISSUED)
    planned = PlannedForm(Form.ECDSA_SD_2023, "did:web:a#k", b"tbs", "12" * 32, None, "token", make.now)
    assert tx.awards.add_form(award_id, planned)
    assert not tx.awards.add_form(award_id, planned)
    if award_id == "added":
        assert tx.awards.redeem_form_lint(award_id, planned.form, "token", make.now)
        assert not tx.awards.redeem_form_lint(award_id, planned.form, "token", make.now)
        tx.awards.seal(award_id, planned.form, b"sealed", make.now)


REFUSED = [
    "UPDATE audit_event SET kind = 'other'",
    "DELETE FROM audit_event",
    "UPDATE status_allocation SET award_id = 'other' WHERE award_id = 'award'",
    "DELETE FROM status_allocation",
    "UPDATE attempt SET evidence = '[1]'",
    "DELETE FROM attempt",
    "UPDATE review SET feedback = 'other'",
    "DELETE FROM review",
    "UPDATE award SET content_sha256 = 'other' WHERE id = 'award'",
    "UPDATE award SET version = 2 WHERE id = 'award'",
    "UPDATE award SET person_id = 'second' WHERE id = 'award'",
    "UPDATE award SET submission_id = NULL WHERE id = 'award'",
    "UPDATE award SET lint_token = 'other' WHERE id = 'child'",
    "UPDATE award SET lint_redeemed_at = NULL WHERE id = 'award'",
    "UPDATE award SET state = 'planned' WHERE id = 'award'",
    "UPDATE award SET standing = 'active' WHERE id = 'award'",
    "DELETE FROM award",
    "UPDATE award_form SET sealed = tbs WHERE award_id = 'award' AND sealed IS NOT NULL",
    "UPDATE award_form SET sealed = NULL WHERE sealed IS NOT NULL",
    "UPDATE award_form SET tbs_sha256 = 'other' WHERE award_id = 'child'",
    "DELETE FROM award_form",
    "UPDATE award_form SET lint_token = 'other' WHERE award_id = 'child'",
    "UPDATE award_form SET planned_at = sealed_at WHERE sealed_at IS NOT NULL",
    "UPDATE award_form SET lint_redeemed_at = sealed_at WHERE sealed_at IS NOT NULL AND lint_token IS NULL",
    "UPDATE award_form SET lint_redeemed_at = NULL WHERE award_id = 'added'",
    "UPDATE award_form SET sealed = tbs WHERE award_id = 'waiting' AND lint_token IS NOT NULL",
    "UPDATE award_child SET child_id = 'award'",
    "DELETE FROM award_child",
    "UPDATE status_list SET change = 0",
    "UPDATE status_list SET allocated = 0",
    "DELETE FROM status_list",
    "UPDATE status_publication SET serial = 5, valid_from = '2030-01-01T00:00:00.000000+00:00'",
    "UPDATE status_publication SET serial = 6",
    "DELETE FROM status_publication",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(filled, statement):
    with pytest.raises(IntegrityError, match=r"cannot be changed"):
        filled.write(lambda tx: tx.connection.execute(text(statement)))


def test_a_form_that_comes_later_needs_its_own_token(filled, make):
    planned = PlannedForm(Form.SD_JWT_VC, "did:web:a#k", b"tbs", "12" * 32)
    with pytest.raises(IntegrityError, match="needs its own token"):
        filled.write(lambda tx: tx.awards.add_form("added", planned))
    with pytest.raises(IntegrityError, match="needs its own token"):
        filled.write(lambda tx: tx.awards.add_form("waiting", planned))


def test_an_added_form_stands_after_the_others_as_it_was_planned(filled, make):
    award = filled.read(lambda tx: tx.awards.get("added"))
    assert [one.form for one in award.forms][-1] is Form.ECDSA_SD_2023
    assert (award.forms[-1].lint_token, award.forms[-1].planned_at, award.forms[-1].sealed) == (
        "token", make.now, b"sealed",
    )  # fmt: skip
    assert all(not one.is_added for one in award.forms[:-1])


def test_a_wrong_token_is_not_redeemed(filled, make):
    wrong = ("waiting", Form.ECDSA_SD_2023, "other", make.now)
    assert filled.write(lambda tx: tx.awards.redeem_form_lint(*wrong)) is False


def test_awards_that_lack_a_form_are_found_in_order_and_in_portions(filled):
    def lacking(forms, limit=9, after=""):
        return filled.read(lambda tx: tx.awards.lacking(forms, limit, after))

    assert lacking({Form.ECDSA_SD_2023}) == ["waiting"]
    assert lacking({Form.SD_JWT_VC}) == ["added", "waiting"]
    assert lacking({Form.SD_JWT_VC, Form.ECDSA_SD_2023}, limit=1) == ["added"]
    assert lacking({Form.SD_JWT_VC, Form.ECDSA_SD_2023}, after="added") == ["waiting"]
    assert lacking(set()) == []


def test_the_content_of_an_award_never_changes(filled):
    change = text("UPDATE award SET content = :other WHERE id = 'award'")
    with pytest.raises(IntegrityError, match="award_fixed"):
        filled.write(lambda tx: tx.connection.execute(change, {"other": b"other"}))


def test_every_other_change_of_an_award_is_allowed(filled, make):
    filled.write(lambda tx: tx.awards.set_opened("award", make.now))
    filled.write(lambda tx: tx.awards.advance("child", IssueState.PLANNED, IssueState.SEALED))
    filled.write(lambda tx: tx.awards.seal("child", Form.VC_JWT, b"sealed", make.now))
    assert filled.read(lambda tx: tx.awards.get("award")).opened_at == make.now


@pytest.mark.parametrize(
    ("seq", "previous"),
    [(3, "hash"), (1, "hash"), (2, "0" * 64)],
    ids=["a gap", "a number again", "not the last one's hash"],
)
def test_an_event_follows_the_last_one(filled, seq, previous):
    insert = text(
        "INSERT INTO audit_event (seq, at, kind, actor_id, subject_id, details, previous_hash, hash)"
        " SELECT :seq, at, 'k', 'a', 's', '{}', CASE WHEN :previous = 'hash' THEN hash ELSE :previous END, 'h'"
        " FROM audit_event WHERE seq = 1"
    )
    with pytest.raises(IntegrityError, match="does not follow"):
        filled.write(lambda tx: tx.connection.execute(insert, {"seq": seq, "previous": previous}))


def test_replacing_a_row_does_not_slip_past_the_guards_of_sqlite(sqlite_store, make):
    sqlite_store.write(lambda tx: tx.status_lists.allocate("a", make.now))
    replace = text("INSERT OR REPLACE INTO status_allocation SELECT * FROM status_allocation")
    with pytest.raises(IntegrityError, match="cannot be changed"):
        sqlite_store.write(lambda tx: tx.connection.execute(replace))


def test_emptying_a_table_does_not_slip_past_the_guards_of_postgresql(new_store, make):
    for table in ("audit_event", "status_allocation", "award_form", "review"):
        with pytest.raises(IntegrityError, match="cannot be changed"):
            new_store.write(lambda tx, table=table: tx.connection.execute(text(f"TRUNCATE {table} CASCADE")))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO person SELECT 'x', 'no school', 'x@y.z', display_name, roles, created_at, NULL, 'h'"
        " FROM person WHERE id = 'teacher'",
        "UPDATE award SET replaced_by = 'nobody' WHERE id = 'child'",
        "DELETE FROM person WHERE id = 'teacher'",
    ],
)
def test_references_hold(filled, statement):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        filled.write(lambda tx: tx.connection.execute(text(statement)))


def test_the_guards_are_those_that_the_schema_names(store):
    def names(tx):
        if tx.connection.dialect.name == "sqlite":
            return tx.connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        return tx.connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))

    found = store.read(lambda tx: set(names(tx).scalars()))
    assert {name for name in found if not name.endswith("_no_truncate")} == GUARDS


def test_sqlite_tables_check_the_types_of_what_they_hold(sqlite_store):
    tables = sqlite_store.read(lambda tx: inspect(tx.connection).get_table_names())
    assert set(tables) == {"alembic_version", *metadata.tables}
    with pytest.raises(IntegrityError, match="cannot store TEXT"):
        sqlite_store.write(
            lambda tx: tx.connection.execute(text("INSERT INTO status_list VALUES (1, '2026-01-01', 'many', 0)"))
        )
