"""Letting software in from the command line."""

from __future__ import annotations

from tests.cli.conftest import Installation

PASSWORD = "seventeen green umbrellas"


def test_a_client_is_added_listed_and_removed(empty: Installation) -> None:
    added = empty.run(
        "user", "add", "--role", "administrator", "--email", "head@school.example", "--name", "Ada Moreno",
        "--organisation", "Maple Street School", input=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert added.exit_code == 0
    done = empty.run("client", "add", "--name", "Course platform", "--email", "head@school.example")
    assert done.exit_code == 0
    token = done.stdout.strip()
    identifier, _, secret = token.partition(".")
    with empty.service() as service:
        assert service.desk.clients.known(token)[1].email == "head@school.example"
    listed = empty.run("client", "list").stdout
    assert listed.split() == [identifier, "open", *listed.split()[2:3], "head@school.example", "Course", "platform"]
    assert secret not in listed
    assert empty.run("client", "remove", identifier).exit_code == 0
    assert "removed" in empty.run("client", "list").stdout
    unknown = empty.run("client", "remove", "nothing")
    assert unknown.exit_code == 2
    assert unknown.stderr.count("\n") == 1


def test_a_client_acts_for_an_account(empty: Installation) -> None:
    done = empty.run("client", "add", "--name", "Course platform", "--email", "nobody@school.example")
    assert done.exit_code == 2
    assert "account" in done.stderr
