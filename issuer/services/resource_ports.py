"""What sharing needs of storage, beside `ports`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from issuer.domain.question import Question
from issuer.domain.resource import Resource, SortOrder


class Resources(Protocol):
    """What teachers share; one for each submission, which the database itself enforces."""

    def add(self, one: Resource) -> None:
        """Raises Conflict (`state.conflict`) when the submission has its resource already."""
        ...

    def get(self, id: str) -> Resource | None: ...
    def by_submission(self, submission_id: str) -> Resource | None: ...
    def of_owner(self, owner_id: str) -> list[Resource]: ...
    def update(self, one: Resource, expected_revision: int) -> None:
        """Compare and set on the revision. Raises Conflict (`state.conflict`) when it has moved on."""
        ...

    def search(
        self, words: Collection[str], achievements: Collection[str] | None, order: SortOrder, limit: int, offset: int
    ) -> list[Resource]:
        """Published ones that hold every word (folded), of these badge classes where they are named."""
        ...


class Questions(Protocol):
    """Questions about resources, the latest first."""

    def add(self, one: Question) -> None: ...
    def get(self, id: str) -> Question | None: ...
    def by_token(self, token_sha256: str) -> Question | None: ...
    def of_resource(self, resource_id: str) -> list[Question]: ...
    def unanswered(self, resource_id: str) -> int: ...
    def answer(self, one: Question) -> None:
        """Raises Conflict (`state.conflict`) when it was answered already."""
        ...
