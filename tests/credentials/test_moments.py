from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from issuer.credentials.moments import valid_until, written
from issuer.errors import Unprocessable

START = datetime(2024, 2, 29, 12, 0, 0, tzinfo=UTC)


def test_t24_a_time_is_written_in_utc_and_whole_seconds() -> None:
    there = datetime(2026, 11, 21, 13, 0, 0, tzinfo=timezone(timedelta(hours=-5)))
    assert written(there) == "2026-11-21T18:00:00Z"


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 21, 18, 0, 0), id="naive"),
        pytest.param(datetime(2026, 11, 21, 18, 0, 0, 1, tzinfo=UTC), id="a fraction of a second"),
    ],
)
def test_t24_a_time_that_cannot_equal_nbf_is_refused(moment: datetime) -> None:
    with pytest.raises(Unprocessable) as refused:
        written(moment)
    assert refused.value.code == "time.malformed"


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("P3Y", datetime(2027, 2, 28, 12, tzinfo=UTC)),
        ("P4Y", datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("P1M", datetime(2024, 3, 29, 12, tzinfo=UTC)),
        ("P10M", datetime(2024, 12, 29, 12, tzinfo=UTC)),
        ("P1Y6M2W3D", datetime(2025, 9, 15, 12, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_duration_gives_the_end(duration: str | None, end: datetime | None) -> None:
    assert valid_until(START, duration) == end


@pytest.mark.parametrize("duration", ["", "P", "3Y", "P3", "PT1H", "P-1Y", "P1.5Y", "P1Y "])
def test_what_is_no_duration_is_refused(duration: str) -> None:
    with pytest.raises(Unprocessable):
        valid_until(START, duration)
