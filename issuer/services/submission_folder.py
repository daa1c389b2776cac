"""A submission with all that its teacher may see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from badge_classes import BadgeClass, Catalogue
from issuer.domain.award import Award, newest
from issuer.domain.evidence import Finding
from issuer.domain.evidence_file import EvidenceFile, Scan
from issuer.domain.link_check import LinkCheck, links_of
from issuer.domain.people import Person
from issuer.domain.review import Review
from issuer.domain.submission import EDITABLE, Submission
from issuer.services.check_evidence import check
from issuer.services.guard_privacy import Privacy, look
from issuer.services.ports import Transaction


@dataclass(frozen=True)
class SubmissionFolder:
    """A submission with all that its teacher may see of it; of reviews everything but the private notes.

    findings: what keeps it from being handed in. privacy: signs of students, which in evidence hold nothing up.
    award: the badge it led to, in its newest form. links: what is known of the links in it.
    """

    submission: Submission
    badge_class: BadgeClass
    files: tuple[EvidenceFile, ...]
    reviews: tuple[Review, ...]
    findings: tuple[Finding, ...]
    privacy: Privacy
    award: Award | None = None
    links: tuple[LinkCheck, ...] = ()


def folder_of(
    tx: Transaction, catalogue: Catalogue, person: Person, submission: Submission, now: datetime
) -> SubmissionFolder:
    """The folder of a person's own submission, checked as of `now`."""
    badge_class = catalogue.version(submission.achievement, submission.version)
    submission = _as_handed_in(tx, submission)
    files = tuple(tx.submissions.files_of(submission.id))
    findings = check(
        badge_class,
        submission.evidence,
        teacher_name=person.display_name,
        today=now.date(),
        known_files=frozenset(file.id for file in files if file.scan is not Scan.INFECTED),
    )
    privacy = look(
        tx, submission.id, badge_class, submission.evidence, submission.public_narratives, files, person.display_name
    )
    reviews = tuple(replace(review, private_note="") for review in tx.reviews.of(submission.id))
    award = tx.awards.by_submission(submission.id)
    newest_award = newest(award, tx.awards.get) if award is not None else None
    return SubmissionFolder(
        submission, badge_class, files, reviews, findings, privacy, newest_award,
        checked_links(tx, submission.id, submission.evidence),
    )  # fmt: skip


def checked_links(tx: Transaction, submission_id: str, evidence: object) -> tuple[LinkCheck, ...]:
    """What is known of the links in `evidence`, in its order."""
    known = {one.url: one for one in tx.link_checks.of_submission(submission_id)}
    return tuple(known[url] for url in links_of(evidence) if url in known)


def _as_handed_in(tx: Transaction, submission: Submission) -> Submission:
    """While it cannot change, what was handed in last; a draft changed meanwhile comes back with the next return."""
    if submission.state in EDITABLE or not submission.attempt:
        return submission
    attempt = tx.submissions.attempts(submission.id)[-1]
    return replace(submission, evidence=attempt.evidence, public_narratives=attempt.public_narratives, ai=attempt.ai)
