"""How far a person has come, badge class by badge class: one word for each place of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from issuer.domain.award import Award, Standing
from issuer.domain.submission import Submission, SubmissionState


class PlaceState(StrEnum):
    """What stands in a place, the furthest first."""

    EARNED = "earned"
    SET_ASIDE = "suspended"
    IN_REVIEW = "in review"
    RETURNED = "returned"
    BEGUN = "begun"
    OPEN = "open"


_OF_SUBMISSION = {
    SubmissionState.SUBMITTED: PlaceState.IN_REVIEW,
    SubmissionState.RETURNED: PlaceState.RETURNED,
    SubmissionState.DRAFT: PlaceState.BEGUN,
}
_OF_AWARD = {Standing.ACTIVE: PlaceState.EARNED, Standing.SUSPENDED: PlaceState.SET_ASIDE}
_ORDER = list(PlaceState)


@dataclass(frozen=True)
class Place:
    """The state of one badge class, with the badge or the submission that makes it so."""

    state: PlaceState
    award_id: str | None = None
    submission_id: str | None = None


def places(slugs: Iterable[str], awards: Iterable[Award], submissions: Iterable[Submission]) -> dict[str, Place]:
    """Slug → its place. A badge in force counts before anything under way, the furthest of several submissions."""
    found = {slug: Place(PlaceState.OPEN) for slug in slugs}
    held = [one for one in awards if one.standing in _OF_AWARD]
    under_way = [one for one in submissions if one.state in _OF_SUBMISSION]
    reached = [(one.achievement, Place(_OF_AWARD[one.standing], award_id=one.id)) for one in held]
    reached += [(one.achievement, Place(_OF_SUBMISSION[one.state], submission_id=one.id)) for one in under_way]
    for slug, place in reached:
        if slug in found and _ORDER.index(place.state) < _ORDER.index(found[slug].state):
            found[slug] = place
    return found
