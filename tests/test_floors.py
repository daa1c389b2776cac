"""No dependency below the version at which a known hole was closed; the lock files fit what the project asks for."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from issuer.storage.sqlite_library import DRIVER, has_wal_reset_bug, library_version

REPOSITORY = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
FLOORS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "version_floors.toml").read_text("utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, Version]:
    found = PIN.findall((REPOSITORY / lock).read_text("utf-8"))
    return {canonicalize_name(name): Version(pinned) for name, pinned in found}


def is_below(found: str | Version, floor: str) -> bool:
    return Version(str(found)) < Version(floor)


@pytest.mark.parametrize("name", FLOORS["python"])
def test_rel_20_installed_package_is_not_below_its_floor(name: str) -> None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        assert name not in pins("requirements-dev.lock"), f"{name} is locked, but not installed"
        return
    assert not is_below(installed, FLOORS["python"][name]["floor"]), FLOORS["python"][name]["because"]


@pytest.mark.parametrize("lock", LOCKS)
def test_rel_20_locked_packages_are_not_below_their_floors(lock: str) -> None:
    pinned = pins(lock)
    below = [
        f"{name} {pinned[name]}: {row['because']}"
        for name, row in FLOORS["python"].items()
        if name in pinned and is_below(pinned[name], row["floor"])
    ]
    assert not below


@pytest.mark.parametrize(
    ("found", "floor", "expected"),
    [("2.12.1", "2.13.0", True), ("2.13.0", "2.13.0", False), ("2.9.0", "2.13.0", True), ("50.0.0rc1", "50.0.0", True)],
)
def test_a_version_below_its_floor_is_found(found: str, floor: str, expected: bool) -> None:
    assert is_below(found, floor) is expected


def test_the_sqlite_in_use_keeps_its_write_ahead_log() -> None:
    assert not has_wal_reset_bug(library_version(DRIVER))
    assert not is_below(DRIVER.sqlite_version, FLOORS["sqlite"]["floor"]), FLOORS["sqlite"]["because"]


def test_the_floors_are_dated_and_reasoned() -> None:
    assert isinstance(FLOORS["reviewed"], date)
    assert all(row["because"] for row in [*FLOORS["python"].values(), FLOORS["sqlite"]])


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    text = (REPOSITORY / lock).read_text("utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(entries) == len(pins(lock)) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def required(*extras: str) -> list[Requirement]:
    groups = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in groups[extra])]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ("build",)), (LOCKS[1], ("build", "dev"))])
def test_the_lock_fits_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    pinned = pins(lock)
    unmet = [
        str(one)
        for one in required(*extras)
        if canonicalize_name(one.name) not in pinned or pinned[canonicalize_name(one.name)] not in one.specifier
    ]
    assert not unmet, "run make lock"


def test_service_and_tests_lock_the_same_versions() -> None:
    service, tests = pins(LOCKS[0]), pins(LOCKS[1])
    assert {name: tests.get(name) for name in service} == service


def test_every_dependency_has_its_reason() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    lines = [line for line in text.partition("[project.scripts]")[0].splitlines() if re.match(r'    "[a-z]', line)]
    assert len(lines) == len(required("build", "dev"))
    assert [line for line in lines if not re.search(r"  +# \w+", line)] == []
