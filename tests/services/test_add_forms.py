"""Badges issued before there were forms for selective disclosure get them: the same award, the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from house import READER, House
from older import follow_keys, let_new_keys_begin, older_house

from issuer.app.ceremonies import DID_CACHED_FOR
from issuer.domain.award import FOR_EVERYBODY, Award, Form, Standing
from issuer.errors import Conflict, Unavailable
from issuer.issuance.prepare import Preparer
from issuer.services.add_forms import REST
from issuer.verification.report import Verdict

ADDED = [Form.ECDSA_SD_2023, Form.SD_JWT_VC]


@pytest.fixture
def open_older(tmp_path: Path) -> Iterator[Callable[..., House]]:
    opened: list[House] = []

    def build(**more) -> House:
        opened.append(older_house(tmp_path / "data", **more))
        return opened[-1]

    yield build
    for house in opened:
        house.close()


def earned(house: House, number: int) -> list[Award]:
    teacher, reviewer = house.teacher(), house.reviewer()
    return [house.earn(teacher, reviewer, slug) for slug in house.earnable[:number]]


def forms_of(award: Award) -> set[Form]:
    return {one.form for one in award.forms if one.sealed is not None}


def kinds_of_keys(house: House) -> list[str]:
    events = house.store.read(lambda tx: list(tx.audit.all()))
    return [event.kind for event in events if event.kind.startswith("key.")]


def test_an_older_installation_announces_its_new_keys_and_goes_on_as_before(open_older):
    house = open_older()
    (award,) = earned(house, 1)
    assert forms_of(award) == FOR_EVERYBODY
    announced = {(one.purpose.value, one.alg) for one in house.service.custody.announced_at_start}
    assert announced == {("data-integrity", "ES256"), ("vc-jwt", "ES256")}
    assert kinds_of_keys(house) == ["key.announced"] * 2
    house.recover.run_once()
    assert house.award(award.id).forms == award.forms


def test_new_keys_begin_when_every_cached_did_document_lists_them_without_a_restart(open_older):
    house = open_older()
    follow_keys(house)
    listed = house.service.desk.identify.did_document()
    for one in house.service.custody.announced_at_start:
        assert one.kid.encode() in listed
    house.clock.now += DID_CACHED_FOR - timedelta(seconds=1)
    follow_keys(house)
    assert forms_of(earned(house, 1)[0]) == FOR_EVERYBODY
    house.clock.now += timedelta(seconds=1)
    follow_keys(house)
    teacher, reviewer = house.teacher("Second Teacher"), house.reviewer("Second Reviewer")
    assert forms_of(house.whole(house.earn(teacher, reviewer, house.earnable[0]))) == set(Form)
    assert kinds_of_keys(house) == ["key.announced", "key.announced", "key.active", "key.active"]
    assert house.problems() == []


def test_a_restart_neither_announces_again_nor_forgets(open_older):
    house = open_older()
    house.close()
    again = open_older(clock=house.clock)
    assert again.service.custody.announced_at_start == ()
    let_new_keys_begin(again)
    again.close()
    third = open_older(clock=house.clock)
    assert forms_of(third.whole(earned(third, 1)[0])) == set(Form)


def test_every_badge_of_an_older_installation_gets_every_form(open_older):
    house = open_older()
    before = house.earn_all(house.teacher(), house.reviewer())
    assert len(before) == 16
    let_new_keys_begin(house)
    house.recover.run_once()
    for old in before.values():
        award = house.award(old.id)
        assert (award.content, award.content_sha256, award.lint_token) == (
            old.content, old.content_sha256, old.lint_token,
        )  # fmt: skip
        assert award.forms[:2] == house.award(old.id).forms[:2] == old.forms
        assert [one.form for one in award.forms[2:]] == ADDED
        for form in Form:
            assert house.report(award, form).verdict is Verdict.VALID
        assert house.events(award.id)[3:] == [
            "award.form_planned", "award.form_planned", "award.form_sealed", "award.form_sealed",
        ]  # fmt: skip
    assert house.problems() == []


def test_an_added_form_has_the_bytes_it_would_have_had_from_the_beginning(open_older):
    house = open_older()
    (award,) = earned(house, 1)
    let_new_keys_begin(house)
    assert house.service.add_forms.run_all() == 2
    at_once = Preparer(house.service.identity, READER, house.service.custody.planning, first=set(Form))
    planned = at_once.plan("unused", house.content(award)).forms
    added = house.award(award.id).forms
    assert [one.tbs for one in added[2:]] == [one.tbs for one in planned[2:]]


def test_a_pass_is_bounded_and_the_next_one_goes_on(open_older):
    house = open_older()
    awards = earned(house, 5)
    let_new_keys_begin(house)
    add = house.service.add_forms
    assert [add.run_some(2) for _ in range(4)] == [4, 4, 2, 0]
    assert all(forms_of(house.award(one.id)) == set(Form) for one in awards)


def test_once_all_are_done_it_rests_for_a_while(open_older):
    house = open_older()
    reads: list[object] = []
    add = house.service.add_forms
    inner = add._store
    let_new_keys_begin(house)
    add.run_some()

    class Watched:
        def read(self, work):
            reads.append(work)
            return inner.read(work)

    add._store = Watched()
    assert (add.run_some(), reads) == (0, [])
    house.clock.now += REST
    add.run_some()
    assert len(reads) == 1


@pytest.mark.parametrize("standing", [Standing.REVOKED, Standing.SUSPENDED, Standing.SUPERSEDED])
def test_badges_that_are_not_in_force_stay_as_they_are(open_older, standing):
    house = open_older()
    ended, other = earned(house, 2)
    reviewer = house.reviewer("Second Reviewer")
    if standing is Standing.REVOKED:
        house.stand.revoke(reviewer.id, ended.id, "A reason.")
    elif standing is Standing.SUSPENDED:
        house.stand.suspend(reviewer.id, ended.id, "A reason.")
    else:
        house.stand.correct(house.administrator().id, ended.id, "Another Name", "another@school.example", "A reason.")
    let_new_keys_begin(house)
    house.service.add_forms.run_all()
    assert house.award(ended.id).standing is standing
    assert house.award(ended.id).forms == ended.forms
    assert house.service.add_forms.add_to(ended.id, set(Form)) == 0
    assert forms_of(house.award(other.id)) == set(Form)
    if standing is Standing.SUSPENDED:
        house.stand.reinstate(reviewer.id, ended.id, "A reason.")
        assert house.service.add_forms.run_all() == 2


def test_an_expired_badge_stays_as_it_is(open_older):
    house = open_older()
    (award,) = earned(house, 1)
    let_new_keys_begin(house)
    add = house.service.add_forms

    class Ended:
        def __init__(self, inner):
            self._inner = inner

        def ends_at(self, content):
            assert self._inner.ends_at(content) is None
            return house.clock()

        def __getattr__(self, name):
            return getattr(self._inner, name)

    add._preparer = Ended(add._preparer)
    assert add.run_all() == 0
    assert house.award(award.id).forms == award.forms


def test_a_badge_that_is_revoked_between_plan_and_seal_is_not_sealed(open_older):
    house = open_older()
    (award,) = earned(house, 1)
    reviewer = house.reviewer("Second Reviewer")
    let_new_keys_begin(house)
    add = house.service.add_forms
    sealer = add._sealer

    class Revoking:
        def seal(self, award):
            bodies = sealer.seal(award)
            if house.award(award.id).standing is Standing.ACTIVE:
                house.stand.revoke(reviewer.id, award.id, "A reason.")
            return bodies

    add._sealer = Revoking()
    add.run_all()
    assert forms_of(house.award(award.id)) == FOR_EVERYBODY
    house.clock.now += timedelta(hours=1)
    assert house.problems() == []


def test_one_that_cannot_be_done_does_not_hold_up_the_others(open_older, caplog):
    house = open_older()
    awards = sorted(earned(house, 3), key=lambda one: one.id)
    let_new_keys_begin(house)
    add = house.service.add_forms
    sealer = add._sealer

    class Failing:
        def seal(self, award):
            if award.id == awards[0].id:
                raise Unavailable("key.unavailable", "Not now.")
            return sealer.seal(award)

    add._sealer = Failing()
    assert add.run_all() == 4
    assert [(one.message, one.code) for one in caplog.records] == [("forms.not_added", "key.unavailable")]
    assert house.problems() == []
    house.clock.advance(minutes=6)
    assert {(one.invariant, one.subject) for one in house.problems()} == {("I3", awards[0].id)}
    add._sealer = sealer
    assert add.run_all() == 2
    assert house.problems() == []


def test_a_token_is_redeemed_once(open_older):
    house = open_older()
    (award,) = earned(house, 1)
    let_new_keys_begin(house)
    add = house.service.add_forms
    sealer = add._sealer

    class Late:
        """Somebody else redeems the token and seals nothing."""

        def seal(self, award):
            (planned,) = [one for one in award.forms if one.sealed is None]
            house.store.write(
                lambda tx: tx.awards.redeem_form_lint(award.id, planned.form, planned.lint_token, house.clock())
            )
            return sealer.seal(award)

    add._sealer = Late()
    with pytest.raises(Conflict) as refused:
        add.add_to(award.id, set(Form))
    assert refused.value.code == "issue.token"
    assert forms_of(house.award(award.id)) == FOR_EVERYBODY


def test_two_at_once_add_each_form_once(open_older):
    house = open_older()
    (award,) = earned(house, 1)
    let_new_keys_begin(house)
    other = older_house(house.folder, clock=house.clock)
    add = house.service.add_forms
    sealer = add._sealer

    class Overtaken:
        def seal(self, award):
            bodies = sealer.seal(award)
            other.service.add_forms.run_all()
            return bodies

    add._sealer = Overtaken()
    assert add.run_all() == 0
    assert forms_of(house.award(award.id)) == set(Form)
    assert house.events(award.id).count("award.form_sealed") == 2
    assert house.problems() == []
    other.close()


def test_a_badge_just_issued_is_expected_and_gets_its_forms_next(build):
    house = build()
    add, told = house.service.add_forms, []
    add.tell(lambda: told.append("now"))
    awards = earned(house, 2)
    assert told == ["now", "now"]
    assert [forms_of(house.award(one.id)) for one in awards] == [FOR_EVERYBODY, FOR_EVERYBODY]
    assert [add.run_next() for _ in range(3)] == [True, True, False]
    for award in awards:
        assert forms_of(house.award(award.id)) == set(Form)
        assert house.report(award, Form.ECDSA_SD_2023).verdict is Verdict.VALID
    assert house.problems() == []


def test_one_that_cannot_have_them_does_not_hold_up_the_next(build, caplog):
    house = build()
    first, second = earned(house, 2)
    add = house.service.add_forms
    sealer = add._sealer

    class OnlySecond:
        def seal(self, award):
            if award.id == first.id:
                raise Unavailable("key.unavailable", "No key.")
            return sealer.seal(award)

    add._sealer = OnlySecond()
    assert [add.run_next(), add.run_next()] == [True, True]
    assert [record.message for record in caplog.records] == ["forms.not_added"]
    assert (forms_of(house.award(first.id)), forms_of(house.award(second.id))) == (FOR_EVERYBODY, set(Form))
    add._sealer = sealer
    assert add.run_all() == 2
    assert house.problems() == []


def test_more_than_can_be_remembered_are_found_by_looking(build, monkeypatch):
    house = build()
    add = house.service.add_forms
    add.run_some()
    monkeypatch.setattr("issuer.services.add_forms.MAX_EXPECTED", 1)
    awards = earned(house, 2)
    assert [add.run_next(), add.run_next()] == [True, False]
    house.recover.run_once()
    assert all(forms_of(house.award(one.id)) == set(Form) for one in awards)
