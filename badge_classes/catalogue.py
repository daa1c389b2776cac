"""The catalogue: every version of every badge class, in the catalogue's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from badge_classes.errors import UnknownBadgeClassError
from badge_classes.model import BadgeClass, Stage, Strand


@dataclass(frozen=True)
class Catalogue:
    """A catalogue that passed every check.

    badge_classes: all versions, drafts too, in the catalogue's order (strand by strand, then stacks),
    versions rising. ai_policy: what the programme says about artificial intelligence (Markdown, may be empty).
    Iterating gives the current version of each badge class in the same order.
    """

    badge_classes: tuple[BadgeClass, ...]
    strands: tuple[Strand, ...]
    stages: tuple[Stage, ...]
    ai_policy: str = ""

    def __iter__(self) -> Iterator[BadgeClass]:
        newest = {one.slug: one for one in self.badge_classes if one.published}
        return iter(newest.values())

    def current(self, slug: str) -> BadgeClass:
        """The newest published version. Raises UnknownBadgeClassError, also if there are only drafts."""
        for one in self:
            if one.slug == slug:
                return one
        raise UnknownBadgeClassError(f"the catalogue has no published badge class {slug!r}")

    def version(self, slug: str, number: int) -> BadgeClass:
        """That version, published or draft. Raises UnknownBadgeClassError."""
        for one in self.badge_classes:
            if (one.slug, one.version) == (slug, number):
                return one
        raise UnknownBadgeClassError(f"the catalogue has no version {number} of {slug!r}")

    @property
    def stacks(self) -> tuple[BadgeClass, ...]:
        """The current badge classes that are earned by holding others."""
        return tuple(one for one in self if one.is_stack)
