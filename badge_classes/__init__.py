"""What can be earned, as data: badge classes, strands, stages and stacks, with a strict loader."""

from __future__ import annotations

from badge_classes.catalogue import Catalogue
from badge_classes.errors import CatalogueError, CatalogueFault, UnknownBadgeClassError
from badge_classes.loader import load
from badge_classes.model import Alignment, BadgeClass, Level, Question, Requirement, Stage, Strand

__all__ = [
    "Alignment",
    "BadgeClass",
    "Catalogue",
    "CatalogueError",
    "CatalogueFault",
    "Level",
    "Question",
    "Requirement",
    "Stage",
    "Strand",
    "UnknownBadgeClassError",
    "load",
]
