"""A service of its own for each test, over keys made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from house import House


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of every kind, made once and copied into each house."""
    folder = tmp_path_factory.mktemp("first")
    House(folder).close()
    return folder / "keys"


@pytest.fixture
def build(tmp_path: Path, keys_folder: Path) -> Iterator[Callable[..., House]]:
    """Opens houses, by default all in the same folder, and closes them in the end."""
    opened: list[House] = []

    def open_house(folder: Path | None = None, **more) -> House:
        house = House(folder or tmp_path / "data", keys=keys_folder, **more)
        opened.append(house)
        return house

    yield open_house
    for house in opened:
        house.close()


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build()
