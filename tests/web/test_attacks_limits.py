"""AUT-16, HTTP-14 and PRV-10: keys that are guessed, limits that are lost, lists that would tell who looks."""

from __future__ import annotations

import json
import logging
import statistics
import time

import pytest
from web import PAGE, Town, problem

from issuer.errors import TooManyRequests
from issuer.services.access import OPERATOR
from issuer.web import rate_limits
from issuer.web.rate_limits import RateLimits


def test_aut_16_a_prefix_of_a_key_tells_nothing(town: Town) -> None:
    """Every wrong key gets the same answer, however much of it is right; kept is only a digest of a long secret."""
    registered = town.house.service.desk.clients.add(OPERATOR, "Guessed", town.reviewer.email)
    identifier, _, secret = registered.token.partition(".")
    assert len(secret) * 6 >= 128
    assert secret not in json.dumps([str(one) for one in town.house.store.read(lambda tx: tx.clients.all())])
    visitor = town.anybody()
    known = ["", secret[:1], secret[:20], secret[:-1]]
    filler = "B" if secret.endswith("A") else "A"
    guesses = [f"{identifier}.{part.ljust(43, filler)}" for part in known] + [registered.token[:-1], "A" * 80]
    answers = [visitor.get("/api/credentials", headers={"authorization": f"Bearer {one}"}) for one in guesses]
    assert {problem(answer) for answer in answers} == {(401, "auth.key")}
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    good = visitor.get("/api/credentials", headers={"authorization": f"Bearer {registered.token}"})
    assert good.status_code == 200


def test_aut_16_the_time_of_an_answer_tells_nothing(town: Town) -> None:
    """Comparing is of constant time: medians for a wrong first and a wrong last character do not drift apart."""
    clients = town.house.service.desk.clients
    token = clients.add(OPERATOR, "Timed", town.reviewer.email).token
    first, last = token.replace(".", ".A", 1)[: len(token)], token[:-1] + ("A" if token[-1] != "A" else "B")
    took: dict[str, list[float]] = {first: [], last: []}
    for _ in range(60):
        for guess, times in took.items():
            begun = time.perf_counter()
            with pytest.raises(Exception, match="opens nothing"):
                clients.known(guess)
            times.append(time.perf_counter() - begun)
    one, other = (statistics.median(times) for times in took.values())
    assert max(one, other) < 2 * min(one, other)


def test_http_14_a_restart_begins_with_the_same_limit_and_never_with_none() -> None:
    for _restart in range(3):
        limits = RateLimits(clock=lambda: 0.0)
        for _ in range(rate_limits.LIMITS["login-account"].burst):
            limits.spend("login-account", "dana@school.example")
        with pytest.raises(TooManyRequests):
            limits.require_room("login-account", "dana@school.example")


def test_http_14_a_flood_elsewhere_does_not_make_it_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers from more addresses than are remembered leave the failed sign-ins counted."""
    monkeypatch.setattr(rate_limits, "MAX_KEYS", 50)
    limits = RateLimits(clock=lambda: 0.0)
    for _ in range(rate_limits.LIMITS["login"].burst):
        limits.spend("login", "203.0.113.7")
    for number in range(500):
        limits.spend("read", f"198.51.100.{number}")
    with pytest.raises(TooManyRequests):
        limits.require_room("login", "203.0.113.7")


def test_prv_10_looking_up_a_list_says_nothing_about_whose_badge_it_is(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = town.earned(), town.earned()
    documents = [json.loads(town.anybody().get(f"/credentials/{award.id}.json").content) for award in (one, other)]
    lists = {document["credentialStatus"]["statusListCredential"] for document in documents}
    assert len(lists) == 1, "one list for many"
    path = lists.pop().removeprefix(town.web.url)
    with caplog.at_level(logging.DEBUG):
        answers = [
            town.anybody(address, **{"user-agent": agent}).get(path)
            for address, agent in (("203.0.113.8", "a wallet"), ("198.51.100.9", "another"))
        ]
        for document in documents:
            town.anybody().post("/verify", content=json.dumps(document), headers={"content-type": "application/vc"})
            town.anybody(accept=PAGE).get(f"/credentials/{document['id'].rpartition('/')[2]}")
    assert len({(answer.content, answer.headers["etag"]) for answer in answers}) == 1
    assert all(answer.headers["cache-control"].startswith("public, max-age=") for answer in answers)
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert {answer.headers.get("vary", "").lower() for answer in answers} <= {"", "accept"}
    told = "\n".join(str(vars(record)) for record in caplog.records)
    for document in documents:
        assert f"#{document['credentialStatus']['statusListIndex']}" not in told
        assert f"'{document['credentialStatus']['statusListIndex']}'" not in told


def test_prv_10_a_shared_page_makes_nobody_look_up_the_list(town: Town) -> None:
    """A visitor's browser is given no address of a list to fetch."""
    award = town.earned()
    page = town.anybody().page(f"/credentials/{award.id}").text
    assert "/status/" not in page
