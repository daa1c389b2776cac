"""What the reviewer found, requirement by requirement."""

from __future__ import annotations

from collections.abc import Sequence

from badge_classes.model import BadgeClass
from issuer.credentials.urls import PublicUrls
from issuer.domain.review import Rating
from issuer.errors import Unprocessable
from issuer.proofs.strict_json import JsonObject


def results(badge_class: BadgeClass, ratings: Sequence[Rating], urls: PublicUrls) -> list[JsonObject]:
    """One Result for each requirement, in the badge class's order (OB 3.0 §Result); comments stay private.

    Raises Unprocessable (`issue.lint`) unless the ratings are exactly one for each requirement.
    """
    given = {rating.requirement: rating.level for rating in ratings}
    wanted = [requirement.id for requirement in badge_class.requirements]
    if len(given) != len(ratings) or given.keys() != set(wanted):
        raise Unprocessable("issue.lint", "A badge carries exactly one rating for each requirement.", "/ratings")
    return [_result(badge_class, requirement, given[requirement], urls) for requirement in wanted]


def _result(badge_class: BadgeClass, requirement: str, level: str, urls: PublicUrls) -> JsonObject:
    slug, version = badge_class.slug, badge_class.version
    return {
        "type": ["Result"],
        "resultDescription": urls.requirement(slug, version, requirement),
        "achievedLevel": urls.level(slug, version, requirement, level),
    }
