"""Looking through attached files for viruses, where a scanner is set up; what it has not seen, others do not get."""

from __future__ import annotations

from functools import partial

from issuer.domain.evidence_file import EvidenceFile, FileNote, Scan
from issuer.errors import Unavailable, Unprocessable
from issuer.services.access import OPERATOR
from issuer.services.ports import Blobs, Clock, Scanner, Store, Transaction

FILES_A_PASS = 20
CHUNK_BYTES = 64 * 1024


class ScanFiles:
    """scanner: None where none is set up; files are then taken as they are."""

    def __init__(self, store: Store, blobs: Blobs, scanner: Scanner | None, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._scanner = scanner
        self._clock = clock

    def at_once(self, by: str, file_id: str, sha256: str) -> Scan:
        """What the scanner says of a file that was just stored; `pending` while it does not answer.

        Raises Unprocessable (`upload.malware`) for an infected one, which is then kept apart.
        """
        if self._scanner is None:
            return Scan.OFF
        try:
            found = self._found(self._scanner, file_id)
        except Unavailable:
            return Scan.PENDING
        if found is None:
            return Scan.CLEAN
        self._blobs.set_apart(file_id)
        self._store.write(lambda tx: self._record(tx, by, file_id, sha256, found))
        raise Unprocessable("upload.malware", f"A virus was found in this file ({found}). It was not attached.")

    def run_some(self) -> int:
        """Ask again about files that wait, and forget what was kept apart long enough; returns how many were judged."""
        if self._scanner is None:
            return 0
        self._blobs.forget_set_apart()
        judged = 0
        for id in self._store.read(lambda tx: tx.submissions.unscanned(FILES_A_PASS)):
            file = self._store.read(partial(_file, id=id))
            if file is not None:
                self._judge(file, self._found(self._scanner, id))
                judged += 1
        return judged

    def _found(self, scanner: Scanner, file_id: str) -> str | None:
        with self._blobs.open(file_id) as file:
            return scanner.scan(iter(partial(file.read, CHUNK_BYTES), b""))

    def _judge(self, file: EvidenceFile, found: str | None) -> None:
        if found is None:
            self._store.write(lambda tx: tx.submissions.judge_file(file.id, file.notes, Scan.CLEAN))
            return
        note = FileNote(
            "upload.malware",
            f"A virus was found in it ({found}). Nobody can open it any more. Take it out and attach a clean one.",
        )

        def work(tx: Transaction) -> None:
            tx.submissions.judge_file(file.id, (*file.notes, note), Scan.INFECTED)
            self._record(tx, OPERATOR, file.id, file.sha256, found)

        self._store.write(work)
        self._blobs.set_apart(file.id)

    def _record(self, tx: Transaction, by: str, file_id: str, sha256: str, found: str) -> None:
        tx.audit.append(self._clock(), "upload.malware", by, file_id, {"sha256": sha256, "found": found})


def _file(tx: Transaction, id: str) -> EvidenceFile | None:
    return tx.submissions.file(id)
