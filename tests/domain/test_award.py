"""How a badge may stand, as a table and as a machine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.award import LIVING, Form, PlannedForm, Standing, reinstate, revoke, supersede, suspend
from issuer.errors import Conflict

STEPS = {
    "revoke": lambda award, now: revoke(award, "why", now),
    "suspend": lambda award, now: suspend(award, "why", now),
    "reinstate": lambda award, now: reinstate(award, "why", now),
    "supersede": lambda award, now: supersede(award, "newer", now),
}
LEADS = {
    ("active", "revoke"): "revoked",
    ("active", "suspend"): "suspended",
    ("active", "supersede"): "superseded",
    ("suspended", "revoke"): "revoked",
    ("suspended", "reinstate"): "active",
    ("suspended", "supersede"): "superseded",
}


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("step", STEPS)
def test_the_table_of_standings(make, step, standing):
    award = make.award(standing=standing)
    end = LEADS.get((standing, step))
    if end is None:
        with pytest.raises(Conflict) as refused:
            STEPS[step](award, make.now)
        is_final = (standing, step) == ("revoked", "reinstate")
        assert refused.value.code == ("status.revocation_final" if is_final else "state.conflict")
        return
    after = STEPS[step](award, make.now)
    assert (after.standing, after.standing_at) == (end, make.now)
    assert after.living_key == (award.living_key if after.is_living else None)
    assert after.replaced_by == ("newer" if step == "supersede" else None)


@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_any_order_of_steps_keeps_the_rules(make, steps):
    award, ended = make.award(), False
    for number, step in enumerate(steps):
        before = award
        try:
            award = STEPS[step](award, make.now + timedelta(seconds=number))
        except Conflict:
            award = before
        assert not (ended and award is not before), "an end was left"
        ended = award.standing not in LIVING
        assert (award.living_key is None) == ended
        assert (award.replaced_by is not None) == (award.standing is Standing.SUPERSEDED)
        assert (award.content, award.forms, award.status) == (before.content, before.forms, before.status)


def test_a_form_is_found_by_its_name(make):
    award = make.award(forms=(PlannedForm(Form.VC_JWT, "k", b"a.b", "cd" * 32, b"a.b.c"),))
    assert award.sealed(Form.VC_JWT) == b"a.b.c"
    assert award.sealed(Form.EDDSA_RDFC_2022) is None
