"""Sharing approved work with other teachers: prepare it, look at exactly what will be seen, publish it, withdraw it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from badge_classes import BadgeClass, Catalogue
from issuer.credentials.recipient import shown_name
from issuer.domain.award import Award, Standing, newest
from issuer.domain.people import Person, Role
from issuer.domain.privacy import ATTESTED, TAKEN_BACK, standing
from issuer.domain.resource import (
    MAX_TITLE_CHARACTERS,
    Piece,
    Published,
    Resource,
    checked_changes,
    is_shareable,
    kept_pieces,
    pieces,
)
from issuer.domain.submission import Submission
from issuer.errors import Conflict, Unprocessable
from issuer.services.access import actor, not_found, own_submission
from issuer.services.guard_publication import Hindrance, hindrances, sayable
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.published_view import to_publish


@dataclass(frozen=True)
class Prepared:
    """What an author sees before publishing.

    pieces: texts that can be put otherwise and parts that can be left out; kept: those that would be published, in
    their other wording. preview: exactly what would be
    published. hindrances: what has to be settled first. attested: what the author has said, as named in
    `sayable`, and since when.
    """

    resource: Resource
    badge_class: BadgeClass
    pieces: tuple[Piece, ...]
    kept: tuple[Piece, ...]
    preview: Published
    hindrances: tuple[Hindrance, ...]
    attested: Mapping[str, datetime]


class ShareWork:
    """The use cases of an author. `by` is the acting person's id."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def prepare(self, by: str, submission_id: str) -> Prepared:
        """What would be published of one's own approved submission.

        Raises NotFound for other people's, Conflict where it is not approved, or its badge not in force, or
        nothing of the badge class is meant to be posted.
        """
        return self._store.read(lambda tx: self._prepared(tx, *self._own(tx, by, submission_id)))

    def save(
        self,
        by: str,
        submission_id: str,
        title: str,
        texts: Mapping[str, str],
        left_out: Collection[str],
        attested: Collection[str] = (),
    ) -> Prepared:
        """Keep title, wordings, what is left out and what is attested; what is published stays as it is.

        attested: names of `sayable`, of this wording. Raises Conflict, Unprocessable (`input.invalid`).
        """
        heading = _checked_title(title)

        def work(tx: Transaction) -> Prepared:
            person, submission, award = self._own(tx, by, submission_id)
            evidence = tx.submissions.attempts(submission_id)[-1].evidence
            changed, gone = checked_changes(self._schema(submission), evidence, texts, left_out)
            before = tx.resources.by_submission(submission_id)
            known = before or self._fresh(submission, person, award)
            after = replace(
                known, title=heading, texts=changed, left_out=gone, updated_at=self._clock(),
                revision=known.revision + 1,
            )  # fmt: skip
            if before is None:
                tx.resources.add(after)
            else:
                tx.resources.update(after, before.revision)
            prepared = self._prepared(tx, person, submission, award)
            self._attest(tx, prepared, attested, by)
            return self._prepared(tx, person, submission, award)

        return self._store.write(work)

    def publish(self, by: str, submission_id: str, digest: str) -> Resource:
        """Publish what the author looked at, whose digest this is.

        Raises Conflict when it is no longer that, Unprocessable (`resource.not_ready`) while anything hinders it.
        """

        def work(tx: Transaction) -> Resource:
            person, submission, award = self._own(tx, by, submission_id)
            prepared = self._prepared(tx, person, submission, award)
            before = tx.resources.by_submission(submission_id)
            if before is None or prepared.preview.digest != digest:
                raise Conflict("state.conflict", "This is no longer what you looked at. Look again, then publish.")
            if prepared.hindrances:
                first = prepared.hindrances[0]
                raise Unprocessable("resource.not_ready", first.message, first.pointer)
            after = replace(
                before, published=prepared.preview, published_at=self._clock(), revision=before.revision + 1
            )
            tx.resources.update(after, before.revision)
            details = {"submission": submission_id, "sha256": digest}
            tx.audit.append(self._clock(), "resource.published", by, before.id, details)
            return after

        return self._store.write(work)

    def withdraw(self, by: str, submission_id: str) -> Resource:
        """Take one's work back: at once nobody can read it. Raises NotFound where nothing is published."""

        def work(tx: Transaction) -> Resource:
            submission = own_submission(tx, actor(tx, by), submission_id)
            return self._withdraw(tx, by, tx.resources.by_submission(submission.id))

        return self._store.write(work)

    def take_down(self, by: str, resource_id: str) -> Resource:
        """An administrator of the author's organisation takes it back. Raises NotFound for everybody else."""

        def work(tx: Transaction) -> Resource:
            person, found = actor(tx, by), tx.resources.get(resource_id)
            owner = tx.people.get(found.owner_id) if found is not None else None
            is_theirs = owner is not None and owner.organisation_id == person.organisation_id
            if not (person.has(Role.ADMINISTRATOR) and is_theirs):
                raise not_found()
            return self._withdraw(tx, by, found)

        return self._store.write(work)

    def mine(self, by: str) -> dict[str, Resource]:
        """One's own resources by submission id."""
        found = self._store.read(lambda tx: tx.resources.of_owner(actor(tx, by).id))
        return {one.submission_id: one for one in found}

    def can_be_shared(self, submission: Submission) -> bool:
        """Whether evidence for this badge class is meant to be posted."""
        return is_shareable(self._class_of(submission).evidence_schema)

    def _withdraw(self, tx: Transaction, by: str, found: Resource | None) -> Resource:
        if found is None or found.published is None:
            raise not_found()
        after = replace(found, published=None, published_at=None, revision=found.revision + 1)
        tx.resources.update(after, found.revision)
        tx.audit.append(self._clock(), "resource.withdrawn", by, found.id, {"submission": found.submission_id})
        return after

    def _own(self, tx: Transaction, by: str, submission_id: str) -> tuple[Person, Submission, Award]:
        person = actor(tx, by)
        submission = own_submission(tx, person, submission_id)
        award = tx.awards.by_submission(submission_id)
        if award is None or not self.can_be_shared(submission):
            raise Conflict("state.conflict", "Only approved work that is meant for others is shared here.")
        latest = newest(award, tx.awards.get)
        if latest.standing is not Standing.ACTIVE:
            raise Conflict("state.conflict", "The badge for this work is not in force.")
        return person, submission, latest

    def _fresh(self, submission: Submission, person: Person, award: Award) -> Resource:
        return Resource(
            str(uuid.uuid4()), submission.id, person.id, submission.achievement, submission.version,
            "", {}, (), self._clock(),
        )  # fmt: skip

    def _prepared(self, tx: Transaction, person: Person, submission: Submission, award: Award) -> Prepared:
        found = tx.resources.by_submission(submission.id) or self._fresh(submission, person, award)
        badge_class, schema = self._class_of(submission), self._schema(submission)
        evidence = tx.submissions.attempts(submission.id)[-1].evidence
        files = tx.submissions.files_of(submission.id)
        preview = to_publish(found, schema, evidence, files, shown_name(award.content))
        kept = kept_pieces(schema, evidence, found.texts, found.left_out)
        said = standing(tx.audit.of_subject(found.id))
        author = f"{person.display_name} {preview.author}"
        return Prepared(
            found, badge_class, tuple(pieces(schema, evidence)), kept, preview,
            tuple(hindrances(found.title, kept, files, author, said)),
            {name: said[thing] for name, thing in sayable(found.title, kept).items() if thing in said},
        )  # fmt: skip

    def _attest(self, tx: Transaction, prepared: Prepared, names: Collection[str], by: str) -> None:
        possible = sayable(prepared.resource.title, prepared.kept)
        for name in names:
            if name not in possible:
                raise Unprocessable("input.invalid", "There is no such text, file or link.", f"/attestations/{name}")
        wanted, before = {possible[name] for name in names}, set(standing(tx.audit.of_subject(prepared.resource.id)))
        for kind, things in ((TAKEN_BACK, before - wanted), (ATTESTED, wanted - before)):
            for thing in sorted(things):
                tx.audit.append(self._clock(), kind, by, prepared.resource.id, {"of": thing})

    def _schema(self, submission: Submission) -> Mapping[str, Any]:
        return self._class_of(submission).evidence_schema or {}

    def _class_of(self, submission: Submission) -> BadgeClass:
        return self._catalogue.version(submission.achievement, submission.version)


def _checked_title(text: str) -> str:
    title = " ".join(text.split())
    if len(title) > MAX_TITLE_CHARACTERS or not (title.isprintable() or not title):
        raise Unprocessable("input.invalid", f"A title has at most {MAX_TITLE_CHARACTERS} characters.", "/title")
    return title
