"""Files of a submission: attached, read, taken out again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.media_types import display_name
from issuer.domain.submission import require_editable
from issuer.errors import Conflict, NotFound, Unprocessable
from issuer.services.access import actor, own_submission, readable_file
from issuer.services.ports import Blobs, Clock, Store, Transaction
from issuer.services.scan_files import ScanFiles
from issuer.services.take_in import TakeIn


@dataclass(frozen=True)
class UploadLimits:
    """max_file_bytes: one file; max_account_bytes: all files of one person, those still arriving included."""

    max_file_bytes: int = 25 * 1024 * 1024
    max_account_bytes: int = 500 * 1024 * 1024


class Attach:
    """The use cases of evidence files. `by` is the acting person's id."""

    def __init__(
        self, store: Store, blobs: Blobs, take_in: TakeIn, scans: ScanFiles, clock: Clock, limits: UploadLimits
    ) -> None:
        self._scans = scans
        self._store = store
        self._blobs = blobs
        self._take_in = take_in
        self._clock = clock
        self._limits = limits

    def add_file(
        self, by: str, submission_id: str, name: str, declared_type: str, chunks: Iterable[bytes]
    ) -> EvidenceFile:
        """Attach a file; its type is told by its content, and pictures are drawn anew.

        Raises Refused (`upload.type_not_allowed`, `upload.type_mismatch`, `upload.archive`, `input.too_large`),
        Conflict (`evidence.locked`), Unprocessable (`upload.quota`, `upload.image_dimensions`).
        """
        self._store.read(lambda tx: require_room(tx, by, submission_id, 0, self._limits))
        return self.keep(by, submission_id, str(uuid.uuid4()), name, declared_type, chunks)

    def keep(
        self, by: str, submission_id: str, file_id: str, name: str, declared_type: str, chunks: Iterable[bytes]
    ) -> EvidenceFile:
        """Take the file in under `file_id` and record it; an upload of that id is then done.

        Raises what `add_file` raises, and Unprocessable (`upload.malware`).
        """
        teacher_name = self._store.read(lambda tx: actor(tx, by).display_name)
        taken = self._take_in.store(file_id, name, declared_type, chunks, teacher_name)
        file = EvidenceFile(
            file_id, submission_id, by, display_name(name), taken.media_type, taken.size_bytes, taken.sha256,
            self._clock(), notes=tuple(taken.notes), signs=taken.signs,
            scan=self._scans.at_once(by, file_id, taken.sha256),
        )  # fmt: skip

        def work(tx: Transaction) -> EvidenceFile:
            tx.uploads.delete(file_id)
            require_room(tx, by, submission_id, file.size_bytes, self._limits)
            tx.submissions.add_file(file)
            return file

        try:
            return self._store.write(work)
        except Exception:
            self._blobs.delete(file_id)
            raise

    def remove_file(self, by: str, submission_id: str, file_id: str) -> None:
        """Take a file back out of a draft. Files that were handed in once stay. Raises NotFound, Conflict."""

        def work(tx: Transaction) -> None:
            submission = own_submission(tx, actor(tx, by), submission_id)
            require_editable(submission)
            file = tx.submissions.file(file_id)
            if file is None or file.submission_id != submission.id:
                raise NotFound("not_found", "There is no such file.")
            if any(file_id in attempt.file_digests for attempt in tx.submissions.attempts(submission.id)):
                raise Conflict("evidence.locked", "A reviewer has seen this file; it stays with the submission.")
            tx.submissions.delete_file(file_id)

        self._store.write(work)
        self._blobs.delete(file_id)

    def file(self, by: str, file_id: str) -> EvidenceFile:
        """A file this person may read. Raises NotFound for everybody else's, and the attempt is audited."""

        def work(tx: Transaction) -> EvidenceFile | None:
            try:
                return readable_file(tx, actor(tx, by), file_id)
            except NotFound:
                return None

        file = self._store.read(work)
        if file is None:
            self._store.write(lambda tx: tx.audit.append(self._clock(), "access.denied", by, file_id[:64], {}))
            raise NotFound("not_found", "There is no such file.")
        return file

    def known_file(self, file_id: str) -> EvidenceFile:
        """A file by its id alone, for callers that proved otherwise that they may have it. Raises NotFound."""
        file = self._store.read(lambda tx: tx.submissions.file(file_id))
        if file is None:
            raise NotFound("not_found", "There is no such file.")
        return file


def require_room(tx: Transaction, by: str, submission_id: str, size_bytes: int, limits: UploadLimits) -> None:
    """Raises NotFound, Conflict (`evidence.locked`), Unprocessable (`upload.quota`)."""
    require_editable(own_submission(tx, actor(tx, by), submission_id))
    taken_bytes = tx.submissions.bytes_stored_by(by) + tx.uploads.bytes_announced_by(by)
    if taken_bytes + size_bytes > limits.max_account_bytes:
        raise Unprocessable(
            "upload.quota",
            f"Your files may have {limits.max_account_bytes / 2**20:.0f} MiB together, and that is used up.",
        )
