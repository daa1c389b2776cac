"""What teachers share, for everybody: searching, reading, files, asking the author and hearing the answer."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from badge_classes import BadgeClass, Catalogue
from issuer.domain.award import Standing, newest
from issuer.domain.evidence.folding import fold
from issuer.domain.question import MAX_UNANSWERED, Question, answered, checked_question
from issuer.domain.resource import Published, Resource, SharedFile, SortOrder
from issuer.errors import Refused, TooManyRequests
from issuer.services.access import actor, not_found
from issuer.services.notify import notify
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.secret_tokens import token_digest

PAGE = 20
MAX_PAGE = 500
MAX_WORDS = 10
MAX_QUERY_CHARACTERS = 200
TOKEN_BYTES = 24
WAIT_S = 3_600


@dataclass(frozen=True)
class SharedWork:
    """One published resource with its badge class."""

    resource: Resource
    shown: Published
    badge_class: BadgeClass


@dataclass(frozen=True)
class Asked:
    """A question, and what it is about; `work` is None once the author has withdrawn it."""

    question: Question
    work: SharedWork | None


class ReadResources:
    """Reading needs no account; nobody learns an address."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def search(self, query: str = "", strand: str = "", sort: str = "", page: int = 1) -> list[SharedWork]:
        """A page of what is published and holds every word of `query`.

        Raises Refused (`input.invalid`) for an unknown strand or order, or a query beyond the bounds.
        """
        words = fold(query).split()
        if len(query) > MAX_QUERY_CHARACTERS or len(words) > MAX_WORDS:
            raise Refused("input.invalid", f"Search for at most {MAX_WORDS} words.", "q")
        if not 1 <= page <= MAX_PAGE:
            raise Refused("input.invalid", "There is no such page.", "page")
        achievements, order = self._of_strand(strand), _order(sort)

        def work(tx: Transaction) -> list[SharedWork]:
            found = tx.resources.search(words, achievements, order, PAGE, (page - 1) * PAGE)
            return [shared for one in found if (shared := self._shared(tx, one)) is not None]

        return self._store.read(work)

    def read(self, resource_id: str) -> SharedWork:
        """One that is published. Raises NotFound for withdrawn, unknown and unpublished ones alike."""
        return self._store.read(lambda tx: self._published(tx, resource_id))

    def file(self, resource_id: str, file_id: str) -> SharedFile:
        """A file of it. Raises NotFound, also when the file was erased since."""

        def work(tx: Transaction) -> SharedFile:
            files = {one.id: one for one in self._published(tx, resource_id).shown.files}
            if file_id not in files or tx.submissions.file(file_id) is None:
                raise not_found()
            return files[file_id]

        return self._store.read(work)

    def ask(self, resource_id: str, name: str, text: str, asker_id: str | None = None) -> str:
        """Ask the author; returns the secret token under which the answer can be read.

        asker_id: an asker with an account, who is told when the answer is there.

        Raises NotFound, Unprocessable (`input.invalid`), TooManyRequests while too many wait for their author.
        """
        asker, asked = checked_question(name, text)
        token = secrets.token_urlsafe(TOKEN_BYTES)

        def work(tx: Transaction) -> None:
            shared = self._published(tx, resource_id)
            if tx.questions.unanswered(resource_id) >= MAX_UNANSWERED:
                raise TooManyRequests("rate.limited", "Many questions wait for this author. Ask again later.", WAIT_S)
            id, now = str(uuid.uuid4()), self._clock()
            tx.questions.add(Question(id, resource_id, token_digest(token), asker, asked, now, asker_id=asker_id))
            tx.audit.append(now, "resource.question", "reader", resource_id, {"question": id})
            data = {"submission": shared.resource.submission_id}
            notify(tx, now, shared.resource.owner_id, "question.received", data)

        self._store.write(work)
        return token

    def asked(self, token: str) -> Asked:
        """The question with this token, and its answer. Raises NotFound."""
        return self._store.read(lambda tx: self._asked(tx, tx.questions.by_token(token_digest(token))))

    def asked_by(self, by: str, question_id: str) -> Asked:
        """One of one's own questions, asked while signed in. Raises NotFound."""

        def work(tx: Transaction) -> Asked:
            question = tx.questions.get(question_id)
            is_own = question is not None and question.asker_id == actor(tx, by).id
            return self._asked(tx, question if is_own else None)

        return self._store.read(work)

    def questions(self, by: str, submission_id: str) -> list[Question]:
        """What readers asked about one's own resource, the latest first."""

        def work(tx: Transaction) -> list[Question]:
            return tx.questions.of_resource(self._own(tx, by, submission_id).id)

        return self._store.read(work)

    def answer(self, by: str, submission_id: str, question_id: str, text: str) -> Question:
        """Answer once. Raises NotFound, Unprocessable (`input.invalid`), Conflict."""

        def work(tx: Transaction) -> Question:
            resource = self._own(tx, by, submission_id)
            question = tx.questions.get(question_id)
            if question is None or question.resource_id != resource.id:
                raise not_found()
            done = answered(question, text, self._clock())
            tx.questions.answer(done)
            tx.audit.append(self._clock(), "resource.answered", by, resource.id, {"question": question_id})
            if done.asker_id is not None:
                data = {"submission": resource.submission_id, "question": question_id}
                notify(tx, self._clock(), done.asker_id, "question.answered", data)
            return done

        return self._store.write(work)

    def _asked(self, tx: Transaction, question: Question | None) -> Asked:
        if question is None:
            raise not_found()
        resource = tx.resources.get(question.resource_id)
        return Asked(question, self._shared(tx, resource) if resource is not None else None)

    def _own(self, tx: Transaction, by: str, submission_id: str) -> Resource:
        resource = tx.resources.by_submission(submission_id)
        if resource is None or resource.owner_id != actor(tx, by).id:
            raise not_found()
        return resource

    def _published(self, tx: Transaction, resource_id: str) -> SharedWork:
        resource = tx.resources.get(resource_id)
        shared = self._shared(tx, resource) if resource is not None else None
        if shared is None:
            raise not_found()
        return shared

    def _shared(self, tx: Transaction, resource: Resource) -> SharedWork | None:
        """The work for everybody; None while it is not published, or its badge not in force."""
        award = tx.awards.by_submission(resource.submission_id)
        if resource.published is None or award is None:
            return None
        if newest(award, tx.awards.get).standing is not Standing.ACTIVE:
            return None
        return SharedWork(resource, resource.published, self._catalogue.version(resource.achievement, resource.version))

    def _of_strand(self, strand: str) -> Collection[str] | None:
        if not strand:
            return None
        if strand not in {one.id for one in self._catalogue.strands}:
            raise Refused("input.invalid", "There is no such strand.", "strand")
        return sorted({one.slug for one in self._catalogue.badge_classes if one.strand == strand})


def _order(sort: str) -> SortOrder:
    try:
        return SortOrder(sort or SortOrder.NEWEST)
    except ValueError:
        raise Refused("input.invalid", "Sort by newest, oldest or title.", "sort") from None
