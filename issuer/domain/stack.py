"""Badges that are stacked on other badges."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from issuer.domain.award import Award, HeldAward, Standing

Held = TypeVar("Held", Award, HeldAward)


@dataclass(frozen=True)
class Progress:
    """How far a person has come towards a stacked badge, in catalogue order."""

    required: tuple[str, ...]
    earned: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(slug for slug in self.required if slug not in self.earned)

    @property
    def is_complete(self) -> bool:
        return bool(self.required) and not self.missing


def progress(required: Collection[str], awards: Iterable[Held]) -> Progress:
    """Progress towards a stack: only active awards count."""
    active = {award.achievement for award in awards if award.standing is Standing.ACTIVE}
    return Progress(tuple(required), tuple(slug for slug in required if slug in active))


def children(required: Collection[str], awards: Iterable[Held]) -> tuple[Held, ...]:
    """The active award of each required badge class, in catalogue order; the latest where there are several."""
    latest: dict[str, Held] = {}
    for award in sorted(awards, key=lambda award: award.planned_at):
        if award.standing is Standing.ACTIVE:
            latest[award.achievement] = award
    return tuple(latest[slug] for slug in required if slug in latest)
