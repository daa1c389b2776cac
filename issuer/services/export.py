"""Everything about one person in one archive: as JSON, with the files they handed in and the badges they hold.

For the person, and for an administrator who answers the request of a teacher, a parent or an eligible student; the
latter is recorded as a disclosure.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from io import RawIOBase
from typing import Any

from issuer.domain.award import Award
from issuer.domain.evidence_file import EvidenceFile
from issuer.errors import IssuerError, Unprocessable
from issuer.services.access import actor, not_found, require_administrator
from issuer.services.forms import OWN_FORMS, Forms
from issuer.services.ports import Blobs, Clock, Store, Transaction

ASKED_BY = {
    "person": "the person themselves",
    "student": "a parent or an eligible student, about evidence in it",
    "authority": "an authority that may ask for it",
}
"""Who may have asked an administrator for an archive: what is recorded, and its words."""

README = """\
Everything this service holds about one person.

data.json        every row of the database that is theirs, by table; times are in UTC. Left out are secrets (passwords,
                 tokens), notes that reviewers write to each other, and signed bytes, which are among the badges.
audit.json       what was recorded about them, their submissions and their badges.
evidence/        the files they handed in, by the id that data.json names, as they are stored.
badges/          their badges in every signed form; `.jsonld` and `.jwt` verify anywhere.
"""


@dataclass(frozen=True)
class Archive:
    """The archive, read once while it is sent."""

    name: str
    chunks: Iterator[bytes]


class Export:
    """Making archives."""

    def __init__(self, store: Store, blobs: Blobs, forms: Forms, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._forms = forms
        self._clock = clock

    def own(self, by: str) -> Archive:
        """Everything about oneself."""
        self._store.write(lambda tx: tx.audit.append(self._clock(), "person.exported", by, actor(tx, by).id, {}))
        return self._archive(by)

    def of(self, by: str, person_id: str, asked_by: str) -> Archive:
        """Everything about somebody, for an administrator or OPERATOR. That it was given out is recorded.

        asked_by: one of `ASKED_BY`. Raises Forbidden, NotFound, Unprocessable for another.
        """
        if asked_by not in ASKED_BY:
            raise Unprocessable("input.invalid", "Say who asked for it.", "/asked_by")

        def work(tx: Transaction) -> None:
            require_administrator(tx, by)
            if tx.people.get(person_id) is None:
                raise not_found()
            tx.audit.append(self._clock(), "person.disclosed", by, person_id, {"asked_by": asked_by})

        self._store.write(work)
        return self._archive(person_id)

    def _archive(self, person_id: str) -> Archive:
        return Archive(f"everything-{self._clock():%Y-%m-%d}.zip", self._written(person_id))

    def _written(self, person_id: str) -> Iterator[bytes]:
        data, audit, files, awards = self._store.read(lambda tx: _gathered(tx, person_id))
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", README)
            archive.writestr("data.json", _json(data))
            archive.writestr("audit.json", _json(audit))
            yield sink.taken()
            for name, body in self._badges(awards):
                archive.writestr(name, body)
                yield sink.taken()
            for file in files:
                yield from self._file(archive, sink, file)
        yield sink.taken()

    def _file(self, archive: zipfile.ZipFile, sink: _Sink, file: EvidenceFile) -> Iterator[bytes]:
        if self._blobs.size(file.id) is None:
            return
        entry = zipfile.ZipInfo(f"evidence/{file.id}/{_plain(file.name)}", _dos_time(file.created_at))
        with archive.open(entry, "w", force_zip64=True) as out:
            for chunk in self._blobs.read(file.id):
                out.write(chunk)
                yield sink.taken()

    def _badges(self, awards: Iterable[Award]) -> Iterator[tuple[str, bytes]]:
        for award in awards:
            for form in sorted(OWN_FORMS):
                try:
                    body, _, suffix = self._forms.own_form(award, form)
                except IssuerError:
                    continue
                yield f"badges/{award.achievement}-{award.id}/{form}.{suffix}", body


class _Sink(RawIOBase):
    """What an archive is written to: keeps the bytes until they are taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def _gathered(
    tx: Transaction, person_id: str
) -> tuple[dict[str, Any], list[dict[str, Any]], list[EvidenceFile], list[Award]]:
    submissions, awards = tx.submissions.of_teacher(person_id), tx.awards.of_person(person_id)
    subjects = [person_id, *(one.id for one in submissions), *(one.id for one in awards)]
    audit = [asdict(event) for subject in subjects for event in tx.audit.of_subject(subject)]
    files = [file for one in submissions for file in tx.submissions.files_of(one.id)]
    return dict(tx.erasure.belongings(person_id)), audit, files, awards


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_told)


def _told(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _plain(name: str) -> str:
    """A file name that is one everywhere."""
    return "".join(one if one.isalnum() or one in "-_. " else "_" for one in name).strip(". ")[:120] or "file"


def _dos_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    return (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
