"""What a submission may tell of students, what its teacher attests, and what keeps a text from being published.

Signs are shown to the teacher and the reviewers and keep nothing from being handed in. A public narrative becomes
part of a badge: it is published only once no sign is left in it, and withheld otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from badge_classes import BadgeClass
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.privacy import (
    ATTESTED,
    TAKEN_BACK,
    Attestations,
    PrivacyFlag,
    evidence_flags,
    file_flags,
    narrative_flags,
    of_narrative,
    standing,
    ways_of,
)
from issuer.domain.submission import Attempt, Submission
from issuer.errors import Unprocessable
from issuer.services.ports import Transaction

MAX_NARRATIVE_CHARACTERS = 5_000
_NARRATIVES = "/public_narratives/"


@dataclass(frozen=True)
class Privacy:
    """The signs of students in a submission, in its order, and what its teacher attests of it.

    attested: ``file:``, ``hidden:`` or ``consent:<file id>``, or ``narrative:<requirement>`` → since when. A text
        that was changed since stands attested no longer.
    """

    flags: tuple[PrivacyFlag, ...]
    attested: Mapping[str, datetime]

    @property
    def withheld(self) -> frozenset[str]:
        """Requirements whose public narratives are not published as they stand."""
        pointers = (one.pointer for one in self.flags)
        return frozenset(one.removeprefix(_NARRATIVES) for one in pointers if one.startswith(_NARRATIVES))


def look(
    tx: Transaction,
    submission_id: str,
    badge_class: BadgeClass,
    evidence: dict[str, Any],
    narratives: Mapping[str, str],
    files: Collection[EvidenceFile],
    teacher_name: str,
) -> Privacy:
    """The privacy of a draft, or of an attempt with the files it names."""
    attestations = standing(tx.audit.of_subject(submission_id))
    flags = (
        *evidence_flags(badge_class.evidence_schema or {}, evidence, teacher_name),
        *narrative_flags(narratives, teacher_name, attestations),
        *file_flags(files, evidence, teacher_name, attestations),
    )
    return Privacy(flags, _still(attestations, _what_can_be_attested(narratives, files)))


def attest(
    tx: Transaction, submission: Submission, files: Iterable[EvidenceFile], said: Collection[str], now: datetime
) -> None:
    """Record that the teacher attests exactly what is `said` of the submission as it now is.

    said: as in `Privacy.attested`. Raises Unprocessable (`input.invalid`) for what is no part of the submission.
    """
    possible = _what_can_be_attested(submission.public_narratives, files)
    for index, one in enumerate(said):
        if one not in possible:
            raise Unprocessable(
                "input.invalid", "This submission has no such file or narrative.", f"/attestations/{index}"
            )
    wanted = {possible[one] for one in said}
    before = standing(tx.audit.of_subject(submission.id)).keys()
    for kind, things in ((TAKEN_BACK, before - wanted), (ATTESTED, wanted - before)):
        for thing in sorted(things):
            tx.audit.append(now, kind, submission.teacher_id, submission.id, {"of": thing})


def check_narratives(narratives: Mapping[str, str], badge_class: BadgeClass) -> None:
    """Raises Unprocessable (`input.invalid`) for unknown requirements and texts that are too long."""
    known = {requirement.id for requirement in badge_class.requirements}
    for requirement, text in narratives.items():
        where = _NARRATIVES + requirement
        if requirement not in known:
            raise Unprocessable("input.invalid", "This badge has no such requirement.", where)
        if len(text) > MAX_NARRATIVE_CHARACTERS:
            raise Unprocessable("input.invalid", "A public narrative has at most 5,000 characters.", where)


def _what_can_be_attested(narratives: Mapping[str, str], files: Iterable[EvidenceFile]) -> dict[str, str]:
    """The name of each thing → what is recorded of it, which for a text holds its digest."""
    return {
        **{f"narrative:{requirement}": of_narrative(requirement, text) for requirement, text in narratives.items()},
        **{way: way for file in files for way in ways_of(file.id)},
    }


def _still(attestations: Attestations, possible: Mapping[str, str]) -> dict[str, datetime]:
    return {name: attestations[thing] for name, thing in possible.items() if thing in attestations}


def publishable(tx: Transaction, attempt: Attempt) -> dict[str, str]:
    """Of the public narratives of an attempt those without a sign that stands: only they become part of a badge."""
    attestations = standing(tx.audit.of_subject(attempt.submission_id))
    submission = tx.submissions.get(attempt.submission_id)
    teacher = tx.people.get(submission.teacher_id) if submission is not None else None
    known = teacher.display_name if teacher is not None else ""
    flags = narrative_flags(attempt.public_narratives, known, attestations)
    withheld = Privacy(flags, {}).withheld
    return {place: text for place, text in attempt.public_narratives.items() if place not in withheld}
