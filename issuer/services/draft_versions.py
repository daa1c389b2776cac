"""Every version of a draft: kept with each save, looked at, and made the draft again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from badge_classes import Catalogue
from issuer.domain.drafts import DraftVersion, VersionKind, VersionLine, is_continued, superfluous
from issuer.domain.submission import Submission, save
from issuer.errors import Conflict, NotFound
from issuer.services.access import actor, own_submission
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.submission_folder import SubmissionFolder, folder_of


class KeptAsideError(Conflict):
    """What was sent could not become the draft; it is kept as the version `number`."""

    def __init__(self, cause: Conflict, number: int) -> None:
        super().__init__(cause.code, f"{cause.message} What you sent is kept as version {number}; nothing is lost.")
        self.number = number


@dataclass(frozen=True)
class VersionSheet:
    """A version beside the draft. folder: the submission as it is now. as_was: the same with the version's content."""

    version: DraftVersion
    folder: SubmissionFolder
    as_was: SubmissionFolder


class DraftVersions:
    """The use cases of versions. `by` is the acting person's id."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def lines(self, by: str, submission_id: str) -> list[VersionLine]:
        """What was saved when, the newest first. Raises NotFound."""
        return self._store.read(lambda tx: tx.drafts.lines(own_submission(tx, actor(tx, by), submission_id).id))

    def sheet(self, by: str, submission_id: str, number: int) -> VersionSheet:
        """One version. Raises NotFound."""

        def work(tx: Transaction) -> VersionSheet:
            person, now = actor(tx, by), self._clock()
            submission = own_submission(tx, person, submission_id)
            version = _version(tx, submission_id, number)
            past = replace(submission, evidence=version.evidence, public_narratives=version.public_narratives)
            return VersionSheet(
                version,
                folder_of(tx, self._catalogue, person, submission, now),
                folder_of(tx, self._catalogue, person, past, now),
            )

        return self._store.read(work)

    def restore(self, by: str, submission_id: str, number: int) -> Submission:
        """Make a version the draft again, as a new revision. Raises NotFound, Conflict (`evidence.locked`)."""

        def work(tx: Transaction) -> Submission:
            submission = own_submission(tx, actor(tx, by), submission_id)
            version, now = _version(tx, submission_id, number), self._clock()
            restored = save(submission, version.evidence, version.public_narratives, submission.revision, now)
            tx.submissions.update(restored, submission.revision, submission.claimed_by)
            record(tx, submission, restored, VersionKind.RESTORED)
            return restored

        return self._store.write(work)


def record(tx: Transaction, before: Submission, saved: Submission, kind: VersionKind) -> None:
    """Keep what was just saved as a version, and what it replaced where that is in none yet."""
    last = tx.drafts.last(before.id)
    if last is None and before.evidence:
        last = _of(before, 1, VersionKind.SAVED, before.updated_at)
        tx.drafts.add(last)
    if last is None and not (saved.evidence or saved.public_narratives):
        return
    following = _of(saved, last.number + 1 if last else 1, kind, saved.updated_at)
    if last is not None and is_continued(last, following):
        began_at = last.began_at if kind is VersionKind.AUTOSAVED else following.began_at
        tx.drafts.replace(replace(following, number=last.number, began_at=began_at))
    else:
        _add(tx, following)


def keep_aside(
    tx: Transaction, submission: Submission, evidence: dict[str, Any], narratives: dict[str, str], now: datetime
) -> int:
    """Keep what could not be saved, once; its number."""
    last = tx.drafts.last(submission.id)
    if last is not None and last.says(evidence, narratives):
        return last.number
    sent = replace(submission, evidence=evidence, public_narratives=narratives, revision=0)
    kept = _of(sent, last.number + 1 if last else 1, VersionKind.KEPT, now)
    _add(tx, kept)
    return kept.number


def _add(tx: Transaction, version: DraftVersion) -> None:
    tx.drafts.add(version)
    tx.drafts.remove(version.submission_id, superfluous(tx.drafts.lines(version.submission_id)))


def _of(submission: Submission, number: int, kind: VersionKind, at: datetime) -> DraftVersion:
    content = (submission.evidence, submission.public_narratives)
    size_bytes = len(json.dumps(content, separators=(",", ":")))
    return DraftVersion(submission.id, number, kind, at, at, submission.revision, size_bytes, *content)


def _version(tx: Transaction, submission_id: str, number: int) -> DraftVersion:
    version = tx.drafts.get(submission_id, number)
    if version is None:
        raise NotFound("not_found", "This draft has no such version any more.")
    return version
