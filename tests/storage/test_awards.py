"""Badges, their forms and standing, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from issuer.domain.award import Form, IssuedAward, IssueState, Standing, revoke, supersede
from issuer.errors import Conflict, NotFound


def _get(store, id="award"):
    return store.read(lambda tx: tx.awards.get(id))


def test_an_award_comes_back_with_every_field(store, make):
    make.school(store)
    award = make.planned(store)
    assert _get(store) == award
    assert store.read(lambda tx: tx.awards.by_submission("submission")) == award
    assert _get(store, "none") is None
    assert store.read(lambda tx: tx.awards.by_submission("none")) is None


def test_content_and_standing_alone(store, make):
    make.school(store)
    award = make.planned(store)
    known = lambda id: store.look_up(lambda tx: tx.awards.issued(id))  # noqa: E731  (short, and used four times)
    assert known("award") == IssuedAward(award.content_sha256, Standing.ACTIVE, None, award.planned_at, "34" * 32)
    assert known("none") is None
    newer = make.planned(store, "newer", submission_id=None, living_key=None)
    store.write(lambda tx: tx.awards.stand(supersede(award, newer.id, make.now), Standing.ACTIVE))
    assert known("award") == IssuedAward(
        award.content_sha256, Standing.SUPERSEDED, "newer", award.planned_at, "34" * 32
    )


def test_a_stacked_award_names_its_children_in_order(store, make):
    make.school(store)
    children = tuple(make.planned(store, id, submission_id=None).id for id in ("c", "a", "b"))
    stack = make.planned(store, "stack", submission_id=None, children=children, living_key=None)
    assert _get(store, "stack") == stack
    assert store.read(lambda tx: tx.awards.stacked_on("a")) == [stack]
    assert store.read(lambda tx: tx.awards.stacked_on("stack")) == []


@pytest.mark.parametrize(
    "changes",
    [{"living_key": "other"}, {"submission_id": None, "living_key": "teacher:award"}],
    ids=["same submission", "same living key"],
)
def test_a_second_badge_for_the_same_is_refused(store, make, changes):
    make.school(store)
    make.planned(store)
    with pytest.raises(Conflict) as refused:
        make.planned(store, "second", **changes)
    assert refused.value.code == "issue.duplicate"
    assert [award.id for award in store.read(lambda tx: tx.awards.page(10))] == ["award"]


def test_a_second_badge_on_the_same_index_is_refused(store, make):
    make.school(store)
    award = make.planned(store)
    with pytest.raises(Conflict):
        make.planned(store, "second", submission_id=None, status=award.status)


def test_lists_are_in_their_order(store, make):
    make.school(store)
    for minutes, id in [(2, "x"), (1, "z"), (3, "y")]:
        make.planned(store, id, submission_id=None, planned_at=make.now + timedelta(minutes=minutes))
    assert [a.id for a in store.read(lambda tx: tx.awards.of_person("teacher"))] == ["z", "x", "y"]
    assert [a.id for a in store.read(lambda tx: tx.awards.page(2))] == ["x", "y"]
    assert [a.id for a in store.read(lambda tx: tx.awards.page(2, "y"))] == ["z"]
    assert store.read(lambda tx: tx.awards.unfinished(2)) == ["z", "x"]
    assert store.read(lambda tx: tx.awards.of_person("reviewer")) == []


def test_biz_14_a_lint_token_is_redeemed_once_and_only_when_it_fits(store, make):
    make.school(store)
    make.planned(store)

    def redeem(token):
        return store.write(lambda tx: tx.awards.redeem_lint("award", token, make.now))

    assert [redeem("wrong"), redeem("token-award"), redeem("token-award")] == [False, True, False]


def test_a_form_is_sealed_once(store, make):
    make.school(store)
    make.planned(store)

    def seal(body):
        store.write(lambda tx: tx.awards.seal("award", Form.VC_JWT, body, make.now))

    seal(b"first\x00")
    seal(b"first\x00")
    with pytest.raises(Conflict):
        seal(b"other")
    found = _get(store)
    assert found.sealed(Form.VC_JWT) == b"first\x00"
    assert found.sealed(Form.EDDSA_RDFC_2022) is None
    with pytest.raises(NotFound):
        store.write(lambda tx: tx.awards.seal("none", Form.VC_JWT, b"x", make.now))


def test_a_state_advances_from_where_it_is(store, make):
    make.school(store)
    make.planned(store)

    def advance(start, end):
        return store.write(lambda tx: tx.awards.advance("award", start, end))

    assert not advance(IssueState.SEALED, IssueState.ISSUED)
    assert advance(IssueState.PLANNED, IssueState.SEALED)
    assert not advance(IssueState.PLANNED, IssueState.SEALED)
    assert store.read(lambda tx: tx.awards.unfinished(9)) == ["award"]
    assert advance(IssueState.SEALED, IssueState.ISSUED)
    assert store.read(lambda tx: tx.awards.unfinished(9)) == []
    assert _get(store).state is IssueState.ISSUED


def test_a_standing_is_compared_and_set(store, make):
    make.school(store)
    revoked = revoke(make.planned(store), "evidence withdrawn", make.now)
    store.write(lambda tx: tx.awards.stand(revoked, Standing.ACTIVE))
    assert _get(store) == revoked
    with pytest.raises(Conflict) as refused:
        store.write(lambda tx: tx.awards.stand(replace(revoked, standing_reason="again"), Standing.ACTIVE))
    assert refused.value.code == "state.conflict"
    assert make.planned(store, "again", submission_id=None, living_key="teacher:award").living_key


def test_a_correction_replaces_in_one_transaction(store, make):
    make.school(store)
    old = make.planned(store)

    def work(tx):
        tx.awards.stand(supersede(old, "new", make.now), Standing.ACTIVE)
        tx.awards.add(make.award(tx, "new", submission_id=None, living_key=old.living_key, replaces=old.id))

    store.write(work)
    assert _get(store).replaced_by == "new"
    assert _get(store, "new").replaces == "award"


def test_a_living_key_is_not_taken_back_from_its_holder(store, make):
    make.school(store)
    old = make.planned(store)
    store.write(lambda tx: tx.awards.stand(replace(old, living_key=None), Standing.ACTIVE))
    make.planned(store, "holder", submission_id=None, living_key="teacher:award")
    with pytest.raises(Conflict) as refused:
        store.write(lambda tx: tx.awards.stand(old, Standing.ACTIVE))
    assert refused.value.code == "issue.duplicate"


def test_an_award_is_opened_and_closed(store, make):
    make.school(store)
    make.planned(store)
    for opened_at in (make.now, None):
        store.write(lambda tx, opened_at=opened_at: tx.awards.set_opened("award", opened_at))
        assert _get(store).opened_at == opened_at
    with pytest.raises(NotFound):
        store.write(lambda tx: tx.awards.set_opened("none", make.now))
