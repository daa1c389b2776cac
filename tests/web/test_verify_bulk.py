"""Contract: `POST /verify/bulk` streams one report a line and keeps nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from stranger import Stranger
from web import Town, problem

from issuer.errors import Refused, Unavailable
from issuer.services.report_lines import ReportLine
from issuer.services.verify_bulk import Entry
from issuer.web.routes.verify_bulk import lines

NDJSON, CSV = "application/x-ndjson", "text/csv"
MEMBERS = {"item", "verdict", "flags", "checks", "credential", "format", "carrier", "checked_at", "input_sha256"}


def bulk(town: Town, body: bytes, media_type: str = NDJSON, accept: str = "*/*"):
    return town.anybody().post("/verify/bulk", content=body, headers={"content-type": media_type, "accept": accept})


def flat(signed: bytes) -> bytes:
    return json.dumps(json.loads(signed)).encode()


def test_a_report_for_every_line_in_order(town: Town) -> None:
    own = town.earned().id
    address = f"{town.web.url}/credentials/{own}"
    body = b"\n".join([flat(Stranger().signed()), b"", f'"{address}"'.encode(), b"{", flat(Stranger().signed())])
    answer = bulk(town, body)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, NDJSON)
    assert [line["item"] for line in lines] == ["1", "3", "4", "5"]
    assert [line.get("verdict") for line in lines] == ["valid", "valid", None, "valid"]
    assert lines[0].keys() == MEMBERS
    assert lines[1]["carrier"] == "url"
    assert lines[2]["refused"]["code"] == "json.malformed"


def test_csv_in_and_out(town: Town) -> None:
    stranger = Stranger()
    token = io.StringIO()
    csv.writer(token).writerows([["credential"], [stranger.signed(stranger.badge(name="=1+1")).decode()]])
    answer = bulk(town, token.getvalue().encode(), CSV, CSV)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].split(";")[0] == CSV
    assert (rows[0]["item"], rows[0]["verdict"], rows[0]["flags"]) == ("2", "valid", "issuer.self_asserted")
    assert rows[0]["achievement"] == "'=1+1"


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"{}", "application/json", 415, "input.media_type"),
        (b"", NDJSON, 400, "input.empty"),
        (b"{}\n" * 501, NDJSON, 400, "input.too_many_parts"),
        (b" " * (6 * 1024 * 1024), NDJSON, 413, "input.too_large"),
    ],
)
def test_what_is_refused_as_a_whole(town: Town, body: bytes, media_type: str, status: int, code: str) -> None:
    assert problem(bulk(town, body, media_type)) == (status, code)


def test_links_are_bounded(town: Town) -> None:
    body = b"\n".join(b"https://127.0.0.1/%d" % number for number in range(102))
    lines = [json.loads(line) for line in bulk(town, body).text.splitlines()]
    assert [line["refused"]["code"] for line in lines[100:]] == ["input.too_many_parts"] * 2
    assert {line["refused"]["code"] for line in lines[:100]} == {"fetch.blocked_address"}


def test_it_is_limited_and_the_limit_published(new_town: Callable[..., Town]) -> None:
    town = new_town()
    answers = [bulk(town, b"{}") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    names = [one["name"] for one in town.anybody().get("/limits").json()["limits"]]
    assert "verify-bulk" in names


def test_nothing_is_kept(new_town: Callable[..., Town]) -> None:
    town = new_town()
    before = {path: path.stat().st_size for path in town.house.folder.rglob("*.db*")}
    bulk(town, flat(Stranger().signed()))
    assert {path: path.stat().st_size for path in town.house.folder.rglob("*.db*")} == before


def test_each_line_is_sent_before_the_next_badge_is_looked_at() -> None:
    """The same generator that the response is made of, one line taken at a time."""
    looked_at: list[int] = []

    async def in_verifier(work: Any, service: Any, entry: Entry) -> ReportLine:
        looked_at.append(entry.number)
        if entry.number == 2:
            raise Unavailable("verifier.busy", "Many credentials are being verified right now.")
        return ReportLine(str(entry.number), None, Refused("json.malformed", "Broken."))

    async def take() -> list[tuple[str, list[int]]]:
        desk: Any = SimpleNamespace(in_verifier=in_verifier, verify=None)
        entries = [Entry(1, b"{"), Entry(2, b"{"), Entry(3, b"{")]
        return [(json.loads(line)["refused"]["code"], list(looked_at)) async for line in lines(entries, desk, False)]

    assert anyio.run(take) == [
        ("json.malformed", [1]), ("verifier.busy", [1, 2]), ("json.malformed", [1, 2, 3])
    ]  # fmt: skip
