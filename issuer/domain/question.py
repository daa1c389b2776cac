"""Questions that readers of a shared resource ask its author; neither learns the other's address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.errors import Conflict, Unprocessable

MAX_NAME_CHARACTERS = 100
MIN_CHARACTERS, MAX_CHARACTERS = 10, 2_000
MAX_LINKS = 2
MAX_UNANSWERED = 20
"""So many questions about one resource may wait for their author; more are not taken."""
_LINK = re.compile(r"https?:|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """One question. The asker finds the answer under a secret link, of which only the SHA-256 (hex) is kept.

    asker_id: the account of an asker who was signed in; the author is not told it.
    """

    id: str
    resource_id: str
    token_sha256: str
    name: str
    text: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None
    asker_id: str | None = None


def checked_question(name: str, text: str) -> tuple[str, str]:
    """Name and question, trimmed. Raises Unprocessable (`input.invalid`)."""
    name, text = " ".join(name.split()), text.replace("\r\n", "\n").strip()
    if not name or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise Unprocessable("input.invalid", f"Give a name of at most {MAX_NAME_CHARACTERS} characters.", "/name")
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS:
        raise Unprocessable(
            "input.invalid", f"A question has between {MIN_CHARACTERS} and {MAX_CHARACTERS:,} characters.", "/text"
        )
    if len(_LINK.findall(text)) > MAX_LINKS:
        raise Unprocessable("input.invalid", f"A question holds at most {MAX_LINKS} links.", "/text")
    return name, text


def answered(question: Question, text: str, now: datetime) -> Question:
    """The question with its answer. Raises Unprocessable for an empty or a long one, Conflict for a second one."""
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > MAX_CHARACTERS:
        raise Unprocessable("input.invalid", f"An answer has between 1 and {MAX_CHARACTERS:,} characters.", "/answer")
    if question.answered_at is not None:
        raise Conflict("state.conflict", "This question was answered already.")
    return replace(question, answer=text, answered_at=now)
