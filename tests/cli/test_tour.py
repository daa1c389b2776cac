"""The reading of the README's tour; `make tour` runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tour import Step, missing, run, steps

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_every_block_of_the_tour_has_an_expectation() -> None:
    found = steps(README)
    assert len(found) >= 5
    assert all(step.expected for step in found)
    assert all(README.splitlines()[step.line - 1] == "```sh tour" for step in found)


def test_an_expectation_needs_commands() -> None:
    with pytest.raises(ValueError, match="nothing was run"):
        steps("```text expect\nsomething\n```\n")


def test_lines_must_occur_in_order() -> None:
    assert missing(("one", "two"), "one and two") is None
    assert missing(("two", "one"), "one and two") == "one"
    assert missing(("one", "one"), "one and two") == "one"


def test_blocks_share_one_shell_and_the_address() -> None:
    outputs = run([Step("BASE=http://localhost:8000\n", 1), Step('echo "$BASE/x"\nfalse\n', 2)], "http://localhost:9")
    assert [output.strip() for output in outputs] == ["", "http://localhost:9/x"]
