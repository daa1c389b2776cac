"""One issuer and what it could award; every value is fixed, so that failures repeat."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import badge_classes
import schemas
from badge_classes import BadgeClass
from issuer.credentials.identity import IssuerIdentity, identify
from issuer.credentials.open_badge import BadgeContent, unsigned_badge
from issuer.credentials.recipient import Recipient
from issuer.credentials.references import ChildRef, Replaced
from issuer.domain.award import StatusEntry
from issuer.domain.review import Rating
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader

VALID_FROM = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)
AWARDED_AT = datetime(2026, 11, 20, 17, 30, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogue() -> list[BadgeClass]:
    """The newest version of every badge class, drafts too, in the catalogue's order; the stack last."""
    return list({one.slug: one for one in badge_classes.load().badge_classes}.values())


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(ContextBook({one.url: one.document for one in schemas.contexts() if not one.edition}))


@pytest.fixture(scope="session")
def identity() -> IssuerIdentity:
    return identify(
        "https://badges.example.org", "Schools That Lead", description="Teachers lead.", email="badges@example.org"
    )


@pytest.fixture(scope="session")
def content_of() -> Callable[..., BadgeContent]:
    """Everything a badge of a badge class says, for a teacher who met every requirement; with changes."""

    def build(badge_class: BadgeClass, **changes: Any) -> BadgeContent:
        parts: dict[str, Any] = {
            "id": str(UUID(int=7)),
            "badge_class": badge_class,
            "recipient": Recipient("Zoë “Zo” O’Neill-Åström ®", "Zoe.ONeill@School.example.org"),
            "ratings": tuple(
                Rating(one.id, one.required_level, "a comment for the teacher alone")
                for one in badge_class.requirements
            ),
            "public_narratives": {one.id: f"What I *learned*:\n\n1. {one.id}" for one in badge_class.requirements[:1]},
            "status": StatusEntry(list_number=1, index=94567),
            "valid_from": VALID_FROM,
            "awarded_at": AWARDED_AT,
            "salt": bytes(range(16)),
            "subject_id": UUID(int=9).urn,
            "children": tuple(
                ChildRef(str(UUID(int=100 + place)), f"Child {place}", f"{place:064x}")
                for place, _ in enumerate(badge_class.requires)
            ),
        }
        return BadgeContent(**{**parts, **changes})

    return build


@pytest.fixture(scope="session")
def replaced() -> Replaced:
    return Replaced(str(UUID(int=3)), "ab" * 32)


@pytest.fixture(scope="session")
def badges(
    catalogue: list[BadgeClass], identity: IssuerIdentity, content_of: Callable[..., BadgeContent], replaced: Replaced
) -> dict[str, dict[str, Any]]:
    """An unsigned badge of every badge class, by slug; the first also replaces an earlier one."""
    made = {one.slug: unsigned_badge(content_of(one), identity) for one in catalogue}
    first = catalogue[0]
    made[first.slug] = unsigned_badge(content_of(first, replaces=replaced), identity)
    return made


@pytest.fixture(scope="session")
def standards() -> Path:
    """The folder with the published standards, which the project does not carry."""
    folder = Path(os.environ.get("STANDARDS_DIR", Path(__file__).parents[3] / "shared" / "standards"))
    if not folder.is_dir():
        pytest.skip("the published standards are not at STANDARDS_DIR")
    return folder


@pytest.fixture(scope="session")
def official(standards: Path) -> Callable[[str], dict[str, Any]]:
    """Reads a JSON file of the standards by its path."""

    def read(path: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((standards / path).read_text("utf-8"))
        return document

    return read
