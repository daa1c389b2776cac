"""What the API is sent and says of drafts: how they stand, and every version that was saved."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from issuer.domain.drafts import VersionKind
from issuer.web.api_schema import Evidence, Finding, Moment, Narratives, Sent, Told


class CheckDraft(Sent):
    """Evidence to check as it is; nothing is saved."""

    evidence: Evidence
    public_narratives: Annotated[dict[str, str], Meta(description="Left out: those of the draft.")] | UnsetType = UNSET


class RequirementProgress(Told):
    """How far the evidence for one requirement has come."""

    requirement: Annotated[str, Meta(description="Its id; `reflection` for the common reflection form.")]
    done: Annotated[int, Meta(description="How many of the parts it asks for are there and complete.")]
    needed: int
    complete: bool


class CheckedDraft(Told):
    """What is missing, and how far each requirement has come."""

    findings: list[Finding]
    progress: list[RequirementProgress]


class VersionLine(Told):
    """One version of a draft."""

    number: int
    kind: Annotated[VersionKind, Meta(description="`kept`: it could not be saved, since somebody saved meanwhile.")]
    saved_at: Moment
    revision: Annotated[int, Meta(description="The revision of the submission that it was; 0 for a kept one.")]


class VersionList(Told):
    """What was saved of a draft, the newest first."""

    versions: list[VersionLine]


class Version(VersionLine):
    """A version with its content."""

    evidence: Evidence
    public_narratives: Narratives
