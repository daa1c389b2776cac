"""A version of a badge class as an Open Badges 3.0 Achievement."""

from __future__ import annotations

from badge_classes.model import Alignment, BadgeClass, Level, Requirement
from issuer.credentials.encode import without_empty
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.profile import issuer_object
from issuer.credentials.text import clean, clean_line
from issuer.credentials.urls import PublicUrls
from issuer.credentials.vocabulary import CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT
from issuer.proofs.strict_json import JsonObject

LANGUAGE = "en"
RESULT_TYPE = "RubricCriterionLevel"


def achievement(badge_class: BadgeClass, urls: PublicUrls) -> JsonObject:
    """The Achievement as it stands inside a badge (OB 3.0 §Achievement).

    No `creator`: without one the issuer is it, and a second description of the issuer would only be
    another place to read the same node from. `hours` are hours of work, not credit hours, so they are
    no `creditsAvailable`.
    """
    slug, version = badge_class.slug, badge_class.version
    return without_empty(
        {
            "id": urls.achievement(slug, version),
            "type": ["Achievement"],
            "achievementType": badge_class.achievement_type,
            "name": clean_line(badge_class.name),
            "description": clean(badge_class.description),
            "criteria": {
                "id": urls.criteria(slug, version),
                "narrative": clean(badge_class.criteria_markdown),
            },
            "image": _image(badge_class, urls),
            "humanCode": slug,
            "version": str(version),
            "inLanguage": LANGUAGE,
            "tag": [clean_line(tag) for tag in badge_class.tags],
            "alignment": [_alignment(one) for one in badge_class.alignments],
            "resultDescription": [
                _result_description(badge_class, requirement, urls) for requirement in badge_class.requirements
            ],
        }
    )


def achievement_document(badge_class: BadgeClass, identity: IssuerIdentity) -> JsonObject:
    """The Achievement as its own JSON-LD document, with its creator: ``GET /achievements/{slug}/v{n}``."""
    members = achievement(badge_class, PublicUrls(identity.public_url))
    contexts = [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT]
    return {"@context": contexts, **members, "creator": issuer_object(identity)}


def _image(badge_class: BadgeClass, urls: PublicUrls) -> JsonObject:
    return without_empty(
        {
            "id": urls.achievement_image(badge_class.slug, badge_class.version),
            "type": "Image",
            "caption": clean_line(badge_class.art_description),
        }
    )


def _alignment(alignment: Alignment) -> JsonObject:
    return without_empty(
        {
            "type": ["Alignment"],
            "targetName": clean_line(alignment.target_name),
            "targetUrl": alignment.target_url,
            "targetCode": alignment.target_code,
            "targetDescription": clean(alignment.target_description or ""),
            "targetFramework": alignment.target_framework,
            "targetType": alignment.target_type,
        }
    )


def _result_description(badge_class: BadgeClass, requirement: Requirement, urls: PublicUrls) -> JsonObject:
    slug, version = badge_class.slug, badge_class.version
    return {
        "id": urls.requirement(slug, version, requirement.id),
        "type": ["ResultDescription"],
        "name": clean_line(" ".join((requirement.text, *requirement.points))),
        "resultType": RESULT_TYPE,
        "requiredLevel": urls.level(slug, version, requirement.id, requirement.required_level),
        "rubricCriterionLevel": [
            _level(urls.level(slug, version, requirement.id, level.id), place, level)
            for place, level in enumerate(requirement.levels, start=1)
        ],
    }


def _level(id: str, place: int, level: Level) -> JsonObject:
    """One level; `level` is its place from low to high, because the order of the array is not signed."""
    return without_empty(
        {
            "id": id,
            "type": ["RubricCriterionLevel"],
            "level": str(place),
            "name": clean_line(level.name),
            "description": clean(level.description),
        }
    )
