"""The `issuer` command in this process, over installations in folders of their own."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from issuer.app.composition import compose
from issuer.app.demo import seed
from issuer.cli.root import main
from issuer.settings import DOCUMENTATION, from_environment

SETTINGS = {one.name: None for one in DOCUMENTATION}


@dataclass(frozen=True)
class Installation:
    """A data folder and the command run on it."""

    folder: Path

    def run(self, *arguments: str, input: str | bytes | None = None, **environment: str) -> Result:
        """`issuer ARGUMENTS` with no settings but DATA_DIR and those given."""
        runner = CliRunner(env={**SETTINGS, "DATA_DIR": str(self.folder), **environment})
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
    service = compose(from_environment({"DATA_DIR": str(folder)}))
    seed(service)
    service.close()
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


@pytest.fixture
def badge(demo_data: Path) -> Callable[[str, str], bytes]:
    """`badge(slug, suffix)`: one of the demo teacher's badges in a form."""

    def fetch(slug: str, suffix: str) -> bytes:
        service = compose(from_environment({"DATA_DIR": str(demo_data)}))
        try:
            teacher = service.store.read(lambda tx: tx.people.by_email("teacher@demo.example"))
            assert teacher is not None
            found = service.desk.share.backpack(teacher.id).badges
            one = next(one for one in found if one.award.achievement == slug)
            return service.desk.forms.form(one.award, one.badge_class, suffix)[0]
        finally:
            service.close()

    return fetch


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """For a process of its own: no settings but DATA_DIR, the code importable."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), "DATA_DIR": str(tmp_path / "data")}
