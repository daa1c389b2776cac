"""Bearer tokens: who they stand for, and when they stand for nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from house import House

from issuer.errors import Forbidden, NotFound, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.close()


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Unauthenticated) as caught:
        call()
    return f"{caught.value.code}: {caught.value.message}"


def test_a_token_stands_for_its_person_with_the_roles_of_today(home: House) -> None:
    clients, person = home.service.desk.clients, home.reviewer("Robin")
    registered = clients.add(OPERATOR, "  Course   platform ", person.email.upper())
    assert registered.client.name == "Course platform"
    client, found = clients.known(registered.token)
    assert (client, found) == (registered.client, person)
    secret = registered.token.partition(".")[2]
    assert len(secret) >= 43
    assert client.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert home.events(client.id) == ["client.added"]


def test_every_other_token_opens_nothing_and_is_told_the_same(home: House, tmp_path: Path) -> None:
    clients, person = home.service.desk.clients, home.teacher("Dana")
    token = clients.add(OPERATOR, "A", person.email).token
    other = clients.add(OPERATOR, "B", person.email).token
    identifier, _, secret = token.partition(".")
    spoilt = [
        "", ".", secret, identifier, f"{identifier}.", f"{identifier}.{secret[:-1]}", f"{identifier}.{secret}x",
        f"{identifier}.{other.partition('.')[2]}", f"{other.partition('.')[0]}.{secret}", f" {token}", f"{token}\n",
        f"{identifier}.{clients.known(token)[0].secret_sha256}", "\ud800", "x" * 100_000,
    ]  # fmt: skip
    assert len({refused(lambda one=one: clients.known(one)) for one in spoilt}) == 1
    removed = clients.remove(OPERATOR, identifier)
    assert removed.removed_at is not None
    assert refused(lambda: clients.known(token)).startswith("auth.key")
    assert clients.remove(OPERATOR, identifier) == removed
    assert home.events(identifier) == ["client.added", "client.removed"]
    assert clients.known(other)[1] == person


def test_a_closed_account_closes_its_clients(home: House) -> None:
    clients, person, administrator = home.service.desk.clients, home.teacher("Sam"), home.administrator("Ada")
    token = clients.add(administrator.id, "A", person.email).token
    home.administer.disable(administrator.id, person.id)
    assert refused(lambda: clients.known(token)).startswith("auth.key")
    with pytest.raises(NotFound):
        clients.add(OPERATOR, "B", person.email)


def test_only_administrators_let_software_in(home: House) -> None:
    clients, teacher = home.service.desk.clients, home.teacher("Lee")
    for call in (
        lambda: clients.add(teacher.id, "A", teacher.email),
        lambda: clients.all(teacher.id),
        lambda: clients.remove(teacher.id, "x"),
    ):
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(NotFound):
        clients.add(OPERATOR, "A", "nobody@school.example")
    with pytest.raises(NotFound):
        clients.remove(OPERATOR, "nothing")
    with pytest.raises(Unprocessable):
        clients.add(OPERATOR, " ", teacher.email)
