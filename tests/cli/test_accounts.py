"""Links, archives and erasing by command."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.cli.conftest import Installation
from tests.cli.test_users import ADD, PASSWORD

NEW = "nineteen blue teapots"


def test_an_account_from_invitation_to_erasing(empty: Installation, tmp_path: Path) -> None:
    empty.run(*ADD, "--organisation", "Maple Street School", input=f"{PASSWORD}\n{PASSWORD}\n")
    invited = empty.run("user", "invite", "--role", "teacher", "--email", "new@school.example")
    assert invited.stdout.startswith("http://localhost:8000/join/")
    reset = empty.run("user", "reset-link", "head@school.example")
    with empty.service() as service:
        service.desk.join.accept(invited.stdout.strip().rpartition("/")[2], "New One", PASSWORD)
        service.desk.reset_password.reset(reset.stdout.strip().rpartition("/")[2], NEW)
        assert service.desk.sign_in.sign_in("head@school.example", NEW)
    out = tmp_path / "everything.zip"
    assert empty.run("user", "export", "new@school.example", "--out", str(out)).exit_code == 0
    assert "New One" in zipfile.ZipFile(out).read("data.json").decode()
    assert empty.run("user", "export", "nobody@school.example", "--out", str(tmp_path / "x")).exit_code == 2
    assert empty.run("user", "erase", "new@school.example", input="n\n").exit_code == 1
    assert empty.run("user", "erase", "new@school.example", input="y\n").exit_code == 0
    assert "new@school.example" not in empty.run("user", "list").stdout
    last = empty.run("user", "erase", "head@school.example", "--yes")
    assert (last.exit_code, "only administrator" in last.stderr) == (2, True)


def test_a_second_factor_is_taken_away(empty: Installation) -> None:
    empty.run(*ADD, "--organisation", "Maple Street School", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert empty.run("user", "second-factor-off", "head@school.example").exit_code == 0
    assert empty.run("user", "second-factor-off", "nobody@school.example").exit_code == 2
