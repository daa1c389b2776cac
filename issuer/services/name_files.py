"""Whether a badge will name the digest of an attached file. The file itself stays as private as it was."""

from __future__ import annotations

from dataclasses import replace

from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.submission import require_editable
from issuer.errors import NotFound
from issuer.services.access import actor, own_submission
from issuer.services.ports import Clock, Store, Transaction


class NameFiles:
    """The teacher's choice; `by` is the acting person's id."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def choose(self, by: str, submission_id: str, file_id: str, in_badge: bool) -> EvidenceFile:
        """Name the file's SHA-256 in the badge that this draft leads to, or do not.

        A digest says nothing of what is in a file, and lets whoever is given the file tell that it is the
        one that was reviewed. Raises NotFound, Conflict (`evidence.locked`).
        """

        def work(tx: Transaction) -> EvidenceFile:
            submission = own_submission(tx, actor(tx, by), submission_id)
            require_editable(submission)
            file = tx.submissions.file(file_id)
            if file is None or file.submission_id != submission.id:
                raise NotFound("not_found", "There is no such file.")
            since = (file.in_badge_since or self._clock()) if in_badge else None
            tx.submissions.name_file(file_id, since)
            return replace(file, in_badge_since=since)

        return self._store.write(work)
