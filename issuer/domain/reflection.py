"""The reflection form as text: written for any editor, and its answers found again in what came back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from issuer.domain.evidence.folding import fold, is_blank

MAX_LINES = 20_000
MAX_ANSWER_CHARACTERS = 20_000
_MARKS = re.compile(r"^[\s#>*_\-]*(?:\d+[.)])?[\s*_]*|[\s*_#]+$")


@dataclass(frozen=True)
class Question:
    """One question of a reflection form."""

    id: str
    text: str


def as_markdown(title: str, questions: Iterable[Question]) -> str:
    """The form as Markdown, to be filled in below each question."""
    asked = "".join(f"## {one.text}\n\n\n\n" for one in questions)
    return f"# {title}\n\nName:\n\nDate:\n\n{asked}"


def answers_in_text(text: str, questions: Sequence[Question]) -> dict[str, str]:
    """Question id → what stands below that question, for those with an answer.

    A line counts as a question when it says the same, whatever marks an editor put around it.
    """
    asked = {fold(one.text): one.id for one in questions}
    below: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines()[:MAX_LINES]:
        id = asked.get(fold(_MARKS.sub("", line)))
        if id is not None:
            current = below[id] = []
        else:
            current.append(line.rstrip())
    return usable({id: "\n".join(lines) for id, lines in below.items()}, questions)


def usable(found: Mapping[str, str], questions: Iterable[Question]) -> dict[str, str]:
    """Of what was found the answers to these questions that say something, in their order."""
    texts = {one.id: found.get(one.id, "").replace("\r\n", "\n").replace("\r", "\n").strip() for one in questions}
    return {id: text[:MAX_ANSWER_CHARACTERS] for id, text in texts.items() if not is_blank(text)}
