"""Files that arrive in pieces: announced, sent from where the last piece ended, completed; or given up."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from issuer.domain.evidence_file import EvidenceFile, Upload
from issuer.domain.media_types import HEAD_BYTES, display_name, identify, refuse_by_name
from issuer.errors import Conflict, NotFound, Refused, Unprocessable
from issuer.services.access import actor, own_submission
from issuer.services.attach import Attach, UploadLimits, require_room
from issuer.services.ports import Clock, Parts, Store, Transaction

PIECE_BYTES = 1024 * 1024
KEPT = timedelta(days=3)
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Arriving:
    """An upload and how many of its bytes have arrived."""

    upload: Upload
    offset: int


class Receive:
    """The use cases of uploads in pieces. `by` is the acting person's id.

    An upload's id becomes the id of the file, so that completing it again gives the same file.
    """

    def __init__(self, store: Store, parts: Parts, attach: Attach, clock: Clock, limits: UploadLimits) -> None:
        self._store = store
        self._parts = parts
        self._attach = attach
        self._clock = clock
        self._limits = limits

    def start(self, by: str, submission_id: str, name: str, declared_type: str, size_bytes: int) -> Arriving:
        """Announce a file. Everything that can be told before it is sent is told now.

        Raises Refused (`input.empty`, `input.too_large`, `upload.type_not_allowed`), Conflict
        (`evidence.locked`, `state.conflict`), Unprocessable (`upload.quota`), NotFound.
        """
        refuse_by_name(name)
        if size_bytes < 1:
            raise Refused("input.empty", "This file is empty.", display_name(name))
        if size_bytes > self._limits.max_file_bytes:
            limit_mib = self._limits.max_file_bytes / 2**20
            raise Refused("input.too_large", f"A file may have at most {limit_mib:.0f} MiB.", display_name(name))
        upload = Upload(str(uuid.uuid4()), submission_id, by, name, declared_type, size_bytes, self._clock())

        def work(tx: Transaction) -> None:
            require_room(tx, by, submission_id, size_bytes, self._limits)
            if len(tx.uploads.of_submission(submission_id)) >= MOST_AT_ONCE:
                raise Conflict("state.conflict", f"At most {MOST_AT_ONCE} files can be on their way at once.")
            tx.uploads.add(upload)

        self._store.write(work)
        return Arriving(upload, 0)

    def arriving(self, by: str, submission_id: str) -> list[Arriving]:
        """What has not arrived whole yet, for going on after a break."""

        def work(tx: Transaction) -> list[Upload]:
            own_submission(tx, actor(tx, by), submission_id)
            return tx.uploads.of_submission(submission_id)

        return [Arriving(one, self._parts.size(one.id)) for one in self._store.read(work)]

    def one(self, by: str, upload_id: str) -> Arriving:
        """One of one's own uploads. Raises NotFound."""
        upload = self._own(by, upload_id)
        return Arriving(upload, self._parts.size(upload.id))

    def append(self, by: str, upload_id: str, offset: int, data: bytes) -> Arriving:
        """Add a piece at `offset`; the first one already tells what kind of file it is.

        Raises Conflict (`state.conflict`) when something else has arrived until now, Refused for a piece beyond
        the announced size and for a kind of file that is not taken; the upload is then over.
        """
        upload = self._own(by, upload_id)
        if offset + len(data) > upload.size_bytes:
            raise Refused("input.too_large", "This is more than was announced.")
        if offset == 0 and len(data) >= min(HEAD_BYTES, upload.size_bytes):
            try:
                identify(data[:HEAD_BYTES], upload.name)
            except Refused:
                self._forget(upload)
                raise
        if not self._parts.append(upload.id, offset, data):
            arrived = self._parts.size(upload.id)
            raise Conflict("state.conflict", f"So far {arrived} bytes have arrived; go on from there.", "Upload-Offset")
        return Arriving(upload, offset + len(data))

    def complete(self, by: str, upload_id: str, sha256: str | None = None) -> EvidenceFile:
        """Make the file of what has arrived; done before, it is the same file again.

        sha256: of what was sent, in hex. Raises Conflict (`state.conflict`) while something is missing,
        Unprocessable (`evidence.integrity`) when something else arrived, and what `Attach.keep` raises.
        """
        if self._finished(by, upload_id) is None:
            self._own(by, upload_id)
        with self._parts.alone(upload_id):
            file = self._finished(by, upload_id) or self._made(self._own(by, upload_id), sha256)
        self._parts.delete(upload_id)
        return file

    def cancel(self, by: str, upload_id: str) -> None:
        """Give an upload up. Raises NotFound."""
        self._forget(self._own(by, upload_id))

    def sweep(self) -> None:
        """Forget uploads that nobody went on with, and pieces of none."""
        before = self._clock() - KEPT
        self._store.write(lambda tx: tx.uploads.delete_older(before))
        lying = list(self._parts.ids())
        known = self._store.read(lambda tx: set(tx.uploads.ids()))
        for id in lying:
            if id not in known:
                self._parts.delete(id)

    def _made(self, upload: Upload, sha256: str | None) -> EvidenceFile:
        if self._parts.size(upload.id) != upload.size_bytes:
            raise Conflict("state.conflict", "Not all of this file has arrived yet.", "Upload-Offset")
        if sha256 is not None and self._digest(upload.id) != sha256:
            self._parts.delete(upload.id)
            raise Unprocessable("evidence.integrity", "What arrived is not what was sent. Send it again.", "/sha256")
        chunks = self._parts.read(upload.id)
        try:
            return self._attach.keep(
                upload.owner_id, upload.submission_id, upload.id, upload.name, upload.declared_type, chunks
            )
        except (Refused, Unprocessable):
            self._forget(upload)
            raise

    def _digest(self, id: str) -> str:
        digest = hashlib.sha256()
        for chunk in self._parts.read(id):
            digest.update(chunk)
        return digest.hexdigest()

    def _own(self, by: str, upload_id: str) -> Upload:
        upload = self._store.read(lambda tx: (actor(tx, by), tx.uploads.get(upload_id))[1])
        if upload is None or upload.owner_id != by:
            raise NotFound("not_found", "There is no such upload.")
        return upload

    def _finished(self, by: str, upload_id: str) -> EvidenceFile | None:
        file = self._store.read(lambda tx: (actor(tx, by), tx.submissions.file(upload_id))[1])
        return file if file is not None and file.owner_id == by else None

    def _forget(self, upload: Upload) -> None:
        self._store.write(lambda tx: tx.uploads.delete(upload.id))
        self._parts.delete(upload.id)
