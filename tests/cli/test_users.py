"""The first administrator, and everybody after."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation

ADD = ("user", "add", "--role", "administrator", "--email", "Head@School.example", "--name", "Ada Moreno")
PASSWORD = "seventeen green umbrellas"


def test_the_first_administrator_of_a_new_school_can_sign_in(empty: Installation, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n", "utf-8")
    arguments = (*ADD, "--organisation", "Maple Street School", "--password-file", str(tmp_path / "password"))
    done = empty.run(*arguments)
    assert (done.exit_code, done.stdout) == (0, "head@school.example can sign in at http://localhost:8000/login\n")
    with empty.service() as service:
        signed_in = service.desk.sign_in.sign_in("head@school.example", PASSWORD)
    assert [role.value for role in signed_in.person.roles] == ["administrator"]
    again = empty.run(*arguments)
    assert again.exit_code == 2
    assert "Error: " in again.stderr
    listed = empty.run("user", "list").stdout.split()
    assert listed == ["head@school.example", "Ada", "Moreno", "administrator", "Maple", "Street", "School"]


def test_the_password_is_asked_for_twice_and_not_shown(empty: Installation) -> None:
    done = empty.run(*ADD, "--organisation", "Maple Street School", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert PASSWORD not in done.output
    differing = empty.run(*ADD, "--organisation", "Maple Street School", input=f"{PASSWORD}\nother\n")
    assert differing.exit_code != 0


def test_only_a_single_school_may_be_left_out(empty: Installation) -> None:
    unnamed = empty.run(*ADD, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert unnamed.exit_code == 2
    assert "--organisation" in unnamed.stderr
    empty.run(*ADD, "--organisation", "Maple Street School", input=f"{PASSWORD}\n{PASSWORD}\n")
    second = (
        "user",
        "add",
        "--role",
        "teacher",
        "--role",
        "reviewer",
        "--email",
        "t@school.example",
        "--name",
        "Li Na",
    )
    assert empty.run(*second, input=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    assert "reviewer,teacher" in empty.run("user", "list").stdout


def test_a_weak_password_is_refused_in_one_line(empty: Installation) -> None:
    done = empty.run(*ADD, "--organisation", "Maple Street School", input="password1\npassword1\n")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "user" not in empty.run("user", "list").stdout
