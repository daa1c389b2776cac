"""A school one approval before a certification, to be killed in many ways."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from house import Clock, House
from killing import in_child, killing

from issuer.domain.people import Person
from issuer.domain.submission import Submission


@dataclass(frozen=True)
class Scene:
    """Fourteen badges earned, the fifteenth waiting for its approval."""

    folder: Path
    teacher: Person
    reviewer: Person
    waiting: Submission
    held: tuple[str, ...]


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    House(folder).close()
    house = House(folder)
    teacher, reviewer = house.teacher(), house.reviewer()
    *first, last = house.earnable
    held = tuple(house.earn(teacher, reviewer, slug).id for slug in first)
    house.service.add_forms.run_all()
    house.recover.run_once()
    waiting = house.waiting(teacher, last)
    house.close()
    return Scene(folder, teacher, reviewer, waiting, held)


@dataclass
class Stage:
    """The scene in a folder of its own."""

    scene: Scene
    folder: Path
    clock: Clock
    opened: list[House]

    def open(self, folder: Path | None = None, **more) -> House:
        """A fresh start of the service."""
        house = House(folder or self.folder, clock=self.clock, **more)
        self.opened.append(house)
        return house

    def killed(self, story: Callable[[House], object], environment: dict[str, str] | None = None, **point) -> None:
        """Play the story in a process that kills itself at the point."""

        def play() -> None:
            story(House(self.folder, clock=self.clock, wrap=killing(self.folder, **point), **(environment or {})))

        assert in_child(play) == -9, "the story ended without reaching the point"

    def approve(self, house: House) -> object:
        return house.approve(self.scene.reviewer, self.scene.waiting)

    def copy(self) -> Path:
        """The folder as it is now, for a second, uninterrupted ending of the same story."""
        there = self.folder.with_name(f"{self.folder.name}-copy")
        shutil.copytree(self.folder, there)
        return there


@pytest.fixture
def stage(scene: Scene, tmp_path: Path) -> Iterator[Stage]:
    folder = tmp_path / "data"
    shutil.copytree(scene.folder, folder)
    made = Stage(scene, folder, Clock(), [])
    yield made
    for house in made.opened:
        house.close()
