"""From an approval to a badge: the plan, the certification, and everything that can stand in the way."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from pyld import jsonld

import schemas
from issuer.credentials.recipient import Recipient
from issuer.domain.award import Award, Form, IssueState, Standing
from issuer.domain.review import Decision
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, Unavailable, Unprocessable
from issuer.verification.report import Verdict

SLUG = "collecting-data"
STACK = "teacher-leader"
CONTEXTS = {one.url: one.document for one in schemas.contexts() if not one.edition}


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.fixture
def reviewer(house):
    return house.reviewer()


def _bundled(url, options):
    return {"contextUrl": None, "documentUrl": url, "document": CONTEXTS[url], "contentType": "application/ld+json"}


def canonical_sha256(document) -> str:
    """SHA-256 of the canonical N-Quads, by an implementation that is not ours."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _bundled}
    return hashlib.sha256(jsonld.normalize(document, options).encode()).hexdigest()


def test_the_fifteenth_approval_plans_the_certification_in_the_same_commit(house, teacher, reviewer):
    *first, last = house.earnable
    for slug in first:
        assert len(house.approve(reviewer, house.waiting(teacher, slug)).awards) == 1
    decided = house.approve(reviewer, house.waiting(teacher, last))
    badge, certification = map(house.award, decided.awards)
    assert (badge.achievement, certification.achievement) == (last, STACK)
    assert certification.submission_id is None
    assert certification.state is IssueState.ISSUED
    planned = [e.seq for id in decided.awards for e in house.store.read(lambda tx, id=id: tx.audit.of_subject(id))[:1]]
    assert planned[1] == planned[0] + 1

    children = [house.award(id) for id in certification.children]
    assert [one.achievement for one in children] == list(house.badge_class(STACK).requires)
    named = {one["id"]: one for one in house.content(certification)["evidence"]}
    for child in children:
        content = house.content(child)
        assert content == json.loads(child.content)
        assert child.content_sha256 == canonical_sha256(content)
        assert content["id"] in named
        multihash = b"\x12\x20" + bytes.fromhex(child.content_sha256)
        digest = "u" + base64.urlsafe_b64encode(multihash).rstrip(b"=").decode()
        assert named[content["id"]]["digestMultibase"] == digest
    assert len(named) == len(children) == 15
    assert house.report(certification).verdict is Verdict.VALID
    assert house.problems() == []


def test_a_certification_is_planned_once(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    assert [one.achievement for one in house.awards(teacher)].count(STACK) == 1
    assert house.store.write(lambda tx: house.issue.plan_stacks(tx, teacher, reviewer.id)) == ()
    assert held[STACK].is_living


def test_bytes_signed_are_the_bytes_planned(house, teacher, reviewer):
    award = house.earn(teacher, reviewer, SLUG)
    for planned in award.forms:
        assert hashlib.sha256(planned.tbs).hexdigest() == planned.tbs_sha256
    token = award.sealed(Form.VC_JWT)
    assert token.rpartition(b".")[0] == next(one.tbs for one in award.forms if one.form is Form.VC_JWT)
    details = house.store.read(lambda tx: tx.audit.of_subject(award.id))[0].details
    assert details["content_sha256"] == award.content_sha256
    assert details["tbs_sha256.vc-jwt"] == hashlib.sha256(token.rpartition(b".")[0]).hexdigest()


def test_biz_08_a_badge_is_made_from_the_version_that_was_reviewed(build):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    newer = replace(house.badge_class(SLUG), version=2, name="Collecting Other Data", digest="0" * 64)
    waiting = house.waiting(teacher, SLUG)
    versions = (*house.catalogue.badge_classes, newer)
    changed = build(clock=house.clock, catalogue=replace(house.catalogue, badge_classes=versions))
    assert changed.submit.start(teacher.id, SLUG).version == 2
    award = changed.award(changed.approve(reviewer, waiting).awards[0])
    assert award.version == 1
    assert changed.content(award)["name"] == house.badge_class(SLUG).name
    assert "/v1" in json.dumps(house.content(award)["credentialSubject"]["achievement"]["id"])


def test_biz_09_a_badge_is_valid_from_its_approval_whoever_asks(house, teacher, reviewer):
    waiting = house.waiting(teacher, SLUG)
    house.clock.advance(days=3, seconds=7)
    award = house.award(house.approve(reviewer, waiting).awards[0])
    now = house.clock().replace(microsecond=0)
    assert (award.valid_from, award.awarded_at) == (now, now)
    assert house.content(award)["validFrom"] == now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_biz_12_the_badge_is_made_out_to_the_account_whatever_the_evidence_says(house, reviewer):
    teacher, victim = house.teacher("Dana Reyes"), house.teacher("Vic Tim")
    waiting = house.waiting(teacher, SLUG, narratives={house.badge_class(SLUG).requirements[0].id: "Mine."})

    def claim_to_be_the_victim(tx):
        evidence = {"email": victim.email, "recipient": victim.email, "name": victim.display_name}
        tx.submissions.update(replace(waiting, evidence=evidence, revision=3), 2, None)

    house.store.write(claim_to_be_the_victim)
    award = house.award(house.approve(reviewer, waiting).awards[0])
    assert award.person_id == teacher.id
    for person, expected in ((teacher, "passed"), (victim, "failed")):
        report = house.verify.verify(award.sealed(Form.VC_JWT), "application/vc+jwt", recipient=person.email)
        assert report.outcome("recipient") == expected
    house.recover.send_messages()
    assert {to for _, to, _, _ in house.mail.sent if to in (teacher.email, victim.email)} == {teacher.email}


@pytest.mark.parametrize("fault", ["too large", "no name"])
def test_biz_13_content_our_own_reader_would_refuse_is_never_planned(house, teacher, reviewer, fault):
    requirement = house.badge_class(SLUG).requirements[0].id
    waiting = house.waiting(teacher, SLUG, narratives={requirement: "x" * (300_000 if fault == "too large" else 1)})
    if fault == "no name":
        house.store.write(lambda tx: tx.people.update(replace(teacher, display_name="\u202e")))
    with pytest.raises(Unprocessable) as refused:
        house.approve(reviewer, waiting)
    assert refused.value.code == "issue.lint"
    assert house.submission(waiting.id).state is SubmissionState.SUBMITTED
    assert house.awards(teacher) == []
    assert house.problems() == []


def _planned(house, teacher, reviewer) -> Award:
    """A badge whose plan is committed, and nothing more."""
    house.issue.finish, finish = (lambda award_ids: None), house.issue.finish
    try:
        return house.award(house.approve(reviewer, house.waiting(teacher, SLUG)).awards[0])
    finally:
        house.issue.finish = finish


def test_biz_14_what_was_not_checked_is_not_sealed(house, teacher, reviewer):
    planned = _planned(house, teacher, reviewer)
    sealer = house.issue._sealer
    for changed in (
        replace(planned, lint_token="ab" * 32),
        replace(planned, content=planned.content.replace(b"Collecting", b"Gathering!")),
        replace(planned, forms=planned.forms[:1]),
        replace(planned, forms=()),
    ):
        with pytest.raises(Conflict) as refused:
            sealer.seal(changed)
        assert refused.value.code == "issue.token"
    house.issue.finish_one(planned.id)
    assert house.award(planned.id).state is IssueState.ISSUED


def test_biz_14_a_token_is_redeemed_once(build):
    house = build()
    planned = _planned(house, house.teacher(), house.reviewer())
    assert house.store.write(lambda tx: tx.awards.redeem_lint(planned.id, planned.lint_token, house.clock()))
    with pytest.raises(Conflict) as refused:
        house.issue.finish_one(planned.id)
    assert refused.value.code == "issue.token"
    assert house.award(planned.id).state is IssueState.PLANNED
    assert house.award(planned.id).sealed(Form.VC_JWT) is None


def test_finishing_twice_changes_nothing(house, teacher, reviewer):
    planned = _planned(house, teacher, reviewer)
    house.issue.finish_one(planned.id)
    finished = house.award(planned.id)
    house.issue.finish([planned.id, "unknown"])
    assert house.award(planned.id) == finished
    assert house.events(planned.id) == ["award.planned", "award.sealed", "award.issued"]


class _BrokenSealer:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def seal(self, award):
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("key.unavailable", "No key."), OSError("no such device")])
def test_an_approval_stands_when_sealing_has_to_wait(build, caplog, error):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    sealer, house.issue._sealer = house.issue._sealer, _BrokenSealer(error)
    decided = house.approve(reviewer, house.waiting(teacher, SLUG))
    award = house.award(decided.awards[0])
    assert (decided.submission.state, award.state) == (SubmissionState.APPROVED, IssueState.PLANNED)
    assert [record.message for record in caplog.records] == ["issue.postponed"]
    with pytest.raises(Conflict):
        house.share.set_open(teacher.id, award.id, True)
    house.issue._sealer = sealer
    house.recover.run_once()
    assert house.award(award.id).state is IssueState.ISSUED
    assert house.award(award.id).content == award.content
    assert house.problems() == []


def test_nothing_waits_long_unseen(build):
    """I3: a plan that stays unfinished is told."""
    house = build()
    planned = _planned(house, house.teacher(), house.reviewer())
    assert house.problems() == []
    house.clock.advance(minutes=6)
    assert [(one.invariant, one.subject) for one in house.problems()] == [("I3", planned.id)]


def test_stl_32_an_index_is_never_used_again(house, teacher, reviewer):
    badges = []
    for _ in range(5):
        badges.append(house.earn(teacher, reviewer, SLUG))
        house.stand.revoke(reviewer.id, badges[-1].id, "Once more.")
    assert len({(one.status.list_number, one.status.index) for one in badges}) == 5
    with pytest.raises(Exception, match="cannot be changed"):
        house.store.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM status_allocation"))


def test_badges_of_one_person_cannot_be_linked_by_what_is_hidden(house, teacher, reviewer):
    """PRV-02: salt and subject are of one badge alone."""
    contents = [house.content(house.earn(teacher, reviewer, slug)) for slug in house.earnable[:3]]
    subjects = [one["credentialSubject"] for one in contents]
    hidden = [one for subject in subjects for one in subject["identifier"] if one["hashed"]]
    assert len({one["salt"] for one in hidden}) == len({one["identityHash"] for one in hidden}) == 3
    assert all(len(bytes.fromhex(one["salt"])) >= 16 for one in hidden)
    assert len({subject["id"] for subject in subjects}) == 3


def test_a_suspended_badge_keeps_a_stack_open_until_it_is_reinstated(house, teacher, reviewer):
    *first, last = house.earnable
    early = house.earn(teacher, reviewer, first[0])
    for slug in first[1:]:
        house.earn(teacher, reviewer, slug)
    house.stand.suspend(reviewer.id, early.id, "A question came up.")
    assert len(house.approve(reviewer, house.waiting(teacher, last)).awards) == 1
    house.stand.reinstate(reviewer.id, early.id, "Answered.")
    certification = next(one for one in house.awards(teacher) if one.achievement == STACK)
    assert (certification.state, certification.standing) == (IssueState.ISSUED, Standing.ACTIVE)
    assert early.id in certification.children
    assert house.problems() == []


def test_the_recipient_is_named_as_the_account_names_itself(house, teacher, reviewer):
    house.administer.rename(teacher.id, "  Dana   Reyes-Ólafsdóttir ")
    award = house.earn(teacher, reviewer, SLUG)
    assert house.content(award)["credentialSubject"]["name"] == "Dana Reyes-Ólafsdóttir"
    assert not house.issue.would_change(award, replace(teacher, display_name="Dana Reyes-Ólafsdóttir"))
    assert house.issue.would_change(award, teacher)
    assert Recipient(teacher.display_name, teacher.email).email not in award.content.decode()


def test_a_declined_submission_can_be_started_anew(house, teacher, reviewer):
    waiting = house.waiting(teacher, SLUG)
    house.review.decide(reviewer.id, waiting.id, Decision.DECLINE, (), "Not this class.")
    house.clock.advance(days=1)
    assert house.earn(teacher, reviewer, SLUG).state is IssueState.ISSUED
