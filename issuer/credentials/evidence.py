"""The evidence a badge shows: only what its earner chose to make public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from badge_classes.model import BadgeClass, Requirement
from issuer.credentials.references import ChildRef, ReviewedFile, child_evidence, file_evidence
from issuer.credentials.text import clean, shortened
from issuer.credentials.urls import PublicUrls
from issuer.errors import Unprocessable
from issuer.proofs.strict_json import JsonObject

MAX_NAME_CHARS = 120


def evidence(
    credential_id: str,
    badge_class: BadgeClass,
    public_narratives: Mapping[str, str],
    children: Sequence[ChildRef],
    urls: PublicUrls,
    files: Sequence[ReviewedFile] = (),
) -> list[JsonObject]:
    """One Evidence for each public narrative (requirement id → Markdown), for each file whose digest is named
    and for each child of a stack.

    Raises Unprocessable (`issue.lint`) for a narrative of no requirement, and unless a stack names as
    many children as it requires and any other badge none.
    """
    unknown = public_narratives.keys() - {requirement.id for requirement in badge_class.requirements}
    if unknown:
        raise Unprocessable("issue.lint", f"There is no requirement {min(unknown)!r} to show evidence of.")
    wanted = len(badge_class.requires)
    if not len({child.id for child in children}) == len(children) == wanted:
        raise Unprocessable("issue.lint", f"{badge_class.slug} is stacked on {wanted} different badges.")
    shown = [
        _narrative(urls.evidence(credential_id, requirement.id), requirement, public_narratives[requirement.id])
        for requirement in badge_class.requirements
        if clean(public_narratives.get(requirement.id, ""))
    ]
    named = [
        file_evidence(urls.evidence(credential_id, f"file-{number}"), number, file)
        for number, file in enumerate(files, start=1)
    ]
    return [*shown, *named, *(child_evidence(child, urls) for child in children)]


def _narrative(id: str, requirement: Requirement, narrative: str) -> JsonObject:
    return {
        "id": id,
        "type": ["Evidence"],
        "name": shortened(requirement.text, MAX_NAME_CHARS),
        "narrative": clean(narrative),
    }
