"""The `issuer` command in this process, over installations in folders of their own."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from issuer.app.composition import Service, compose
from issuer.app.demo import TEACHER, seed
from issuer.app.story import SUFFIXES
from issuer.cli.root import main
from issuer.settings import DOCUMENTATION, from_environment

SETTINGS = {one.name: None for one in DOCUMENTATION}


@dataclass(frozen=True)
class Installation:
    """A data folder and the command run on it; Ed25519 keys for tokens too, because they are quick to make."""

    folder: Path
    jwt_algorithm: str = "EdDSA"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of this installation; all others are the defaults."""
        return {"DATA_DIR": str(self.folder), "JWT_ALGORITHM": self.jwt_algorithm}

    @contextmanager
    def service(self, **environment: str) -> Iterator[Service]:
        """The service composed over it, beside the commands."""
        composed = compose(from_environment({**self.environment, **environment}))
        try:
            yield composed
        finally:
            composed.close()

    def run(self, *arguments: str, input: str | bytes | None = None, **environment: str) -> Result:
        """`issuer ARGUMENTS` with the settings of this installation and those given."""
        runner = CliRunner(env={**SETTINGS, **self.environment, **environment})
        return runner.invoke(main, arguments, input=input, prog_name="issuer")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Commands set up the process's logging; put it back."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a service with the demo; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with Installation(folder).service() as service:
        seed(service)
    return folder


@pytest.fixture
def demo(demo_data: Path, tmp_path: Path) -> Installation:
    """An installation with the demo in it."""
    folder = tmp_path / "data"
    shutil.copytree(demo_data, folder, copy_function=shutil.copy2)
    return Installation(folder)


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """An installation that was never started."""
    return Installation(tmp_path / "data")


@pytest.fixture(scope="session")
def badge(demo_data: Path) -> Callable[[str, str], bytes]:
    """`badge(slug, suffix)`: one of the demo teacher's badges in a form."""
    with Installation(demo_data).service() as service:
        teacher = service.store.read(lambda tx: tx.people.by_email(TEACHER.email))
        assert teacher is not None
        made = {
            (one.award.achievement, suffix): service.desk.forms.form(one.award, one.badge_class, suffix)[0]
            for one in service.desk.share.backpack(teacher.id).badges
            for suffix in SUFFIXES
        }
    return lambda slug, suffix: made[slug, suffix]


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """For a process of its own: no settings but DATA_DIR, the code importable."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), "DATA_DIR": str(tmp_path / "data")}
