"""A teacher's evidence for one badge class, from first draft to decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from issuer.domain.ai_use import UNDECLARED, AiDeclaration
from issuer.domain.evidence.files import files_named
from issuer.domain.evidence_file import EvidenceFile
from issuer.errors import Conflict


class SubmissionState(StrEnum):
    """Where a submission stands. Approved, declined and withdrawn are ends."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})
OPEN = EDITABLE | {SubmissionState.SUBMITTED}


@dataclass(frozen=True)
class Submission:
    """One teacher's evidence for one version of a badge class.

    evidence: the document that the badge class's evidence schema describes.
    public_narratives: requirement id → text that the teacher chose to publish in the badge.
    revision: rises with every saved change; a save names the revision it started from.
    attempt: 0 while never submitted, then 1, 2, … with each hand-in.
    claimed_by: the reviewer who took it from the queue.
    erased_at: when its evidence was erased; ids, state and digests remain.
    ai: what the teacher declares about artificial intelligence.
    """

    id: str
    teacher_id: str
    organisation_id: str
    achievement: str
    version: int
    state: SubmissionState
    created_at: datetime
    updated_at: datetime
    evidence: dict[str, Any] = field(default_factory=dict)
    public_narratives: dict[str, str] = field(default_factory=dict)
    revision: int = 1
    attempt: int = 0
    submitted_at: datetime | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    ai: AiDeclaration = UNDECLARED
    erased_at: datetime | None = None


@dataclass(frozen=True)
class Attempt:
    """What was handed in, frozen: the reviewer judges this and nothing else.

    file_digests: file id → SHA-256 hex of every file the evidence names.
    evidence_sha256: SHA-256 hex of the evidence in canonical JSON. ai: as it was declared then.
    """

    submission_id: str
    number: int
    submitted_at: datetime
    evidence: dict[str, Any]
    public_narratives: dict[str, str]
    file_digests: dict[str, str]
    evidence_sha256: str
    ai: AiDeclaration = UNDECLARED


def save(
    submission: Submission,
    evidence: dict[str, Any],
    public_narratives: dict[str, str],
    revision: int,
    now: datetime,
    ai: AiDeclaration | None = None,
) -> Submission:
    """A new revision of a draft; `ai` None: what was declared stays.

    Raises Conflict when it is not editable or was changed meanwhile.
    """
    require_editable(submission)
    if revision != submission.revision:
        raise Conflict("state.conflict", "Somebody saved this draft after you opened it. Reload it, then save again.")
    return replace(
        submission,
        evidence=evidence,
        public_narratives=public_narratives,
        revision=submission.revision + 1,
        updated_at=now,
        ai=submission.ai if ai is None else ai,
    )


def hand_in(submission: Submission, now: datetime) -> Submission:
    """The submission as it joins the review queue. Raises Conflict when it is not a draft."""
    require_editable(submission)
    return replace(
        submission,
        state=SubmissionState.SUBMITTED,
        attempt=submission.attempt + 1,
        submitted_at=now,
        updated_at=now,
        revision=submission.revision + 1,
        claimed_by=None,
        claimed_at=None,
    )


def withdraw(submission: Submission, now: datetime) -> Submission:
    """The submission taken back by its teacher. Raises Conflict after a final decision."""
    if submission.state not in OPEN:
        raise Conflict("state.conflict", f"This submission is {submission.state}; it cannot be withdrawn.")
    return replace(
        submission, state=SubmissionState.WITHDRAWN, updated_at=now, revision=submission.revision + 1,
        claimed_by=None, claimed_at=None,
    )  # fmt: skip


def attempt_of(submission: Submission, files: Iterable[EvidenceFile]) -> Attempt:
    """What a submission that was just handed in freezes; of its files those that the evidence names."""
    if submission.submitted_at is None:
        raise Conflict("state.conflict", "This submission was not handed in.")
    frozen = {"evidence": submission.evidence, "public_narratives": submission.public_narratives}
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"))
    named = {id for _, id in files_named(submission.evidence)}
    return Attempt(
        submission.id, submission.attempt, submission.submitted_at, submission.evidence,
        submission.public_narratives, {file.id: file.sha256 for file in files if file.id in named},
        hashlib.sha256(canonical.encode()).hexdigest(), submission.ai,
    )  # fmt: skip


def require_editable(submission: Submission) -> None:
    """Raises Conflict (`evidence.locked`) when the evidence may no longer change."""
    if submission.state not in EDITABLE:
        raise Conflict("evidence.locked", f"This submission is {submission.state}; its evidence can no longer change.")
