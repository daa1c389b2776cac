"""What runs beside the requests: a badge just issued gets the forms for its earner without anybody asking."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from issuer.app import serving
from issuer.domain.award import FOR_EVERYBODY, Form


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path / "data", JWT_ALGORITHM="EdDSA")
    yield opened
    opened.close()


@pytest.fixture
def passes(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the badges that were looked at, in order; the pauses are left out."""
    monkeypatch.setattr(serving, "LULL_S", 0.0)
    monkeypatch.setattr(serving, "PAUSE_S", 0.0)
    return []


def test_badges_get_their_further_forms_as_they_are_issued(house: House, passes: list[str]) -> None:
    add, done = house.service.add_forms, threading.Event()
    add_to = add.add_to

    def counted(award_id, forms):
        sealed = add_to(award_id, forms)
        passes.append(award_id)
        if len(passes) == 2:
            done.set()
        return sealed

    add.add_to = counted
    background = serving.Background(house.service)
    background.start()
    try:
        teacher, reviewer = house.teacher(), house.reviewer()
        awards = [house.earn(teacher, reviewer, slug) for slug in house.earnable[:2]]
        assert done.wait(timeout=30)
    finally:
        background.stop()
    assert passes == [one.id for one in awards]
    for award in awards:
        assert {one.form for one in award.forms} >= FOR_EVERYBODY
        assert {one.form for one in house.award(award.id).forms if one.sealed is not None} == set(Form)
    assert not background._thread.is_alive()
    assert house.problems() == []
