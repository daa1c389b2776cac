from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Invalid
from issuer.proofs.timestamps import format_timestamp, parse_timestamp, whole_seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T18:00:00Z", datetime(2026, 11, 21, 18, tzinfo=UTC)),
        ("2026-11-21T18:00:00+02:00", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("2026-11-21T18:00:00-00:00", datetime(2026, 11, 21, 18, tzinfo=UTC)),
        ("2026-11-21T18:00:00.1234567Z", datetime(2026, 11, 21, 18, 0, 0, 123456, tzinfo=UTC)),
    ],
)
def test_pos_18_forms_of_a_timestamp(text: str, expected: datetime) -> None:
    assert parse_timestamp(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2016-12-31T23:59:60Z", id="JWT-30 leap second"),
        pytest.param("0000-01-01T00:00:00Z", id="JWT-30 year 0"),
        pytest.param("+10000-01-01T00:00:00Z", id="JWT-30 year 10000"),
        pytest.param("0001-01-01T00:00:00+14:00", id="JWT-30 before the calendar"),
        pytest.param("9999-12-31T23:59:59-14:00", id="JWT-30 beyond the calendar"),
        pytest.param("2026-01-01T00:00:00", id="JWT-31 no zone"),
        pytest.param("2026-01-01", id="a date"),
        pytest.param("20260101T000000Z", id="basic format"),
        pytest.param("2026-W01-1T00:00:00Z", id="week date"),
        pytest.param("2026-01-01 00:00:00Z", id="space for T"),
        pytest.param("2026-01-01t00:00:00z", id="small letters"),
        pytest.param("2026-01-01T00:00:00+0200", id="zone without colon"),
        pytest.param("2026-01-01T00:00:00+14:01", id="zone beyond 14 hours"),
        pytest.param("2026-02-30T00:00:00Z", id="30 February"),
        pytest.param("2026-01-01T00:00:00,5Z", id="comma"),
        pytest.param("2026-01-01T00:00:00Z\n", id="line feed"),
        pytest.param("٢026-01-01T00:00:00Z", id="Arabic digit"),
        pytest.param(1767225600, id="a number"),
        pytest.param(None, id="null"),
    ],
)
def test_anything_else_is_malformed(text: object) -> None:
    with pytest.raises(Invalid) as caught:
        parse_timestamp(text, "validFrom")
    assert (caught.value.code, caught.value.where) == ("time.malformed", "validFrom")


@given(st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)))
def test_writing_and_reading_agree_in_whole_seconds(moment: datetime) -> None:
    assert parse_timestamp(format_timestamp(moment).rjust(20, "0")) == moment.replace(microsecond=0)


def test_numeric_dates_round_down_on_both_sides_of_1970() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert whole_seconds(epoch + timedelta(seconds=1.9)) == 1
    assert whole_seconds(epoch - timedelta(seconds=0.1)) == -1


@given(st.text(max_size=40))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert parse_timestamp(text).tzinfo is UTC
