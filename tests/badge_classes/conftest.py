"""A small catalogue of another organisation, written into a temporary folder, and pixels of its art."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>t</title><desc>A dot.</desc></svg>'
EVIDENCE = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
LEVELS = [{"id": "not-yet", "name": "Not yet"}, {"id": "met", "name": "Met"}]


def _definition(slug: str, **changes: Any) -> dict[str, Any]:
    whole = {
        "slug": slug,
        "version": 1,
        "name": slug.title(),
        "description": f"What {slug} is about.",
        "strand": "craft",
        "stage": "first",
        "achievementType": "MicroCredential",
        "criteria": "criteria.md",
        "instructions": "instructions.md",
        "requirements": [{"id": "a-piece", "text": "One piece.", "levels": {"not-yet": "None.", "met": "One."}}],
        "rubric": {"levels": LEVELS, "required_level": "met"},
        "reflection": [{"id": "why", "text": "Why?"}],
    }
    return {**whole, **changes}


def _png(side_px: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side_px * (side_px + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def png_of_side() -> Callable[[int], bytes]:
    """Makes a black square PNG of so many pixels a side."""
    return _png


@pytest.fixture
def add_version(tmp_path: Path) -> Callable[..., Path]:
    """Writes a complete version; keyword arguments replace fields of its definition."""

    def add(slug: str, **changes: Any) -> Path:
        definition = _definition(slug, **changes)
        folder = tmp_path / "catalogue" / slug / f"v{definition['version']}"
        folder.mkdir(parents=True)
        (folder / "definition.json").write_text(json.dumps(definition, indent=2), encoding="utf-8")
        (folder / "criteria.md").write_text(f"# {slug}\n", encoding="utf-8")
        (folder / "instructions.md").write_text("Send it in.\n", encoding="utf-8")
        (folder / "evidence.schema.json").write_text(json.dumps(EVIDENCE), encoding="utf-8")
        (folder / "art.svg").write_text(SVG, encoding="utf-8")
        (folder / "art.png").write_bytes(_png(256))
        return folder

    return add


@pytest.fixture
def folder(tmp_path: Path, add_version: Callable[..., Path]) -> Path:
    """A conforming catalogue: weaving and pottery in one strand, and a stack on both."""
    add_version("weaving")
    add_version("pottery")
    stack = {"strand": None, "stage": None, "achievementType": "Certification", "requires": ["weaving", "pottery"]}
    add_version("maker", requirements=[], **stack)
    strands = {
        "strands": [
            {
                "id": "craft",
                "name": "Craft of All Kinds",
                "short_name": "Craft",
                "badge_classes": ["weaving", "pottery"],
            }
        ],
        "stages": [{"id": "first", "name": "First Steps"}],
        "stacks": ["maker"],
    }
    root = tmp_path / "catalogue"
    (root / "strands.json").write_text(json.dumps(strands, indent=2), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def picture_of() -> Callable[[bytes], Image.Image]:
    """Decodes an 8-bit RGBA PNG."""

    def decode(png: bytes) -> Image.Image:
        picture = Image.open(io.BytesIO(png), formats=["PNG"])
        assert picture.mode == "RGBA"
        picture.load()
        return picture

    return decode
