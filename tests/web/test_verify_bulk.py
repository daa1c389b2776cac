"""Contract: `POST /verify/bulk` streams one report a line and keeps nothing."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
import pytest
from stranger import Stranger
from web import PAGE, Town, problem

from issuer.errors import Refused, Unavailable
from issuer.services.report_lines import ReportLine
from issuer.services.verify_bulk import Entry
from issuer.web.routes.verify_bulk import written

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
        return [(json.loads(line)["refused"]["code"], list(looked_at)) async for line in written(entries, desk, False)]

    assert anyio.run(take) == [
        ("json.malformed", [1]), ("verifier.busy", [1, 2]), ("json.malformed", [1, 2, 3])
    ]  # fmt: skip


# -- the form of the page


def sent_by_form(town: Town, text: str, *files: tuple[str, bytes], accept: str = PAGE, **more: str) -> httpx.Response:
    parts = [("files", (name, body, "application/octet-stream")) for name, body in files]
    data = {"badges": text, **more}
    return town.anybody(accept=accept).post("/verify/bulk", data=data, files=parts or {"files": ("", b"")})


def test_the_page_has_a_form_that_needs_no_scripts(town: Town) -> None:
    text = town.anybody().page("/verify").text
    form = text[text.index('action="/verify/bulk"') :]
    for part in ('enctype="multipart/form-data"', 'name="badges"', 'name="files" type="file" multiple', 'value="csv"'):
        assert part in form
    assert "<script" not in text


def test_a_table_for_people_with_the_same_as_csv(town: Town) -> None:
    stranger, own = Stranger(), town.earned()
    link = f"{town.web.url}/credentials/{own.id}"
    signed = stranger.signed(stranger.badge(name="=<b>1</b>"))
    changed = signed.replace(b"1</b>", b"2</b>")
    page = sent_by_form(
        town, f"{link}\nnonsense", ("one.json", signed), ("two.json", changed), ("photo.png", b"\x89PNG\r\n\x1a\n")
    )
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert "Verification of 5 badges" in page.text
    assert "2 genuine" in page.text
    assert "1 not valid" in page.text
    assert "2 not read" in page.text
    assert "=&lt;b&gt;1&lt;/b&gt;" in page.text
    assert "<b>1</b>" not in page.text
    for said in ("one.json", "two.json", "photo.png", "sig.invalid", "image.", "jose.malformed"):
        assert said in page.text
    href = re.search(r'href="data:text/csv;charset=utf-8,([^"]+)"', page.text)
    assert href is not None
    rows = list(csv.DictReader(io.StringIO(unquote(href[1]))))
    assert [row["item"] for row in rows] == ["1", "2", "one.json", "two.json", "photo.png"]
    assert [row["verdict"] for row in rows] == ["valid", "refused", "valid", "invalid", "refused"]
    assert rows[2]["achievement"].startswith("'=")


def test_a_form_may_ask_for_csv_or_lines(town: Town) -> None:
    signed = Stranger().signed()
    answer = sent_by_form(town, flat(signed).decode(), **{"as": "csv"})
    assert answer.headers["content-type"].partition(";")[0] == CSV
    assert 'filename="verification.csv"' in answer.headers["content-disposition"]
    assert answer.text.splitlines()[1].startswith("1,valid,")
    lines = sent_by_form(town, "", ("b.json", signed), accept="*/*").text.splitlines()
    assert [json.loads(line)["item"] for line in lines] == ["b.json"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "input.empty"), ("x\n" * 101, "input.too_many_parts"), ("x\n" * 501, "input.too_many_parts")],
)
def test_forms_that_are_refused(town: Town, text: str, code: str) -> None:
    page = sent_by_form(town, text)
    assert (page.status_code, code in page.text) == (400, True)


def test_a_report_can_be_saved_signed(town: Town) -> None:
    """The page carries the signed report itself: nothing is stored between the two."""
    page = town.anybody(accept=PAGE).post("/verify", data={"credential": Stranger().signed().decode()})
    found = re.search(r'download="verification-report.jwt" href="data:application/jwt,([A-Za-z0-9_.-]+)"', page.text)
    assert found is not None
    header, payload, _ = found[1].split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "=="))["typ"] == "verification-report+jwt"
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["report"]["verdict"] == "valid"
