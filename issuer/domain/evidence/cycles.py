"""The rule that joins the second Student Learning Reflection cycle to the first."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.folding import fold
from issuer.domain.evidence.places import place


def cycle_follows_satisfaction(
    case: Case,
    *,
    cycles: str,
    question: str,
    area: str,
    satisfied: str,
    asks_if_satisfied: str,
    asks_if_not_yet: str,
) -> Iterator[Flaw]:
    """Satisfied with the first cycle: another question and area in the second; not yet: the same question.

    cycles, satisfied: pointers to the list of cycles and to the answer. question, area: members of a cycle.
    """
    answer = place(case.evidence, satisfied)
    if answer is None or not isinstance(answer[1], bool):
        return
    for name in (question, area) if answer[1] else (question,):
        first, second = _text(case, f"{cycles}/*/{name}", 0), _text(case, f"{cycles}/*/{name}", 1)
        if first is None or second is None or (fold(first[1]) != fold(second[1])) == answer[1]:
            continue
        title = case.form.field(second[0]).title
        if answer[1]:
            detail = f"this is the same as in the first cycle; you were satisfied, so a new {title} is needed."
            yield Flaw(second[0], "evidence.not_new", detail, asks_if_satisfied)
        else:
            detail = f"this differs from the first cycle; you were not yet satisfied, so keep the same {title}."
            yield Flaw(second[0], "evidence.not_the_same", detail, asks_if_not_yet)


def _text(case: Case, pattern: str, item: int) -> tuple[Path, str] | None:
    found = place(case.evidence, pattern.replace("*", str(item)))
    return (found[0], found[1]) if found and isinstance(found[1], str) and fold(found[1]) else None
