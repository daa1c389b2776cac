"""What a form sends for fields that were left empty."""

from __future__ import annotations

from issuer.domain.evidence.blanks import without_blanks


def test_fields_rows_and_groups_left_empty_are_left_out() -> None:
    sent = {
        "visits": [{"peer": {"name": "Ann", "email": ""}, "notes": []}, {"peer": {"name": " "}, "date": None}],
        "plan": {"timeline": {"starts_on": ""}},
        "reflection": {"answers": {"why": "\n"}},
    }
    assert without_blanks(sent) == {"visits": [{"peer": {"name": "Ann"}}]}


def test_no_zero_and_no_answer_of_no_is_lost() -> None:
    sent = {"satisfied": False, "points": [{"value": 0}, {"value": 0.0}]}
    assert without_blanks(sent) == sent


def test_what_is_too_deep_comes_back_as_it_is() -> None:
    deep: object = ""
    for _ in range(50_000):
        deep = [deep]
    assert without_blanks(deep) is deep
