"""Every feature that is claimed has a test that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from field import Row, Shown, claimed, faults, rows

HERE = "tests/test_field.py::test_every_claim_has_its_tests"


def test_every_claim_has_its_tests() -> None:
    assert list(faults(claimed())) == []


def test_no_feature_of_evidence_is_left_out() -> None:
    evidence = [row for row in claimed() if row.section == "Evidence submission"]
    assert len(evidence) == 9
    assert {row.claim for row in evidence} == {"yes"}


DEFECTS = {
    "no test": ("yes", (), "claimed without a test"),
    "no file": ("yes", ("tests/test_nowhere.py::test_x",), "is in no file"),
    "no such test": ("yes", ("tests/test_field.py::test_nothing",), "does not exist"),
    "no claim": ("certainly", (HERE,), "is no claim"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_claim_without_support_is_found(defect: str) -> None:
    claim, tests, sentence = DEFECTS[defect]
    found = list(faults([Row("s", "f", claim, tests)]))
    assert len(found) == 1
    assert sentence in found[0]


def test_a_test_that_is_marked_as_skipped_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("import pytest\n@pytest.mark.skip\ndef test_b(): pass\n")
    assert list(faults([Row("s", "f", "yes", ("test_a.py::test_b",))], tmp_path)) != []
    (tmp_path / "test_a.py").write_text("def test_b(): pass\n")
    assert list(faults([Row("s", "f", "yes", ("test_a.py::test_b",))], tmp_path)) == []


def test_what_is_not_claimed_needs_no_test() -> None:
    text = '[[row]]\nsection = "s"\nfeature = "f"\nclaim = "no"\n'
    assert list(faults(rows(text))) == []


@pytest.mark.parametrize(
    ("outcomes", "unproven"), [((), []), (("passed",), []), (("passed", "skipped"), ["f"]), (("failed",), ["f"])]
)
def test_a_run_tells_what_it_did_not_show(outcomes: tuple[str, ...], unproven: list[str]) -> None:
    shown = Shown([Row("s", "f", "yes", (HERE,)), Row("s", "g", "no", ())])
    for outcome in outcomes:
        shown.note(f"{HERE}[any]", outcome)
    assert shown.unproven() == unproven
