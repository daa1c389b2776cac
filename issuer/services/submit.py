"""A teacher's side: draft evidence, check it, hand it in, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from badge_classes import BadgeClass, Catalogue, UnknownBadgeClassError
from issuer.domain.ai_use import AiDeclaration
from issuer.domain.award import newest
from issuer.domain.drafts import VersionKind
from issuer.domain.evidence import Finding
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.people import Person, Role
from issuer.domain.submission import (
    OPEN,
    Submission,
    SubmissionState,
    attempt_of,
    hand_in,
    save,
    withdraw,
)
from issuer.errors import Conflict, NotFound, Unprocessable
from issuer.services.access import actor, own_submission, require_role
from issuer.services.appeals import withdraw_open
from issuer.services.draft_versions import KeptAsideError, keep_aside, record
from issuer.services.guard_privacy import attest, check_narratives
from issuer.services.notify import notify_reviewers
from issuer.services.ports import Blobs, Clock, Store, Transaction
from issuer.services.revisions import require_in_time
from issuer.services.submission_folder import SubmissionFolder, folder_of


class EvidenceIncompleteError(Unprocessable):
    """The evidence breaks rules of the badge class; `findings` names each at its field."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("evidence.incomplete", "Some of the evidence that this badge asks for is missing.")
        self.findings = findings


class Submit:
    """The use cases of a teacher's evidence. `by` is the acting person's id."""

    def __init__(self, store: Store, blobs: Blobs, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._clock = clock

    def start(self, by: str, achievement: str) -> Submission:
        """A new, empty draft for the current version. Raises NotFound for what cannot be earned by evidence."""
        badge_class = self._current(achievement)
        now = self._clock()

        def work(tx: Transaction) -> Submission:
            person = actor(tx, by)
            require_role(person, Role.TEACHER)
            submission = Submission(
                str(uuid.uuid4()), by, person.organisation_id, badge_class.slug, badge_class.version,
                SubmissionState.DRAFT, now, now,
            )  # fmt: skip
            tx.submissions.add(submission)
            return submission

        return self._store.write(work)

    def mine(self, by: str) -> list[Submission]:
        return self._store.read(lambda tx: tx.submissions.of_teacher(actor(tx, by).id))

    def led_to(self, by: str) -> dict[str, str]:
        """Submission id → id of the badge it led to, in its newest form, for all of one's own."""
        awards = {one.id: one for one in self._store.read(lambda tx: tx.awards.of_person(actor(tx, by).id))}
        return {
            one.submission_id: newest(one, awards.get).id for one in awards.values() if one.submission_id is not None
        }

    def folder(self, by: str, submission_id: str) -> SubmissionFolder:
        """The submission, its files, what reviewers said, and what is still missing."""

        def work(tx: Transaction) -> SubmissionFolder:
            person = actor(tx, by)
            return self._folder(tx, person, own_submission(tx, person, submission_id))

        return self._store.read(work)

    def save(
        self,
        by: str,
        submission_id: str,
        evidence: dict[str, Any],
        public_narratives: dict[str, str] | None = None,
        revision: int | None = None,
        attestations: Collection[str] | None = None,
        *,
        ai: AiDeclaration | None = None,
        kind: VersionKind = VersionKind.SAVED,
    ) -> SubmissionFolder:
        """Store the draft as it is, complete or not, and keep it as a version.

        revision: the one the caller started from (None: whatever is stored). public_narratives, ai, attestations
        (as in `Privacy.attested`) None: unchanged. Raises Conflict (`state.conflict`, `evidence.locked`), which is
        a KeptAsideError where the submission is still open: what was sent is then a version of its own;
        Unprocessable for narratives of unknown requirements and attestations of nothing that is here.
        """

        def work(tx: Transaction) -> SubmissionFolder | KeptAsideError:
            person, now = actor(tx, by), self._clock()
            submission = own_submission(tx, person, submission_id)
            narratives = submission.public_narratives if public_narratives is None else public_narratives
            check_narratives(narratives, self._badge_class(submission))
            base = submission.revision if revision is None else revision
            try:
                saved = save(submission, evidence, narratives, base, now, ai)
            except Conflict as conflict:
                if submission.state not in OPEN:
                    raise
                return KeptAsideError(conflict, keep_aside(tx, submission, evidence, narratives, now))
            tx.submissions.update(saved, submission.revision, submission.claimed_by)
            record(tx, submission, saved, kind)
            if attestations is not None:
                attest(tx, saved, tx.submissions.files_of(saved.id), attestations, now)
            return self._folder(tx, person, saved)

        done = self._store.write(work)
        if isinstance(done, KeptAsideError):
            raise done
        return done

    def check(
        self, by: str, submission_id: str, evidence: dict[str, Any], public_narratives: dict[str, str] | None = None
    ) -> SubmissionFolder:
        """The folder as it would be with this evidence. Nothing is saved. Raises NotFound, Conflict, Unprocessable."""

        def work(tx: Transaction) -> SubmissionFolder:
            person = actor(tx, by)
            submission = own_submission(tx, person, submission_id)
            narratives = submission.public_narratives if public_narratives is None else public_narratives
            check_narratives(narratives, self._badge_class(submission))
            saved = save(submission, evidence, narratives, submission.revision, submission.updated_at)
            return self._folder(tx, person, replace(saved, revision=submission.revision))

        return self._store.read(work)

    def submit(self, by: str, submission_id: str, ai: AiDeclaration | None = None) -> Submission:
        """Hand the evidence in; ai None: as declared in the draft. Raises EvidenceIncompleteError, Conflict."""

        def work(tx: Transaction) -> Submission:
            person = actor(tx, by)
            submission = own_submission(tx, person, submission_id)
            handed_in = hand_in(submission if ai is None else replace(submission, ai=ai), self._clock())
            require_in_time(tx, submission, self._clock())
            folder = self._folder(tx, person, submission)
            if folder.findings:
                raise EvidenceIncompleteError(folder.findings)
            attempt = attempt_of(handed_in, folder.files)
            tx.submissions.update(handed_in, submission.revision, submission.claimed_by)
            tx.submissions.add_attempt(attempt)
            details = {"attempt": str(attempt.number), "evidence_sha256": attempt.evidence_sha256}
            tx.audit.append(self._clock(), "submission.submitted", by, submission.id, details)
            notify_reviewers(tx, self._clock(), "submission.received", handed_in)
            return handed_in

        return self._store.write(work)

    def withdraw(self, by: str, submission_id: str) -> Submission:
        """Take a submission back before it is decided. Raises Conflict afterwards."""

        def work(tx: Transaction) -> Submission:
            submission = own_submission(tx, actor(tx, by), submission_id)
            withdrawn = withdraw(submission, self._clock())
            tx.submissions.update(withdrawn, submission.revision, submission.claimed_by)
            tx.audit.append(self._clock(), "submission.withdrawn", by, submission.id, {})
            withdraw_open(tx, submission, by, self._clock)
            return withdrawn

        return self._store.write(work)

    def delete(self, by: str, submission_id: str) -> None:
        """Throw away a draft that was never handed in, with its files. Raises Conflict for others."""

        def work(tx: Transaction) -> list[EvidenceFile]:
            submission = own_submission(tx, actor(tx, by), submission_id)
            if submission.attempt:
                raise Conflict("evidence.locked", "What was handed in once can be withdrawn, not deleted.")
            files = tx.submissions.files_of(submission.id)
            tx.submissions.delete(submission.id)
            return files

        for file in self._store.write(work):
            self._blobs.delete(file.id)

    def _folder(self, tx: Transaction, person: Person, submission: Submission) -> SubmissionFolder:
        return folder_of(tx, self._catalogue, person, submission, self._clock())

    def _badge_class(self, submission: Submission) -> BadgeClass:
        return self._catalogue.version(submission.achievement, submission.version)

    def _current(self, achievement: str) -> BadgeClass:
        try:
            badge_class = self._catalogue.current(achievement)
        except UnknownBadgeClassError:
            raise NotFound("not_found", "The catalogue has no such badge class.") from None
        if badge_class.evidence_schema is None:
            raise Unprocessable("input.invalid", "This badge is earned by completing its stack, not by evidence.")
        return badge_class
