"""Ceremonies that look at what was issued."""

from __future__ import annotations

import pytest
from house import House

from issuer.app.ceremonies import Ceremonies
from issuer.domain.award import Form, IssueState
from issuer.errors import Conflict


def test_a_retired_key_is_kept_while_a_badge_waits_for_it(tmp_path, monkeypatch):
    house = House(tmp_path)
    monkeypatch.setattr(house.issue, "finish", lambda award_ids: None)
    planned = house.earn(house.teacher(), house.reviewer(), "collecting-data")
    assert planned.state is IssueState.PLANNED
    kid = next(one for one in planned.forms if one.form is Form.EDDSA_RDFC_2022).verification_method.partition("#")[2]
    ceremonies = Ceremonies(house.service.settings, house.store, house.clock())
    ceremonies.retire(kid)
    with pytest.raises(Conflict, match=planned.id):
        ceremonies.destroy(kid)
    assert (tmp_path / "keys" / f"{kid}.pem").exists()

    monkeypatch.undo()
    house.recover.finish_badges()
    assert house.award(planned.id).state is IssueState.ISSUED
    ceremonies.destroy(kid)
    assert not (tmp_path / "keys" / f"{kid}.pem").exists()
    house.close()
