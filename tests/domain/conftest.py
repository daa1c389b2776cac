"""Makers of people, submissions and awards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from issuer.domain.award import Award, Form, PlannedForm, StatusEntry
from issuer.domain.people import Person, Role
from issuer.domain.submission import Submission, SubmissionState

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


def _person(id: str = "reviewer", *roles: Role, **changes) -> Person:
    parts = {
        "id": id, "organisation_id": "school", "email": f"{id}@school.example", "display_name": id.title(),
        "roles": frozenset(roles), "created_at": NOW,
    }  # fmt: skip
    return Person(**{**parts, **changes})


def _submission(state: SubmissionState = SubmissionState.DRAFT, **changes) -> Submission:
    parts = {
        "id": "submission", "teacher_id": "teacher", "organisation_id": "school", "achievement": "weaving",
        "version": 1, "state": state, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    return Submission(**{**parts, **changes})


def _award(id: str = "award", achievement: str = "weaving", **changes) -> Award:
    parts = {
        "id": id, "person_id": "teacher", "submission_id": f"submission of {id}", "achievement": achievement,
        "version": 1, "status": StatusEntry(1, 5), "content": b"{}", "content_sha256": "ab" * 32,
        "lint_token": "token", "forms": (PlannedForm(Form.VC_JWT, "did:web:x#k", b"a.b", "cd" * 32),),
        "valid_from": NOW, "awarded_at": NOW, "planned_at": NOW, "living_key": f"teacher:{achievement}",
    }  # fmt: skip
    return Award(**{**parts, **changes})


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    return SimpleNamespace(person=_person, submission=_submission, award=_award, now=NOW)


@pytest.fixture(scope="session")
def code_of() -> Callable[..., str]:
    """The code of the error that a call raises; ``""`` when it raises none of the service's own."""

    def ask(call: Callable[..., object], *arguments: object) -> str:
        try:
            call(*arguments)
        except Exception as error:
            return str(getattr(error, "code", type(error).__name__))
        return ""

    return ask
