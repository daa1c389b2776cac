"""Answers found again in a form that somebody filled in with an editor of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.reflection import MAX_ANSWER_CHARACTERS, Question, answers_in_text, as_markdown, usable

ASKED = (Question("a", "What was difficult?"), Question("b", "What remains tricky, and why?"))


def test_a_form_that_came_back_empty_answers_nothing() -> None:
    assert answers_in_text(as_markdown("Reflection", ASKED), ASKED) == {}


@pytest.mark.parametrize(
    "text",
    [
        as_markdown("R", ASKED).replace("difficult?\n", "difficult?\n\nListening.\n\nStill.\n"),
        "What was difficult?\r\nListening.\r\n\r\nStill.\r\nWhat remains tricky, and why?\r\n",
        "1. **What was  DIFFICULT?**\nListening.\n\nStill.\n",
        "## What was difficult? ##\nListening.\n\nStill.\n> What remains tricky, and why?",
    ],
    ids=["markdown", "plain text", "numbered and bold", "closed headings"],
)
def test_what_stands_below_a_question_is_its_answer(text: str) -> None:
    assert answers_in_text(text, ASKED) == {"a": "Listening.\n\nStill."}


def test_only_these_questions_count_and_only_what_says_something() -> None:
    assert usable({"a": "\u200b \n", "b": "Yes.", "c": "No."}, ASKED) == {"b": "Yes."}
    assert len(usable({"a": "x" * 50_000}, ASKED)["a"]) == MAX_ANSWER_CHARACTERS


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    found = answers_in_text("What was difficult?\n" + text, ASKED)
    assert found.keys() <= {"a", "b"}
