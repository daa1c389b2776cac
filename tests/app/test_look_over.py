"""The hourly look at everything stored."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from issuer.app.look_over import EVERY, TOLD_AT_MOST, LookOver
from issuer.storage.invariants import Violation


def test_it_looks_once_an_hour_and_tells_the_log(caplog: pytest.LogCaptureFixture) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    looks: list[datetime] = []

    def found() -> list[Violation]:
        looks.append(now[0])
        return [Violation("I7", f"revocation-{number}") for number in range(TOLD_AT_MOST + 5)]

    look_over = LookOver(found, lambda: now[0])
    with caplog.at_level(logging.ERROR):
        assert look_over.run_some() == 0
        now[0] += EVERY
        assert look_over.run_some() == TOLD_AT_MOST + 5
        now[0] += EVERY - timedelta(seconds=1)
        assert look_over.run_some() == 0
    assert looks == [datetime(2026, 3, 1, 1, tzinfo=UTC)] * 2
    told = [vars(record) for record in caplog.records if record.message == "invariant.broken"]
    assert [(one["invariant"], one["subject"]) for one in told[:2]] == [("I7", "revocation-0"), ("I7", "revocation-1")]
    assert len(told) == TOLD_AT_MOST


def test_what_is_under_way_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    passing, lasting = Violation("I7", "revocation-1"), Violation("I9", "audit event 7")
    looks = iter([[passing, lasting], [lasting, Violation("I7", "suspension-1")]])
    look_over = LookOver(lambda: next(looks), lambda: now[0])
    now[0] += EVERY
    assert look_over.run_some() == 1
    assert [vars(record)["subject"] for record in caplog.records] == ["audit event 7"]
