"""Many badges at once: what counts as one, what is refused, and lines that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stranger import Stranger

from issuer.errors import Refused
from issuer.services.report_lines import COLUMNS, ReportLine, csv_line, escaped, json_line
from issuer.services.verify import VerifyService
from issuer.services.verify_bulk import Entry, beyond_links, entries_of, entries_of_form, verify_entry
from issuer.verification.documents import Answer, Missing

NDJSON, CSV = "application/x-ndjson", "text/csv"
TOKEN, LINK = "eyJhbGciOiJFZERTQSJ9.e30.AA", "https://issuer.test/credentials/1"


class Nothing:
    """A network on which nothing stands."""

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        return Missing(url, "not_found", "There is nothing there.")


@pytest.fixture(scope="module")
def service() -> VerifyService:
    return VerifyService(Nothing(), lambda: datetime(2026, 11, 21, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "media_type", "expected"),
    [
        (b'{"a": 1}\n\n{"b": 2}\r\n', NDJSON, [(1, b'{"a": 1}'), (3, b'{"b": 2}')]),
        (f'"{TOKEN}"\n"{LINK}"'.encode(), NDJSON, [(1, TOKEN.encode()), (2, LINK.encode())]),
        (f"{TOKEN}\n{LINK}".encode(), NDJSON, [(1, TOKEN.encode()), (2, LINK.encode())]),
        (b'"broken', NDJSON, [(1, b'"broken')]),
        (f"link\n{LINK}\n".encode(), CSV, [(2, LINK.encode())]),
        (f"\ufeffCredential,who\n{TOKEN},Dana\n".encode(), CSV, [(2, TOKEN.encode())]),
        (f"{LINK},x\n\n,y\n{TOKEN}\n".encode(), CSV, [(1, LINK.encode()), (4, TOKEN.encode())]),
        (b'"{""a"": ""b, c""}"', CSV, [(1, b'{"a": "b, c"}')]),
    ],
)  # fmt: skip
def test_what_counts_as_an_entry(body: bytes, media_type: str, expected: list[tuple[int, bytes]]) -> None:
    assert [(entry.number, entry.text) for entry in entries_of(body, media_type)] == expected


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        (b"{}", "application/json", "input.media_type"),
        (b" \n", NDJSON, "input.empty"),
        (b"link\n", CSV, "input.empty"),
        (b"\xff", CSV, "input.not_utf8"),
        (b'"open', CSV, "input.malformed"),
        (b"{}\n" * 501, NDJSON, "input.too_many_parts"),
    ],
)
def test_bodies_that_are_refused(body: bytes, media_type: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        entries_of(body, media_type)
    assert caught.value.code == code


def test_links_beyond_the_bound_are_named() -> None:
    entries = [Entry(1, b"https://a.test/"), Entry(2, b"{}"), Entry(3, b"HTTP://b.test/"), Entry(5, b"https://c.test")]
    assert beyond_links(entries, max_links=1) == {2, 3}  # places, from 0
    assert beyond_links(entries, max_links=3) == set()


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        (Stranger().signed(), "valid", None),
        (Stranger().signed().replace(b"webinar", b"college"), "invalid", "sig.invalid"),
        (b"{", "refused", "json.malformed"),
        (b"https://127.0.0.1/x", "invalid", "not_found"),
        (b'"broken', "refused", "json.malformed"),
    ],
    ids=["good", "forged", "broken", "link", "string"],
)
def test_each_entry_gets_its_line(service: VerifyService, text: bytes, verdict: str, code: str | None) -> None:
    line = verify_entry(service, Entry(7, text))
    cells = dict(zip(COLUMNS, line.cells(), strict=True))
    assert (cells["item"], cells["verdict"]) == ("7", verdict)
    assert code is None or code in cells["codes"].split()
    written = json.loads(json_line(line))
    assert written["item"] == "7"
    assert ("refused" in written) == (verdict == "refused")


def test_a_fault_of_ours_is_a_line_and_no_end() -> None:
    class Broken(VerifyService):
        def verify(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            raise RuntimeError("secret detail")

    line = verify_entry(Broken(Nothing(), lambda: datetime.now(UTC)), Entry(1, b"{}"))
    assert line.cells()[:3] == ("1", "refused", "internal")
    assert "secret" not in json_line(line)


@pytest.mark.parametrize("name", ['=HYPERLINK("//evil")', "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_names_that_begin_as_formulas_are_text(service: VerifyService, name: str) -> None:
    """content.csv_escaped"""
    stranger = Stranger()
    report = service.verify(stranger.signed(stranger.badge(name=name)), "application/json")
    row = next(csv.reader(io.StringIO(csv_line(ReportLine("=x.json", report).cells()))))
    assert row[COLUMNS.index("achievement")] == f"'{name}"
    assert row[0] == "'=x.json"


@given(st.text())
def test_no_cell_begins_a_formula_or_a_line(cell: str) -> None:
    written = escaped(cell)
    assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert len(written.splitlines()) <= 1
    assert len(csv_line((cell, "x")).split("\r\n")) == 2


@pytest.mark.parametrize(
    ("text", "files", "items"),
    [
        ("https://a.test/1\r\n\r\neyJh.e30.x\n", [], [("1", b"https://a.test/1"), ("3", b"eyJh.e30.x")]),
        ('{"a": 1}\n{"b": 2}', [], [("1", b'{"a": 1}'), ("2", b'{"b": 2}')]),
        ('{\n "a": 1\n}', [], [("1", b'{\n "a": 1\n}')]),
        ('"https://a.test/1"', [], [("1", b"https://a.test/1")]),
        ("", [("badge.png", b"\x89PNG"), ("x.JWT", b"eyJ")], [("badge.png", b"\x89PNG"), ("x.JWT", b"eyJ")]),
        ("", [("list.CSV", b"link\nhttps://a.test/1\n")], [("list.CSV, line 2", b"https://a.test/1")]),
        ("x", [("l.ndjson", b'{}\n"eyJ"')], [("1", b"x"), ("l.ndjson, line 1", b"{}"), ("l.ndjson, line 2", b"eyJ")]),
    ],
)  # fmt: skip
def test_what_a_form_hands_in(text: str, files: list[tuple[str, bytes]], items: list[tuple[str, bytes]]) -> None:
    assert [(one.item, one.text) for one in entries_of_form(text, files)] == items


@pytest.mark.parametrize(
    ("text", "files", "code"),
    [
        (" \n", [], "input.empty"),
        ("x\n" * 501, [], "input.too_many_parts"),
        ("x\n" * 400, [("a.csv", b"x\n" * 400)], "input.too_many_parts"),
        ("", [("a.csv", b"\xff")], "input.not_utf8"),
        ("", [("a.csv", b"")], "input.empty"),
    ],
)
def test_forms_that_hand_in_nothing_to_read(text: str, files: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(Refused) as caught:
        entries_of_form(text, files)
    assert caught.value.code == code
