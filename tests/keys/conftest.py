from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys of one test go; not made yet."""
    return tmp_path / "keys"
