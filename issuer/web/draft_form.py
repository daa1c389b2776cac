"""What a posted evidence form says: the evidence, what may be published, what was attested and declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from issuer.domain.ai_use import AiDeclaration, declared
from issuer.domain.evidence.blanks import without_blanks
from issuer.domain.privacy import ways_of
from issuer.services.submission_folder import SubmissionFolder
from issuer.web import point_tables, posted_evidence
from issuer.web.forms import PostedForm

NARRATIVE = "narrative:"
ATTEST = "attest:"
AI_USE, AI_HOW = "ai_use", "ai_how"


@dataclass(frozen=True)
class DraftForm:
    """posted: the evidence with its blank rows, which `saved` leaves out. revision: the one the page showed.

    attestations, ai: None where the form did not ask.
    """

    posted: dict[str, Any]
    narratives: dict[str, str]
    revision: int | None
    attestations: list[str] | None
    ai: AiDeclaration | None

    @property
    def saved(self) -> dict[str, Any]:
        evidence: dict[str, Any] = without_blanks(self.posted)
        return evidence


def draft_form(form: PostedForm, folder: SubmissionFolder, tables: Sequence[point_tables.SentTable] = ()) -> DraftForm:
    """Read the form of a submission. Raises Unprocessable (`input.invalid`) for a declaration that is none."""
    schema = folder.badge_class.evidence_schema or {}
    narratives = {
        name.removeprefix(NARRATIVE): text.replace("\r\n", "\n").strip()
        for name, text in form.texts.items()
        if name.startswith(NARRATIVE) and text.strip()
    }
    revision = form.texts.get("revision", "")
    return DraftForm(
        posted_evidence.read(schema, form.texts, point_tables.readable(tables)),
        narratives,
        int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else None,
        _attested(form, folder, narratives),
        _declared(form),
    )


def _attested(form: PostedForm, folder: SubmissionFolder, narratives: dict[str, str]) -> list[str] | None:
    """What the teacher ticked; a word about a text counts for that text alone."""
    if "attestations" not in form.texts:
        return None
    before = folder.submission.public_narratives
    unchanged = {f"{NARRATIVE}{one}" for one, text in narratives.items() if before.get(one) == text}
    possible = unchanged | {way for file in folder.files for way in ways_of(file.id)}
    ticked = (name.removeprefix(ATTEST) for name in form.texts if name.startswith(ATTEST))
    return [one for one in ticked if one in possible]


def _declared(form: PostedForm) -> AiDeclaration | None:
    """What was said about artificial intelligence; words alone count as not declared yet."""
    if AI_HOW not in form.texts:
        return None
    return declared(form.texts.get(AI_USE, ""), form.texts[AI_HOW].replace("\r\n", "\n"))
