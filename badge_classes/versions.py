"""One version of a badge class: its definition with the files around it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jsonschema_rs import ValidationError, meta

from badge_classes.artwork import read_png, read_svg
from badge_classes.errors import Faults
from badge_classes.lock import (
    ART_FILES,
    EVIDENCE_SCHEMA_FILE,
    check_version,
    file_digests,
    normative_files,
    version_digest,
)
from badge_classes.model import Alignment, BadgeClass, Level, Question, Requirement
from badge_classes.places import STRANDS_FILE, Places
from badge_classes.positions import LocatedJson
from badge_classes.shape import read_located, read_text

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def check_place(definition: LocatedJson, file: str, places: Places, faults: Faults) -> None:
    """Note where the definition's strand and stage differ from strands.json."""
    value = definition.value
    strand = places.strand_of(file.partition("/")[0])
    if value["strand"] != strand:
        reason = f"the strand is {value['strand']!r} but {STRANDS_FILE} lists it under {strand!r}"
        faults.add(file, definition.line("strand"), reason)
    stages = {stage.id for stage in places.stages} if strand else {None}
    if value["stage"] not in stages:
        faults.add(file, definition.line("stage"), f"there is no stage {value['stage']!r} here")


@dataclass(frozen=True)
class VersionFiles:
    """What stands beside a definition; `digest` as in `BadgeClass`."""

    criteria: str
    instructions: str
    evidence_schema: dict[str, Any] | None
    art_svg: bytes
    art_png: bytes
    art_description: str
    published: bool
    digest: str


def read_files(root: Path, version: str, value: Any, lock: LocatedJson, faults: Faults) -> VersionFiles:
    """Read the files of ``root/version`` (such as ``building-will/v1``) whose definition is `value`.

    What is missing or wrong is noted, and empty in the result.
    """
    has_evidence = bool(value.get("requirements"))
    criteria = read_text(root, f"{version}/{value['criteria']}", faults)
    instructions = read_text(root, f"{version}/{value['instructions']}", faults)
    evidence_schema = _evidence_schema(root, version, faults) if has_evidence else None
    svg, art_description = read_svg(root, f"{version}/{ART_FILES[0]}", faults)
    png = read_png(root, f"{version}/{ART_FILES[1]}", faults)
    digests = file_digests(root / version, normative_files(value["criteria"], has_evidence))
    check_version(version, digests, lock, faults)
    return VersionFiles(
        criteria=criteria or "",
        instructions=instructions or "",
        evidence_schema=evidence_schema,
        art_svg=svg,
        art_png=png,
        art_description=art_description,
        published=version in lock.value,
        digest=version_digest(digests),
    )


def badge_class(value: Any, files: VersionFiles) -> BadgeClass:
    """The badge class of a definition without faults and its files."""
    return BadgeClass(
        slug=value["slug"],
        version=value["version"],
        name=value["name"],
        description=value["description"],
        criteria_markdown=files.criteria,
        strand=value["strand"],
        stage=value["stage"],
        tags=tuple(value.get("tags", ())),
        achievement_type=value["achievementType"],
        requirements=_requirements(value),
        reflection=tuple(Question(one["id"], one["text"]) for one in value.get("reflection", ())),
        instructions=files.instructions,
        hours=value.get("hours"),
        valid_for=value.get("valid_for"),
        second_review=value.get("second_review", False),
        one_living_badge=value.get("one_living_badge", True),
        requires=tuple(value.get("requires", ())),
        alignments=tuple(_alignment(one) for one in value.get("alignment", ())),
        settings=MappingProxyType(dict(value.get("settings", {}))),
        evidence_schema=files.evidence_schema,
        art_svg=files.art_svg,
        art_png=files.art_png,
        art_description=files.art_description,
        published=files.published,
        digest=files.digest,
    )


def _requirements(value: Any) -> tuple[Requirement, ...]:
    rubric = value.get("rubric", {"levels": [], "required_level": ""})
    return tuple(
        Requirement(
            id=one["id"],
            text=one["text"],
            points=tuple(one.get("points", ())),
            levels=tuple(Level(level["id"], level["name"], one["levels"][level["id"]]) for level in rubric["levels"]),
            required_level=rubric["required_level"],
        )
        for one in value.get("requirements", ())
    )


def _alignment(one: Any) -> Alignment:
    return Alignment(
        target_name=one["targetName"],
        target_url=one["targetUrl"],
        target_code=one.get("targetCode"),
        target_description=one.get("targetDescription"),
        target_framework=one.get("targetFramework"),
        target_type=one.get("targetType"),
    )


def _evidence_schema(root: Path, version: str, faults: Faults) -> dict[str, Any] | None:
    file = f"{version}/{EVIDENCE_SCHEMA_FILE}"
    located = read_located(root, file, faults)
    if located is None:
        return None
    if not isinstance(located.value, dict) or located.value.get("$schema") != _DIALECT:
        faults.add(file, located.line("$schema"), f"the evidence schema must be an object with the $schema {_DIALECT}")
        return None
    try:
        meta.validate(located.value)
    except ValidationError as error:
        faults.add(file, located.line(*error.instance_path), f"not a JSON Schema: {error.message}")
    schema: dict[str, Any] = located.value
    return schema
