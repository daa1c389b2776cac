"""No table is forgotten when a person's data is given out or erased."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from issuer.storage.belongings import KEPT, OWNING, PUBLISHED, REFERRING, of_person, removable_below
from issuer.storage.schema import award, metadata, person, submission
from issuer.storage.transaction import SqlTransaction

assert SqlTransaction  # every table is known once this is imported


def _tables(found):
    return {table.name for table, _ in found}


def test_every_column_that_names_a_person_says_whether_the_row_is_theirs():
    columns = {
        f"{table.name}.{reference.parent.name}"
        for table in metadata.tables.values()
        for reference in table.foreign_keys
        if reference.column.table is person
    }
    assert [one for one in sorted(columns) if one.partition(".")[2] not in OWNING | REFERRING] == []


def test_every_table_is_kept_for_a_reason_or_erased_with_its_person_or_submission():
    roots = ((person, person.c.id == "p"), (submission, submission.c.id == "s"), (award, award.c.person_id == "p"))
    erased = set().union(*(_tables(removable_below(*root)) for root in roots))
    assert metadata.tables.keys() - KEPT - erased - {"join_code"} == set()
    assert erased.isdisjoint(KEPT)
    assert _tables(removable_below(submission, submission.c.id == "s", PUBLISHED)).isdisjoint(PUBLISHED)


def test_what_is_given_out_covers_what_is_erased():
    given = _tables(of_person("p"))
    assert _tables(removable_below(person, person.c.id == "p")) <= given
    assert {"person", "submission", "attempt", "review", "award"} <= given


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE attempt SET evidence = '[1]'",
        "UPDATE attempt SET evidence = '{}', public_narratives = '[1]'",
        "UPDATE attempt SET evidence = '{}', evidence_sha256 = '00'",
        "UPDATE review SET feedback = 'other', private_note = ''",
        "UPDATE review SET feedback = '', private_note = '', decision = 'decline'",
    ],
)
def test_what_was_handed_in_and_said_is_blanked_or_left_as_it_is(store, make, change):
    make.school(store)

    def fill(tx):
        tx.submissions.add_attempt(make.attempt())
        tx.connection.execute(
            text(
                "INSERT INTO review (id, submission_id, attempt, reviewer_id, decision, ratings, feedback,"
                " private_note, decided_at) VALUES ('r', 'submission', 1, 'reviewer', 'return', '[]', 'said', 'note',"
                " '2026-11-21T18:00:00.000000+00:00')"
            )
        )

    store.write(fill)
    with pytest.raises(IntegrityError, match="cannot be changed"):
        store.write(lambda tx: tx.connection.execute(text(change)))
    store.write(lambda tx: tx.erasure.erase_evidence("submission", make.now, with_published=True))
    (attempt,) = store.read(lambda tx: tx.submissions.attempts("submission"))
    assert (attempt.evidence, attempt.public_narratives) == ({}, {})
    assert attempt.evidence_sha256 == make.attempt().evidence_sha256
