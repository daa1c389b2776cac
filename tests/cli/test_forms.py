"""`issuer forms add`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from older import OLD_USES

from issuer.app.demo import seed
from issuer.domain.award import FOR_EVERYBODY, Award, Form
from keys.ceremony import Ceremony
from tests.cli.conftest import Installation

PASSPHRASE_FILE = "loopback-passphrase"


def awards_of(installation: Installation) -> list[Award]:
    with installation.service() as service:
        return service.store.read(lambda tx: tx.awards.page(100))


def older(installation: Installation) -> Ceremony:
    """Bring about an installation whose keys for selective disclosure are announced only."""
    folder = installation.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PASSPHRASE_FILE).write_bytes(b"a passphrase for one installation")
    return Ceremony(folder / "keys", b"a passphrase for one installation")


def test_older_badges_get_the_forms_once_their_keys_may_sign(tmp_path: Path) -> None:
    installation, now = Installation(tmp_path / "data"), datetime.now(UTC)
    ceremony = older(installation)
    ceremony.ensure_first_set(now - timedelta(days=2), OLD_USES)
    with installation.service(DEMO="on") as service:
        seed(service)
    assert all({one.form for one in award.forms} == FOR_EVERYBODY for award in awards_of(installation))
    waiting = installation.run("forms", "add")
    assert waiting.exit_code == 0
    assert waiting.stdout.startswith("0 forms were added")
    assert "does not sign yet" in waiting.stdout
    ceremony.mark_published(now - timedelta(days=1))
    ceremony.activate_due(now, timedelta(hours=1))
    done = installation.run("forms", "add")
    in_force = [award for award in awards_of(installation) if award.standing == "active"]
    assert done.stdout == f"{2 * len(in_force)} forms were added to badges issued earlier.\n"
    assert all({one.form for one in award.forms} == set(Form) for award in in_force)
    assert installation.run("check", "--badges").stdout == "All is well.\n"
    assert installation.run("forms", "add").stdout.startswith("0 forms")
