"""What all tests share: things outside the project that a test may need."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from field import Shown, claimed
from hypothesis import HealthCheck, settings
from postgres import Cluster, running

from issuer.app.logs import JsonLines

REPOSITORY = Path(__file__).parent.parent


SHOWN = Shown(claimed())

# How long an example takes says how busy the machine is, not whether the example fails.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    SHOWN.note(report.nodeid, report.outcome)


gc.disable()  # what importing and collecting make stays to the end


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, seldom as in service, and not among what is there already."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped, a claim that the run did not show fails it."""
    is_worker = hasattr(session.config, "workerinput")
    if os.environ.get("ISSUER_REQUIRE_ALL") == "1" and not is_worker and SHOWN.unproven():
        print(f"\nclaimed in tests/field.toml and not shown: {', '.join(SHOWN.unproven())}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _logging_of_its_own() -> Iterator[None]:
    """Commands set up the logging of their whole process; every test begins and ends without that."""
    _reset_logging()
    yield
    _reset_logging()


def _reset_logging() -> None:
    logging.root.setLevel(logging.WARNING)
    logging.root.handlers[:] = [one for one in logging.root.handlers if not isinstance(one.formatter, JsonLines)]


@pytest.fixture(scope="session")
def require() -> Callable[[object, str], None]:
    """`require(found, reason)` skips the test when `found` is false; with ISSUER_REQUIRE_ALL=1 it fails."""

    def check(found: object, reason: str) -> None:
        if found:
            return
        if os.environ.get("ISSUER_REQUIRE_ALL") == "1":
            pytest.fail(f"{reason} (and ISSUER_REQUIRE_ALL=1 asks for it)", pytrace=False)
        pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def cluster(require: Callable[[object, str], None]) -> Iterator[Cluster]:
    """A PostgreSQL server that all tests share, each with databases of its own."""
    with running(require) as started:
        yield started


@pytest.fixture(scope="session")
def standards_dir() -> Path:
    """The standards' own vectors: folder STANDARDS_DIR, else beside the repository. Skips without them."""
    found = Path(os.environ.get("STANDARDS_DIR") or REPOSITORY.parent / "shared" / "standards")
    if not found.is_dir():
        pytest.skip(f"no standards' vectors at {found}; set STANDARDS_DIR")
    return found
