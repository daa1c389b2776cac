"""The reflection form of a badge class to take along, and its answers read from what was filled in offline."""

from __future__ import annotations

import copy
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from badge_classes import BadgeClass, Catalogue
from issuer.domain.drafts import VersionKind
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.media_types import OFFICE
from issuer.domain.reflection import Question, answers_in_text, as_markdown, usable
from issuer.domain.submission import Submission, require_editable, save
from issuer.errors import NotFound, Refused, Unprocessable
from issuer.services.access import actor, own_submission
from issuer.services.draft_versions import record
from issuer.services.office_document import OfficeDocument
from issuer.services.ports import Blobs, Clock, PdfFields, Store, Transaction
from issuer.services.reflection_docx import reflection_docx
from issuer.services.reflection_pdf import fits_a_pdf, reflection_pdf

MAX_BYTES = 8 * 1024 * 1024
MARKDOWN, PDF, DOCX = "text/markdown", "application/pdf", OFFICE["docx"]
MEDIA_TYPES = {"md": MARKDOWN, "pdf": PDF, "docx": DOCX}
READABLE = frozenset({MARKDOWN, PDF, DOCX, "text/plain"})


@dataclass(frozen=True)
class FoundAnswers:
    """What was found in an attached file. answers: question with its answer; present: ids answered in the draft."""

    submission: Submission
    badge_class: BadgeClass
    file: EvidenceFile
    answers: tuple[tuple[Question, str], ...]
    present: frozenset[str]


def questions_of(badge_class: BadgeClass) -> tuple[Question, ...]:
    return tuple(Question(one.id, one.text) for one in badge_class.reflection)


def kinds_of(badge_class: BadgeClass) -> tuple[str, ...]:
    """The file name endings of the forms there are: a PDF only of texts that its fonts can show."""
    if not badge_class.reflection:
        return ()
    texts = [badge_class.name, *(one.text for one in badge_class.reflection)]
    return ("pdf", "docx", "md") if fits_a_pdf(texts) else ("docx", "md")


def reflection_form(badge_class: BadgeClass, kind: str) -> bytes:
    """The form as one of `kinds_of`. Raises NotFound for another."""
    if kind not in kinds_of(badge_class):
        raise NotFound("not_found", "There is no such form.")
    return _made(f"Reflection: {badge_class.name}", questions_of(badge_class), kind)


@lru_cache(maxsize=128)
def _made(title: str, questions: tuple[Question, ...], kind: str) -> bytes:
    if kind == "pdf":
        return reflection_pdf(title, questions)
    if kind == "docx":
        return reflection_docx(title, questions)
    return as_markdown(title, questions).encode()


class ReadReflection:
    """Answers of a form that was filled in offline, found, shown, and taken over where the teacher says so."""

    def __init__(self, store: Store, blobs: Blobs, catalogue: Catalogue, pdf_fields: PdfFields, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._pdf_fields = pdf_fields
        self._clock = clock

    def found(self, by: str, submission_id: str, file_id: str) -> FoundAnswers:
        """What an attached file answers. Raises NotFound, Conflict (`evidence.locked`), Unavailable."""
        submission, file = self._store.read(lambda tx: _attached(tx, by, submission_id, file_id))
        badge_class = self._catalogue.version(submission.achievement, submission.version)
        questions = questions_of(badge_class)
        answers = self._answers(file, questions)
        return FoundAnswers(
            submission, badge_class, file, tuple((one, answers[one.id]) for one in questions if one.id in answers),
            frozenset(_given(submission)),
        )  # fmt: skip

    def take_over(self, by: str, submission_id: str, file_id: str, chosen: Collection[str]) -> Submission:
        """Put the chosen answers into the draft, in place of the attached form.

        Raises what `found` raises, and Unprocessable (`input.invalid`) when nothing that was found is chosen.
        """
        found = self.found(by, submission_id, file_id)
        answers = {question.id: text for question, text in found.answers if question.id in chosen}
        if not answers:
            raise Unprocessable("input.invalid", "Choose at least one of the answers that were found.")

        def work(tx: Transaction) -> Submission:
            submission = own_submission(tx, actor(tx, by), submission_id)
            evidence = copy.deepcopy(submission.evidence)
            evidence["reflection"] = {"answers": {**_given(submission), **answers}}
            saved = save(submission, evidence, submission.public_narratives, submission.revision, self._clock())
            tx.submissions.update(saved, submission.revision, submission.claimed_by)
            record(tx, submission, saved, VersionKind.SAVED)
            return saved

        return self._store.write(work)

    def _answers(self, file: EvidenceFile, questions: tuple[Question, ...]) -> dict[str, str]:
        if file.media_type not in READABLE or file.size_bytes > MAX_BYTES or file.is_held_back:
            return {}
        if file.media_type == PDF:
            return usable(self._pdf_fields.texts(b"".join(self._blobs.read(file.id))), questions)
        return answers_in_text(self._text(file), questions)

    def _text(self, file: EvidenceFile) -> str:
        if file.media_type != DOCX:
            return b"".join(self._blobs.read(file.id)).decode("utf-8-sig", "replace")
        with self._blobs.open(file.id) as opened:
            try:
                return OfficeDocument(opened, DOCX).text()
            except Refused:
                return ""


def _attached(tx: Transaction, by: str, submission_id: str, file_id: str) -> tuple[Submission, EvidenceFile]:
    submission = own_submission(tx, actor(tx, by), submission_id)
    require_editable(submission)
    file = tx.submissions.file(file_id)
    if file is None or file.submission_id != submission.id:
        raise NotFound("not_found", "There is no such file.")
    return submission, file


def _given(submission: Submission) -> dict[str, str]:
    """The answers that stand in the draft."""
    reflection = submission.evidence.get("reflection")
    answers = reflection.get("answers") if isinstance(reflection, dict) else None
    return {id: text for id, text in answers.items() if isinstance(text, str)} if isinstance(answers, dict) else {}
