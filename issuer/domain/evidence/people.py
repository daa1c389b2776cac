"""Rules about colleagues: who counts, and who has been counted already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.folding import fold
from issuer.domain.evidence.places import place, places


@dataclass(frozen=True)
class Named:
    """A person at a place of the evidence; name and e-mail are folded, an e-mail may be empty."""

    path: Path
    name: str
    email: str

    def is_same(self, other: Named) -> bool:
        """Whether both may be one person: the same name, or the same e-mail."""
        return self.name == other.name or bool(self.email and self.email == other.email)


def people_at(case: Case, pattern: str) -> list[Named]:
    """The people whom `pattern` names, without those who have no name yet."""
    found = []
    for path, value in places(case.evidence, pattern):
        if isinstance(value, dict) and (name := _folded(value.get("name"))):
            found.append(Named(path, name, _folded(value.get("email"))))
    return found


def _folded(value: object) -> str:
    return fold(value) if isinstance(value, str) else ""


def different_people(case: Case, *, groups: Sequence[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Each group holds `count` different colleagues who are in no group before it; the teacher never counts.

    groups: ``{"at": pattern, "count": n}`` each. A repeat does no harm where enough others are named.
    """
    counted: list[Named] = []
    for group in groups:
        before, flaws = len(counted), []
        for person in people_at(case, group["at"]):
            flaw = _why_not_counted(case, person, counted)
            flaws += [flaw] if flaw else []
            counted += [] if flaw else [person]
        if len(counted) - before < group["count"]:
            yield from flaws


def _why_not_counted(case: Case, person: Named, counted: Sequence[Named]) -> Flaw | None:
    if person.name == fold(case.teacher_name):
        return Flaw(person.path, "evidence.own_name", "this is your own name; only colleagues count.")
    same = next((other for other in counted if other.is_same(person)), None)
    if same is None:
        return None
    detail = f"this colleague is already named ({case.label(same.path)}); a different one is needed here."
    return Flaw(person.path, "evidence.repeated_person", detail)


def not_the_teacher(case: Case, *, at: Sequence[str]) -> Iterator[Flaw]:
    """Nobody at the places `at` is the teacher."""
    for pattern in at:
        for person in people_at(case, pattern):
            if person.name == fold(case.teacher_name):
                yield Flaw(person.path, "evidence.own_name", "this is your own name; a peer’s is needed here.")


def among_people(case: Case, *, at: Sequence[str], people: str, count: int) -> Iterator[Flaw]:
    """Everybody at the places `at` is one of `people`; silent until `count` different ones are named there."""
    named: list[Named] = []
    for person in people_at(case, people):
        named += [] if any(other.is_same(person) for other in named) else [person]
    if len(named) < count:
        return
    for pattern in at:
        for person in people_at(case, pattern):
            if not any(other.is_same(person) for other in named):
                title = case.form.field(named[0].path).title
                yield Flaw(person.path, "evidence.not_named", f"this must be somebody named above as “{title}”.")


def everyone_asked(case: Case, *, group: str, asked: str) -> Iterator[Flaw]:
    """The number at `asked` covers the different people of `group`."""
    found = place(case.evidence, group.partition("/*")[0])
    number = place(case.evidence, asked)
    if found is None or number is None or not isinstance(number[1], int):
        return
    members: list[Named] = []
    for person in people_at(case, group):
        members += [] if _why_not_counted(case, person, members) else [person]
    if number[1] < len(members):
        detail = f"{number[1]} were asked, but {len(members)} people are named ({case.label(found[0])})."
        yield Flaw(number[0], "evidence.not_everyone", detail)
