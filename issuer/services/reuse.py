"""Taking up again what one has submitted before: a part of one's own earlier evidence, with its files."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from badge_classes import Catalogue
from issuer.domain.drafts import VersionKind
from issuer.domain.evidence.files import files_named
from issuer.domain.evidence.finding import Path
from issuer.domain.evidence.reuse import Reusable, found_in, reusable_parts
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.submission import Submission, require_editable, save
from issuer.errors import Conflict, NotFound
from issuer.services.access import actor, own_submission
from issuer.services.attach import UploadLimits, require_room
from issuer.services.draft_versions import record
from issuer.services.ports import Blobs, Clock, Store, Transaction


@dataclass(frozen=True)
class Offer:
    """Something that can be copied. target: pointer of the part it would fill. source: names it among the offers."""

    target: str
    title: str
    source: str
    label: str
    badge: str
    submission: Submission
    value: Any


class Reuse:
    """The use cases of copying one's own earlier material. `by` is the acting person's id."""

    def __init__(self, store: Store, blobs: Blobs, catalogue: Catalogue, clock: Clock, limits: UploadLimits) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._clock = clock
        self._limits = limits

    def offers(self, by: str, submission_id: str) -> tuple[Offer, ...]:
        """What can be copied into one's own submission, part by part, the latest first. Raises NotFound."""
        return self._store.read(lambda tx: self._offers(tx, by, submission_id))

    def copy(self, by: str, submission_id: str, target: str, source: str) -> Submission:
        """Copy what `source` names to `target`, in place of what is there, with copies of its files.

        Raises NotFound for what is not offered, Conflict (`evidence.locked`), Unprocessable (`upload.quota`).
        """
        offer, files = self._store.read(lambda tx: self._chosen(tx, by, submission_id, target, source))
        copies = [
            replace(one, id=str(uuid.uuid4()), submission_id=submission_id, created_at=self._clock()) for one in files
        ]
        ids = {old.id: new.id for old, new in zip(files, copies, strict=True)}

        def work(tx: Transaction) -> Submission:
            submission = own_submission(tx, actor(tx, by), submission_id)
            require_room(tx, by, submission_id, sum(one.size_bytes for one in copies), self._limits)
            for one in copies:
                tx.submissions.add_file(one)
            evidence = _put(submission.evidence, target, _with_files(offer.value, ids))
            saved = save(submission, evidence, submission.public_narratives, submission.revision, self._clock())
            tx.submissions.update(saved, submission.revision, submission.claimed_by)
            record(tx, submission, saved, VersionKind.SAVED)
            return saved

        try:
            for old, new in zip(files, copies, strict=True):
                self._copy_blob(old, new)
            return self._store.write(work)
        except Exception:
            for one in copies:
                self._blobs.delete(one.id)
            raise

    def _copy_blob(self, old: EvidenceFile, new: EvidenceFile) -> None:
        stored = self._blobs.put(new.id, self._blobs.read(old.id), old.size_bytes)
        if stored != (old.size_bytes, old.sha256):
            raise Conflict("state.conflict", "A file of the earlier submission is not what was uploaded then.")

    def _chosen(
        self, tx: Transaction, by: str, submission_id: str, target: str, source: str
    ) -> tuple[Offer, list[EvidenceFile]]:
        require_editable(own_submission(tx, actor(tx, by), submission_id))
        for offer in self._offers(tx, by, submission_id):
            if (offer.target, offer.source) == (target, source):
                named = dict.fromkeys(id for _, id in files_named(offer.value))
                files = [file for id in named if (file := tx.submissions.file(id)) is not None]
                return offer, [file for file in files if file.owner_id == by]
        raise NotFound("not_found", "There is nothing like this to copy any more.")

    def _offers(self, tx: Transaction, by: str, submission_id: str) -> tuple[Offer, ...]:
        submission = own_submission(tx, actor(tx, by), submission_id)
        schema = self._catalogue.version(submission.achievement, submission.version).evidence_schema or {}
        earlier = [one for one in tx.submissions.of_teacher(by) if one.id != submission.id]
        earlier.sort(key=lambda one: one.updated_at, reverse=True)
        return tuple(offer for part in reusable_parts(schema) for offer in self._of_part(schema, part, earlier))

    def _of_part(self, schema: dict[str, Any], part: Reusable, earlier: Sequence[Submission]) -> list[Offer]:
        return [
            Offer(
                part.pointer, part.field.title, f"{one.id}:{place}", found.label,
                self._catalogue.version(one.achievement, one.version).name, one, found.value,
            )
            for achievement, _ in part.sources
            for one in earlier
            if one.achievement == achievement
            for place, found in enumerate(found_in(schema, part, achievement, one.evidence))
        ]  # fmt: skip


def _put(evidence: dict[str, Any], target: str, value: Any) -> dict[str, Any]:
    """The evidence with `value` at a pointer of members; groups on the way are made."""
    *groups, name = target.split("/")[1:]
    changed: dict[str, Any] = copy.deepcopy(evidence)
    container = changed
    for group in groups:
        inner = container.get(group)
        container[group] = inner if isinstance(inner, dict) else {}
        container = container[group]
    container[name] = value
    return changed


def _with_files(value: Any, ids: dict[str, str], path: Path = ()) -> Any:
    """The value with the ids of copied files; a file that is gone is left out."""
    if isinstance(value, dict):
        kept = {name: _with_files(member, ids, (*path, name)) for name, member in value.items()}
        return {name: member for name, member in kept.items() if name != "file" or member is not None}
    if isinstance(value, list):
        return [_with_files(member, ids, path) for member in value]
    return ids.get(value) if path and path[-1] == "file" else value
