"""Revoking, suspending, reinstating and correcting, and what follows for the certification."""

from __future__ import annotations

import json

import pytest

from issuer.credentials.status_list import indexes_of, published_at
from issuer.domain.award import Form, IssueState, Standing
from issuer.domain.people import Role
from issuer.domain.stack import progress
from issuer.errors import Conflict, Forbidden, NotFound, Unavailable, Unprocessable
from issuer.verification.report import Verdict

SLUG = "collecting-data"
STACK = "teacher-leader"
CHANGES = ("revoke", "suspend", "reinstate")


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.fixture
def reviewer(house):
    return house.reviewer()


def _bits(house, award):
    """(revoked, suspended) as the served lists say it."""
    served = [
        house.publish_status.served(award.status.list_number, purpose).body for purpose in ("revocation", "suspension")
    ]
    return tuple(award.status.index in indexes_of(body) for body in served)


@pytest.mark.parametrize(
    ("steps", "standing", "bits", "verdict"),
    [
        (("revoke",), Standing.REVOKED, (True, False), Verdict.INVALID),
        (("suspend",), Standing.SUSPENDED, (False, True), Verdict.INVALID),
        (("suspend", "reinstate"), Standing.ACTIVE, (False, False), Verdict.VALID),
        (("suspend", "revoke"), Standing.REVOKED, (True, False), Verdict.INVALID),
    ],
)
def test_a_change_is_served_before_the_call_returns(house, teacher, reviewer, steps, standing, bits, verdict):
    award = house.earn(teacher, reviewer, SLUG)
    assert _bits(house, award) == (False, False)
    for step in steps:
        changed = getattr(house.stand, step)(reviewer.id, award.id, "A reason.")
    assert changed.standing is standing
    assert house.award(award.id) == changed
    assert _bits(house, award) == bits
    assert house.report(award).verdict is verdict
    assert house.report(award, Form.VC_JWT).verdict is verdict
    assert house.award(award.id).forms == award.forms
    assert house.problems() == []


def test_stl_31_a_revocation_is_final(house, teacher, reviewer):
    award = house.earn(teacher, reviewer, SLUG)
    house.stand.revoke(reviewer.id, award.id, "A reason.")
    with pytest.raises(Conflict) as refused:
        house.stand.reinstate(reviewer.id, award.id, "Changed my mind.")
    assert refused.value.code == "status.revocation_final"
    assert _bits(house, award) == (True, False)
    with pytest.raises(Exception, match="cannot be changed"):
        house.store.write(lambda tx: tx.connection.exec_driver_sql("UPDATE award SET standing = 'active'"))


def test_stl_31_a_revoked_certification_with_a_suspended_badge_is_final_too(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    house.stand.suspend(reviewer.id, held[SLUG].id, "A question.")
    house.stand.revoke(reviewer.id, held[STACK].id, "It was not earned.")
    with pytest.raises(Conflict) as refused:
        house.stand.reinstate(reviewer.id, held[STACK].id, "Please.")
    assert refused.value.code == "status.revocation_final"


def test_a_revoked_badge_takes_its_certification_along_in_the_same_commit(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    house.stand.revoke(reviewer.id, held[SLUG].id, "The data were not theirs.")
    certification = house.award(held[STACK].id)
    assert certification.standing is Standing.REVOKED
    assert "The data were not theirs." in certification.standing_reason
    assert _bits(house, certification) == (True, False)
    last = [house.store.read(lambda tx, id=held[one].id: tx.audit.of_subject(id))[-1] for one in (SLUG, STACK)]
    assert [event.kind for event in last] == ["award.revoked"] * 2
    assert last[1].seq == last[0].seq + 1
    assert last[1].details == {"because_of": held[SLUG].id}
    others = [one for one in house.awards(teacher) if one.achievement not in (SLUG, STACK)]
    assert all(one.standing is Standing.ACTIVE for one in others)
    assert house.problems() == []


def test_earning_the_missing_one_again_makes_a_new_certification(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    house.stand.revoke(reviewer.id, held[SLUG].id, "A reason.")
    badge, new = map(house.award, house.approve(reviewer, house.waiting(teacher, SLUG)).awards)
    assert (new.achievement, new.standing, new.state) == (STACK, Standing.ACTIVE, IssueState.ISSUED)
    assert new.id != held[STACK].id
    assert set(new.children) == {badge.id, *(held[slug].id for slug in house.earnable if slug != SLUG)}
    assert house.report(new).verdict is Verdict.VALID
    assert house.report(held[STACK]).verdict is Verdict.INVALID
    assert house.problems() == []


def test_a_certification_is_suspended_while_any_of_its_badges_is(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    one, other = held[house.earnable[0]], held[house.earnable[1]]

    def standing():
        return house.award(held[STACK].id).standing

    house.stand.suspend(reviewer.id, one.id, "First question.")
    assert standing() is Standing.SUSPENDED
    house.stand.suspend(reviewer.id, other.id, "Second question.")
    with pytest.raises(Conflict):
        house.stand.reinstate(reviewer.id, held[STACK].id, "Too early.")
    house.stand.reinstate(reviewer.id, one.id, "Answered.")
    assert standing() is Standing.SUSPENDED
    house.stand.reinstate(reviewer.id, other.id, "Answered.")
    assert standing() is Standing.ACTIVE
    assert _bits(house, held[STACK]) == (False, False)
    assert [one.achievement for one in house.awards(teacher)].count(STACK) == 1
    assert house.problems() == []


def test_a_certification_suspended_for_its_own_sake_does_not_follow_its_badges_back(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    house.stand.suspend(reviewer.id, held[STACK].id, "About the certification.")
    house.stand.suspend(reviewer.id, held[SLUG].id, "About the badge.")
    house.stand.reinstate(reviewer.id, held[SLUG].id, "Answered.")
    assert house.award(held[STACK].id).standing is Standing.SUSPENDED
    house.stand.reinstate(reviewer.id, held[STACK].id, "Answered too.")
    assert house.award(held[STACK].id).standing is Standing.ACTIVE


def test_a_suspended_badge_that_is_revoked_revokes_the_suspended_certification(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    house.stand.suspend(reviewer.id, held[SLUG].id, "A question.")
    house.stand.revoke(reviewer.id, held[SLUG].id, "The answer.")
    assert house.award(held[STACK].id).standing is Standing.REVOKED
    assert _bits(house, held[STACK]) == (True, False)


def test_a_correction_replaces_a_badge_and_says_so(house, teacher, reviewer):
    requirement = house.badge_class(SLUG).requirements[0].id
    waiting = house.waiting(teacher, SLUG, narratives={requirement: "What I published."})
    old = house.award(house.approve(reviewer, waiting).awards[0])
    house.share.set_open(teacher.id, old.id, True)
    house.clock.advance(days=2)
    (new,) = house.stand.correct(reviewer.id, old.id, "Dana Reyes-Lund", teacher.email, "Married.")
    before, new = house.award(old.id), house.award(new.id)
    assert (before.standing, before.replaced_by, before.living_key) == (Standing.SUPERSEDED, new.id, None)
    assert (new.standing, new.replaces, new.living_key) == (Standing.ACTIVE, old.id, old.living_key)
    assert (new.awarded_at, new.opened_at) == (old.awarded_at, before.opened_at)
    assert new.valid_from > old.valid_from
    assert _bits(house, old) == _bits(house, new) == (False, False)
    assert before.forms == old.forms

    content, earlier = house.content(new), house.content(old)
    (named,) = content["relatedResource"]
    assert named["id"] == earlier["id"]
    assert content["credentialSubject"]["name"] == "Dana Reyes-Lund"
    assert content["credentialSubject"]["result"] == [
        {**one, "id": two["id"]} if "id" in one else one
        for one, two in zip(earlier["credentialSubject"]["result"], content["credentialSubject"]["result"], strict=True)
    ]
    assert [one["narrative"] for one in content["evidence"]] == ["What I published."]
    assert house.report(new).verdict is Verdict.VALID
    assert house.report(old).flags == ("credential.superseded",)
    assert house.report(new).flags == ()
    assert house.store.read(lambda tx: tx.people.get(teacher.id)).display_name == "Dana Reyes-Lund"
    assert house.problems() == []


def test_correcting_a_badge_corrects_the_certification_stacked_on_it(house, teacher, reviewer):
    held = house.earn_all(teacher, reviewer)
    badge, certification = house.stand.correct(reviewer.id, held[SLUG].id, "Dana R. Reyes", teacher.email, "Initial.")
    certification = house.award(certification.id)
    assert (certification.achievement, certification.replaces) == (STACK, held[STACK].id)
    assert badge.id in certification.children
    assert held[SLUG].id not in certification.children
    assert len(certification.children) == 15
    assert house.award(held[STACK].id).standing is Standing.SUPERSEDED
    assert house.report(certification).verdict is Verdict.VALID
    stack = house.badge_class(STACK)
    assert progress(stack.requires, house.awards(teacher)).is_complete
    house.stand.revoke(reviewer.id, badge.id, "A reason.")
    assert house.award(certification.id).standing is Standing.REVOKED
    assert house.award(held[STACK].id).standing is Standing.SUPERSEDED
    assert house.problems() == []


def test_a_correction_can_be_corrected_and_revoked(house, teacher, reviewer):
    old = house.earn(teacher, reviewer, SLUG)
    (second,) = house.stand.correct(reviewer.id, old.id, "Dana Two", teacher.email, "First.")
    (third,) = house.stand.correct(reviewer.id, second.id, "Dana Three", teacher.email, "Second.")
    assert house.award(third.id).replaces == second.id
    for ended in (old, second):
        with pytest.raises(Conflict):
            house.stand.correct(reviewer.id, ended.id, "Dana Four", teacher.email, "Third.")
        with pytest.raises(Conflict):
            house.stand.revoke(reviewer.id, ended.id, "It ended already.")
    house.stand.revoke(reviewer.id, third.id, "A reason.")
    assert house.earn(teacher, reviewer, SLUG).standing is Standing.ACTIVE
    assert house.problems() == []


def test_no_earlier_copy_outlives_what_it_was_corrected_into(house, teacher, reviewer):
    """Its holder kept the earlier copies; they say no more than the one that is in force, in whatever list."""
    old = house.earn(teacher, reviewer, SLUG)
    next_list = max(house.store.read(lambda tx: tx.status_lists.numbers())) + 1
    house.store.write(lambda tx: tx.status_lists.open(next_list, house.clock()))
    (second,) = house.stand.correct(reviewer.id, old.id, "Dana Two", teacher.email, "First.")
    (third,) = house.stand.correct(reviewer.id, second.id, "Dana Three", teacher.email, "Second.")
    copies = [house.award(one.id) for one in (old, second, third)]
    assert [one.status.list_number for one in copies] == [next_list - 1, next_list, next_list]

    def seen():
        return {
            (_bits(house, one), house.report(one).verdict, house.report(one, Form.VC_JWT).verdict) for one in copies
        }

    assert seen() == {((False, False), Verdict.VALID, Verdict.VALID)}
    house.stand.suspend(reviewer.id, third.id, "A question.")
    assert seen() == {((False, True), Verdict.INVALID, Verdict.INVALID)}
    house.stand.reinstate(reviewer.id, third.id, "Answered.")
    assert seen() == {((False, False), Verdict.VALID, Verdict.VALID)}
    house.stand.revoke(reviewer.id, third.id, "It was not so.")
    assert seen() == {((True, False), Verdict.INVALID, Verdict.INVALID)}
    assert [house.award(one.id).standing for one in copies] == [
        Standing.SUPERSEDED, Standing.SUPERSEDED, Standing.REVOKED
    ]  # fmt: skip
    assert house.problems() == []


@pytest.mark.parametrize("standing", ["suspend", "revoke"])
def test_only_an_active_badge_is_corrected(house, teacher, reviewer, standing):
    award = house.earn(teacher, reviewer, SLUG)
    getattr(house.stand, standing)(reviewer.id, award.id, "A reason.")
    with pytest.raises(Conflict):
        house.stand.correct(reviewer.id, award.id, "Dana Two", teacher.email, "A reason.")
    assert house.store.read(lambda tx: tx.people.get(teacher.id)) == teacher


def test_a_correction_changes_something(house, teacher, reviewer):
    award = house.earn(teacher, reviewer, SLUG)
    with pytest.raises(Unprocessable):
        house.stand.correct(reviewer.id, award.id, f" {teacher.display_name} ", teacher.email.upper(), "Nothing.")
    assert len(house.awards(teacher)) == 1


def test_an_address_is_corrected_by_administrators_and_never_to_their_own(house, teacher, reviewer):
    award = house.earn(teacher, reviewer, SLUG)
    admin = house.administrator()
    with pytest.raises(Forbidden) as refused:
        house.stand.correct(reviewer.id, award.id, "Dana Reyes", "dana.new@school.example", "New address.")
    assert refused.value.code == "forbidden"
    tagged = admin.email.replace("@", "+x@")
    with pytest.raises(Forbidden) as refused:
        house.stand.correct(admin.id, award.id, "Dana Reyes", tagged, "New address.")
    assert refused.value.code == "review.conflict_of_interest"
    with pytest.raises(Conflict):
        house.stand.correct(admin.id, award.id, "Dana Reyes", reviewer.email, "Taken.")
    address = f"new.{teacher.email}"
    (new,) = house.stand.correct(admin.id, award.id, "Dana Reyes", address, "New address.")
    sealed = house.award(new.id).sealed(Form.VC_JWT)
    assert house.verify.verify(sealed, "application/vc+jwt", recipient=address).outcome("recipient") == "passed"


@pytest.mark.parametrize("change", CHANGES)
def test_who_may_change_how_a_badge_stands(house, teacher, reviewer, change):
    award = house.earn(teacher, reviewer, SLUG)
    if change == "reinstate":
        house.stand.suspend(reviewer.id, award.id, "A question.")
    step = getattr(house.stand, change)
    stranger = house.reviewer("Sam Far", school=f"{house.school_name} Annex")
    with pytest.raises(Forbidden):
        step(teacher.id, award.id, "Mine.")
    with pytest.raises(NotFound):
        step(stranger.id, award.id, "Not ours.")
    with pytest.raises(NotFound):
        step(stranger.id, "no such badge", "Not ours.")
    for reason in ("", "  ", "x" * 1_001):
        with pytest.raises(Unprocessable):
            step(reviewer.id, award.id, reason)
    elsewhere = house.administrator("Ada Min", school=f"{house.school_name} Annex")
    assert step(elsewhere.id, award.id, "Administrators govern every badge.").standing is not award.standing or (
        change == "reinstate"
    )


@pytest.mark.parametrize("roles", [(Role.REVIEWER,), (Role.ADMINISTRATOR,), (Role.ADMINISTRATOR, Role.REVIEWER)])
def test_nobody_changes_how_their_own_badge_stands(house, reviewer, roles):
    teacher = house.person("Dana Reyes", Role.TEACHER, *roles)
    award = house.earn(teacher, reviewer, SLUG)
    house.stand.suspend(reviewer.id, award.id, "A question.")
    for step in CHANGES:
        with pytest.raises(Forbidden) as refused:
            getattr(house.stand, step)(teacher.id, award.id, "Mine.")
        assert refused.value.code == "review.conflict_of_interest"
    with pytest.raises(Forbidden):
        house.stand.correct(teacher.id, award.id, "Dana Two", teacher.email, "Mine.")


def test_history_and_listing(house, teacher, reviewer):
    award = house.earn(teacher, reviewer, SLUG)
    house.stand.suspend(reviewer.id, award.id, "A question.")
    found = house.stand.history(reviewer.id, award.id)
    kinds = ["award.planned", "award.sealed", "award.issued", "award.suspended"]
    assert [event.kind for event in found.events] == kinds
    assert [one.award.id for one in house.stand.governed(reviewer.id)] == [award.id]
    stranger = house.reviewer("Sam Far", school=f"{house.school_name} Annex")
    assert house.stand.governed(stranger.id) == []
    with pytest.raises(NotFound):
        house.stand.history(stranger.id, award.id)
    for call in (lambda: house.stand.governed(teacher.id), lambda: house.stand.history(teacher.id, award.id)):
        with pytest.raises(Forbidden):
            call()


def test_a_change_stands_when_publishing_has_to_wait(build, caplog):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    award = house.earn(teacher, reviewer, SLUG)

    def down(*_arguments):
        raise Unavailable("key.unavailable", "No key.")

    sign, house.publish_status._sign_list = house.publish_status._sign_list, down
    assert house.stand.revoke(reviewer.id, award.id, "A reason.").standing is Standing.REVOKED
    assert [record.message for record in caplog.records] == ["status.postponed"]
    assert _bits(house, award) == (False, False)
    house.publish_status._sign_list = sign
    house.recover.run_once()
    assert _bits(house, award) == (True, False)
    assert house.problems() == []


def test_many_changes_within_a_second_do_not_run_ahead_of_the_clock(build):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    award = house.earn(teacher, reviewer, SLUG)
    served = []
    for _ in range(35):
        house.stand.suspend(reviewer.id, award.id, "On.")
        house.stand.reinstate(reviewer.id, award.id, "Off.")
        served.append(published_at(house.publish_status.served(1, "suspension").body))
    assert served == sorted(set(served))
    assert (served[-1] - house.clock()).total_seconds() < 1
    assert house.report(award).verdict is Verdict.VALID
    assert "." in json.loads(house.publish_status.served(1, "suspension").body)["validFrom"]
    assert house.problems() == []
