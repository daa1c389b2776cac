"""The page of a draft: the form in sections, one for each requirement, with its progress and what was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from badge_classes import BadgeClass
from issuer.domain.evidence.progress import Progress, progress
from issuer.domain.review import Rating
from issuer.services.submission_folder import SubmissionFolder
from issuer.web import evidence_form
from issuer.web.evidence_form import Node

REFLECTION = "reflection"
NARRATIVES = "/public_narratives/"


@dataclass(frozen=True)
class Step:
    """The progress of one requirement with its words. anchor: id of the section that holds its fields."""

    progress: Progress
    title: str
    anchor: str

    @property
    def words(self) -> str:
        """The progress in words."""
        counted = f"{self.progress.done} of {self.progress.needed}"
        if self.progress.is_complete:
            return f"{counted}, complete"
        return f"{counted}, something to mend" if self.progress.done == self.progress.needed else counted


@dataclass(frozen=True)
class Section:
    """Fields of the form that answer one requirement.

    points: the requirement in its parts. ratings: those of the last review.
    """

    id: str
    title: str
    points: tuple[str, ...]
    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    ratings: tuple[Rating, ...]
    is_reflection: bool


@dataclass(frozen=True)
class DraftPage:
    """Everything the template of a draft shows of the form. targets: pointer → id of the element to jump to."""

    root: Node
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    targets: dict[str, str]
    privacy_targets: dict[str, str]


def draft_page(folder: SubmissionFolder, rows: Mapping[str, int] | None = None) -> DraftPage:
    """The page of a folder. rows: pointer of a repeat → items to show at least."""
    badge_class = folder.badge_class
    schema = badge_class.evidence_schema or {}
    root = evidence_form.build(schema, folder.submission.evidence, folder.findings, rows, badge_class.settings)
    groups = [tuple(nodes) for _, nodes in groupby(root.children, key=lambda node: node.requirement)]
    anchors = {requirement: _anchor(group) for group in reversed(groups) for requirement in _answered(group)}
    steps = steps_of(folder, anchors)
    ratings = folder.reviews[-1].ratings if folder.reviews else ()
    sections = tuple(_section(badge_class, group, steps, ratings) for group in groups)
    return DraftPage(root, sections, steps, targets(root), _privacy_targets(folder, root))


def steps_of(folder: SubmissionFolder, anchors: Mapping[str, str] | None = None) -> tuple[Step, ...]:
    """The progress of every requirement, in the order of the form."""
    titles = {one.id: one.text for one in folder.badge_class.requirements}
    schema = folder.badge_class.evidence_schema or {}
    return tuple(
        Step(one, titles.get(one.requirement, "The reflection form"), (anchors or {}).get(one.requirement, ""))
        for one in progress(schema, folder.submission.evidence, folder.findings)
    )


def targets(node: Node) -> dict[str, str]:
    """Pointer → id of the element to jump to."""
    found = {node.name: node.id}
    for child in node.children:
        found.update(targets(child))
    return found


def target_of(pointer: str) -> str:
    """The id of the element that shows what is at a pointer, as `evidence_form.Node.id` has it."""
    narrative = pointer.removeprefix(NARRATIVES)
    return f"narrative-{narrative}" if narrative != pointer else "f" + pointer.replace("/", "-")


def _section(
    badge_class: BadgeClass, nodes: tuple[Node, ...], steps: Iterable[Step], ratings: Iterable[Rating]
) -> Section:
    answered = _answered(nodes)
    requirement = next((one for one in badge_class.requirements if one.id == nodes[0].requirement), None)
    return Section(
        _anchor(nodes),
        requirement.text if requirement else "The reflection form",
        tuple(requirement.points) if requirement else (),
        nodes,
        tuple(step for step in steps if step.progress.requirement in answered),
        tuple(rating for rating in ratings if rating.requirement in answered),
        any(node.widget == REFLECTION for node in nodes),
    )


def _anchor(nodes: tuple[Node, ...]) -> str:
    return f"section-{nodes[0].name[1:]}"


def _answered(nodes: Iterable[Node]) -> set[str]:
    """The requirements that these fields and those inside them answer."""
    return {one for node in nodes for one in ({node.requirement} | _answered(node.children))}


def _privacy_targets(folder: SubmissionFolder, root: Node) -> dict[str, Any]:
    """The same as `targets` for pointers into the whole submission."""
    return {
        **{f"/evidence{pointer}": id for pointer, id in targets(root).items()},
        **{f"/public_narratives/{one.id}": f"narrative-{one.id}" for one in folder.badge_class.requirements},
        **{f"/files/{file.id}": f"file-{file.id}" for file in folder.files},
    }
