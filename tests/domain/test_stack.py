"""How far somebody has come towards a stacked badge, and on what it is stacked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.award import Standing
from issuer.domain.stack import children, progress

REQUIRED = ("weaving", "pottery", "joinery")


def test_only_active_badges_count(make):
    for standing in Standing:
        held = [make.award("a", "weaving", standing=standing)]
        assert progress(REQUIRED, held).earned == (("weaving",) if standing is Standing.ACTIVE else ())


def test_progress_is_told_in_the_order_of_the_catalogue(make):
    held = [make.award("a", "joinery"), make.award("b", "weaving"), make.award("c", "baking")]
    found = progress(REQUIRED, held)
    assert (found.earned, found.missing, found.is_complete) == (("weaving", "joinery"), ("pottery",), False)


def test_a_badge_class_that_requires_nothing_is_no_stack(make):
    assert not progress((), [make.award()]).is_complete


@pytest.mark.parametrize("turned", [False, True])
def test_the_latest_badge_of_each_class_is_the_child(make, turned):
    held = [
        make.award("old", "weaving"),
        make.award("new", "weaving", planned_at=make.now + timedelta(days=1)),
        make.award("gone", "weaving", planned_at=make.now + timedelta(days=2), standing=Standing.REVOKED),
        make.award("p", "pottery"),
    ]
    found = children(REQUIRED, reversed(held) if turned else held)
    assert [one.id for one in found] == ["new", "p"]


@given(st.lists(st.tuples(st.sampled_from([*REQUIRED, "baking"]), st.sampled_from(list(Standing))), max_size=8))
def test_complete_means_a_child_for_each(make, parts):
    held = [make.award(str(n), slug, standing=standing) for n, (slug, standing) in enumerate(parts)]
    found = children(REQUIRED, held)
    assert progress(REQUIRED, held).is_complete == (len(found) == len(REQUIRED))
    assert progress(REQUIRED, held).earned == tuple(one.achievement for one in found)
    assert all(one.standing is Standing.ACTIVE for one in found)
