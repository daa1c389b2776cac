"""A process that issues badges, one after the other with a breath between, until it is killed; run by test_crash.

Prints the id of each badge once its three transactions were acknowledged, one line for each.
Arguments: database URL, name of this process.
"""

from __future__ import annotations

import hashlib
import itertools
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

from issuer.domain.award import Award, Form, IssueState, PlannedForm
from issuer.domain.people import Organisation, Person, Role
from issuer.domain.review import Decision, Review
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.storage.opening import open_store


def main(url: str, name: str) -> None:
    store = open_store(url, busy_timeout_s=20)
    store.write(add_people)
    print("ready", flush=True)
    for number in itertools.count():
        award_id = f"{name}-{number}"
        award = store.write(lambda tx, award_id=award_id: plan(tx, award_id))
        store.write(lambda tx, award=award: seal(tx, award))
        store.write(lambda tx, award=award: issue(tx, award))
        print(award_id, flush=True)
        time.sleep(0.003)


def add_people(tx) -> None:
    if tx.people.get("teacher") is not None:
        return
    tx.people.add_organisation(Organisation("school", "Example School"))
    for id, role in (("teacher", Role.TEACHER), ("reviewer", Role.REVIEWER)):
        person = Person(id, "school", f"{id}@school.test", id, frozenset({role}), now())
        tx.people.add(person, "hash")


def plan(tx, id: str) -> Award:
    moment = now()
    draft = Submission(id, "teacher", "school", "badge", 1, SubmissionState.SUBMITTED, moment, moment, attempt=1)
    tx.submissions.add(draft)
    tx.submissions.add_attempt(Attempt(id, 1, moment, {}, {}, {}, "00" * 32))
    tx.reviews.add(Review(f"r-{id}", id, 1, "reviewer", Decision.APPROVE, (), "", "", moment))
    approved = replace(draft, state=SubmissionState.APPROVED, revision=2)
    tx.submissions.update(approved, 1, None)
    forms = tuple(
        PlannedForm(form, "did:web:issuer.test#k", id.encode(), hashlib.sha256(id.encode()).hexdigest())
        for form in Form
    )
    award = Award(
        id, "teacher", id, "badge", 1, tx.status_lists.allocate(id, moment), b"x" * 3_000, "00" * 32,
        f"token-{id}", forms, moment.replace(microsecond=0), moment.replace(microsecond=0), moment,
        living_key=f"teacher:{id}",
    )  # fmt: skip
    tx.awards.add(award)
    tx.audit.append(moment, "award.planned", "reviewer", id, {})
    return award


def seal(tx, award: Award) -> None:
    assert tx.awards.redeem_lint(award.id, award.lint_token, now())
    for planned in award.forms:
        tx.awards.seal(award.id, planned.form, b"sealed " + planned.tbs, now())
    assert tx.awards.advance(award.id, IssueState.PLANNED, IssueState.SEALED)
    tx.audit.append(now(), "award.sealed", "operator", award.id, {})


def issue(tx, award: Award) -> None:
    assert tx.awards.advance(award.id, IssueState.SEALED, IssueState.ISSUED)
    tx.audit.append(now(), "award.issued", "operator", award.id, {})


def now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
