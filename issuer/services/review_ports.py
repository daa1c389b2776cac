"""What reviewing needs of storage, beside `ports`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from issuer.domain.appeal import Appeal
from issuer.domain.revision import Deadline
from issuer.domain.submission import SubmissionState


class Appeals(Protocol):
    """Appeals; one for each decision, which the database itself enforces."""

    def add(self, one: Appeal) -> None:
        """Raises Conflict (`state.conflict`) when this decision was appealed against before."""
        ...

    def get(self, id: str) -> Appeal | None: ...
    def of_submission(self, submission_id: str) -> list[Appeal]:
        """In the order in which they were filed."""
        ...

    def open(self, organisation_id: str, limit: int) -> list[Appeal]:
        """Open ones of an organisation, the most urgent first."""
        ...

    def close(self, one: Appeal) -> None:
        """Compare and set. Raises Conflict (`state.conflict`) when it is no longer open."""
        ...


class Deadlines(Protocol):
    """Deadlines of revisions; they are only ever added."""

    def set(self, one: Deadline) -> None:
        """Raises Conflict (`state.conflict`) when another was set meanwhile."""
        ...

    def of(self, submission_id: str, attempt: int) -> Deadline | None:
        """The one that counts."""
        ...


@dataclass(frozen=True)
class HandedIn:
    """A file that somebody handed in."""

    file_id: str
    sha256: str
    submission_id: str
    owner_id: str


class ReviewQueue(Protocol):
    """What reviewers look for."""

    def ids(
        self,
        organisation_id: str,
        state: SubmissionState,
        achievement: str | None,
        claimed_by: str | None,
        is_free: bool,
        limit: int,
        after: str | None,
    ) -> list[str]:
        """Ids of submissions in a state, the longest-waiting first; those that come behind `after`."""
        ...

    def files_of_others(self, digests: Collection[str], owner_id: str, limit: int) -> list[HandedIn]:
        """Files with one of these digests that somebody else attached to a submission that was handed in."""
        ...
