"""What a check of evidence says: one thing that is still missing or does not fit, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One thing to do before the evidence is complete.

    pointer: JSON pointer (RFC 6901) into the evidence; the place may not exist yet.
    code: stable machine code such as ``evidence.missing``; `badge_classes/EVIDENCE.md` lists them.
    requirement: id of the requirement that asks for it, ``reflection`` for the common reflection form,
        empty when it concerns the document as a whole.
    message: a plain sentence for the teacher, in the words of the requirement where it has some.
    detail: the same for whoever has the place before their eyes: without its name and the requirement.
    """

    pointer: str
    code: str
    requirement: str
    message: str
    detail: str = field(default="", compare=False)


@dataclass(frozen=True)
class Flaw:
    """A finding in the making: what is wrong at a place, before the form lends it its words.

    detail: what is wrong, without the name of the place. asks, requirement: the words and the requirement
    of a rule, where they are not those of the place.
    """

    path: Path
    code: str
    detail: str
    asks: str | None = None
    requirement: str | None = None


def pointer(path: Path) -> str:
    """The JSON pointer of `path` (RFC 6901, section 3)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
