"""The HTTP face over a real house: one for each module, and fresh ones for tests that change limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from house import House
from server_process import ServerProcess
from web import Town, people_of, web_of, without_limits


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of every kind, made once and copied into each house."""
    folder = tmp_path_factory.mktemp("first")
    House(folder).close()
    return folder / "keys"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, keys_folder: Path) -> Iterator[Town]:
    """One for the whole module, in which nobody is ever asked to wait."""
    house = House(tmp_path_factory.mktemp("house"), keys=keys_folder)
    desk = without_limits(house)
    with web_of(house, desk) as web:
        yield Town(web, **people_of(house))
    house.close()


@pytest.fixture
def new_town(tmp_path: Path, keys_folder: Path) -> Iterator[Callable[..., Town]]:
    """Opens towns of their own, with the limits as they are in service."""
    opened: list[House] = []
    with_web = []

    def build(**environment: str) -> Town:
        house = House(tmp_path / f"house{len(opened)}", keys=keys_folder, **environment)
        opened.append(house)
        context = web_of(house)
        with_web.append(context)
        return Town(context.__enter__(), **people_of(house))

    yield build
    for context in with_web:
        context.__exit__(None, None, None)
    for house in opened:
        house.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The service as a process, for what needs sockets; it never asks anybody to wait."""
    process = ServerProcess(tmp_path_factory.mktemp("server") / "data", body_deadline_s=2.0, RATE_LIMITS="off").start()
    yield process
    process.stop()
