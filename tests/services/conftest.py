"""Houses over keys made once: one for all tests of a module, or one of its own for a test that needs it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from house import House
from postgres import Cluster


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
        house = House(folder or tmp_path / "data", **{"keys": keys_folder, **more})
        opened.append(house)
        return house

    yield open_house
    for house in opened:
        house.close()


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory, keys_folder: Path) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("shared"), keys=keys_folder)
    yield house
    house.close()


@pytest.fixture
def house(shared_house: House) -> House:
    """A house that the tests of a module share, each with a school of its own."""
    shared_house.school_name = f"School {uuid.uuid4().hex[:8]}"
    return shared_house


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database' / 'issuer.db'}"
    started: Cluster = request.getfixturevalue("cluster")
    return started.new_database(started.migrated)
