"""The key ceremonies from announcement to compromise, beside a composed service."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.app.ceremonies import DID_CACHED_FOR
from tests.cli.conftest import Installation

NOW = "2026-11-21T18:00:00Z"
BEFORE = "2026-11-21T18:59:59Z"
LATER = "2026-11-21T19:00:01Z"
assert timedelta(hours=1) == DID_CACHED_FOR


def states(installation: Installation) -> dict[str, str]:
    rows = (line.split() for line in installation.run("keys", "list").stdout.splitlines())
    return {row[0]: row[3] for row in rows}


def kid(installation: Installation, prefix: str, state: str) -> str:
    return next(name for name, found in states(installation).items() if name.startswith(prefix) and found == state)


def listed_keys(installation: Installation, now: str) -> set[str]:
    """The fragments in the DID document of a service that has run for a moment at `now`."""
    with installation.service(CLOCK_FREEZE=now) as service:
        service.custody.refresh(service.clock())
        document = json.loads(service.desk.identify.did_document())
    return {one["id"].partition("#")[2] for one in document["verificationMethod"]}


def test_before_the_first_start_there_are_none(empty: Installation) -> None:
    done = empty.run("keys", "list")
    assert done.exit_code == 2
    assert "the first start makes them" in done.stderr
    assert not empty.folder.exists()


def test_a_new_key_signs_an_hour_after_it_was_published(demo: Installation) -> None:
    old = kid(demo, "di-", "active")
    announced = demo.run("keys", "rotate", "data-integrity", CLOCK_FREEZE=NOW)
    assert "is announced" in announced.stdout
    new = kid(demo, "di-", "announced")
    unpublished = demo.run("keys", "rotate", "data-integrity", CLOCK_FREEZE=LATER)
    assert "is announced" in unpublished.stdout, "a key nobody could have seen may not sign, however late it is"
    assert {old, new} <= listed_keys(demo, NOW)
    early = demo.run("keys", "rotate", "data-integrity", CLOCK_FREEZE=BEFORE)
    assert "may sign from 2026-11-21 19:00Z" in early.stdout
    assert states(demo)[new] == "announced"
    due = demo.run("keys", "rotate", "data-integrity", CLOCK_FREEZE=LATER)
    assert f"{new} signs" in due.stdout
    assert (states(demo)[old], states(demo)[new]) == ("retired", "active")
    assert {old, new} <= listed_keys(demo, LATER)
    assert len([one for one in states(demo) if one.startswith("di-")]) == 3, "the one for selective disclosure stays"
    assert demo.run("check", "--badges").exit_code == 0


def test_key_04_what_a_lost_key_signed_before_is_believed_by_our_own_record_alone(
    demo: Installation, badge: Callable[[str, str], bytes], tmp_path: Path
) -> None:
    lost = kid(demo, "di-", "active")
    (tmp_path / "badge.json").write_bytes(badge("collecting-data", "json"))
    assert demo.run("verify", str(tmp_path / "badge.json")).exit_code == 0
    done = demo.run("keys", "compromise", lost, input="y\n")
    assert done.exit_code == 0
    address = json.loads(badge("collecting-data", "json"))["id"]
    assert f"signed with it: {address}  collecting-data" in done.stdout
    assert lost not in listed_keys(demo, NOW)
    assert kid(demo, "di-", "active") != lost
    assert not (demo.folder / "keys" / f"{lost}.pem").exists()
    verified = demo.run("verify", "--json", str(tmp_path / "badge.json"))
    report = json.loads(verified.stdout)
    assert (report["verdict"], report["flags"]) == ("valid", ["key.compromised_logged_before"])


def test_the_private_half_of_a_retired_key_is_destroyed_on_request(demo: Installation) -> None:
    signing = kid(demo, "di-", "active")
    refused = demo.run("keys", "destroy", "--yes", signing)
    assert refused.exit_code == 2
    assert "Only a retired key" in refused.stderr
    demo.run("keys", "rotate", "data-integrity", CLOCK_FREEZE=NOW)
    listed_keys(demo, NOW)
    demo.run("keys", "rotate", "data-integrity", CLOCK_FREEZE=LATER)
    assert (demo.folder / "keys" / f"{signing}.pem").exists()
    assert demo.run("keys", "destroy", signing, input="n\n").exit_code == 1
    done = demo.run("keys", "destroy", signing, input="y\n")
    assert (done.exit_code, states(demo)[signing]) == (0, "retired")
    assert not (demo.folder / "keys" / f"{signing}.pem").exists()
    assert signing in listed_keys(demo, NOW)


def test_a_running_service_follows_within_its_next_pass(demo: Installation) -> None:
    lost = kid(demo, "jwt-", "active")
    with demo.service() as service:
        demo.run("keys", "compromise", "--yes", lost)
        assert service.custody.compromised() == {}
        service.custody.refresh(service.clock())
        assert list(service.custody.compromised()) == [lost]


def test_retiring_needs_a_yes(demo: Installation) -> None:
    active = kid(demo, "jwt-", "active")
    assert demo.run("keys", "retire", active, input="n\n").exit_code == 1
    assert states(demo)[active] == "active"
    assert demo.run("keys", "retire", active, "--yes").exit_code == 0
    assert states(demo)[active] == "retired"
    again = demo.run("keys", "retire", active, "--yes")
    assert again.exit_code == 2
    assert again.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["retire", "compromise"])
def test_an_unknown_key_is_told(demo: Installation, verb: str) -> None:
    done = demo.run("keys", verb, "di-2026-01-000000", "--yes")
    assert done.exit_code == 2
    assert "di-2026-01-000000" in done.stderr


def test_ceremonies_are_in_the_audit_record(demo: Installation) -> None:
    demo.run("keys", "rotate", "status")
    demo.run("keys", "compromise", "--yes", kid(demo, "st-", "active"))
    with demo.service() as service:
        kinds = [event.kind for event in service.store.read(lambda tx: list(tx.audit.all()))]
    assert [kind for kind in kinds if kind.startswith("key.")] == ["key.announced", "key.compromised", "key.active"]
