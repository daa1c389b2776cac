"""Use case: many badges at once, each with a report of its own as it is done. Nothing is kept."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from issuer.errors import IssuerError, Refused, Unavailable
from issuer.proofs.strict_json import parse_value
from issuer.services.report_lines import ReportLine
from issuer.services.verify import VerifyService
from issuer.verification.recognise import media_type_of_file, names_an_address

NDJSON_MEDIA_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
CSV_MEDIA_TYPES = frozenset({"text/csv"})
MAX_ENTRIES = 500
MAX_LINKS = 100
_LISTS = {"csv": "text/csv", "ndjson": "application/x-ndjson", "jsonl": "application/x-ndjson"}
_HEADINGS = frozenset({"badge", "credential", "file", "link", "url"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One badge of many. number: of its line or row, from 1. text: JSON, a token, a link, or the bytes of a file.

    name: of its file, where it came in one of its own.
    """

    number: int
    text: bytes
    name: str = ""

    @property
    def item(self) -> str:
        """What the report on it is called."""
        return self.name or str(self.number)

    @property
    def is_link(self) -> bool:
        return names_an_address(self.text[:64].decode("latin-1"))


def entries_of(body: bytes, media_type: str, max_entries: int = MAX_ENTRIES) -> list[Entry]:
    """The badges in a body: NDJSON (each line a credential, or a string that is a token or link), or CSV with
    one in its first column.

    Raises Refused ``input.media_type``, ``input.not_utf8``, ``input.malformed``, ``input.empty``,
    ``input.too_many_parts``.
    """
    if media_type in CSV_MEDIA_TYPES:
        entries = _rows(body)
    elif media_type in NDJSON_MEDIA_TYPES:
        lines = enumerate(body.split(b"\n"), 1)
        entries = [Entry(number, _unquoted(line.strip())) for number, line in lines if line.strip()]
    else:
        raise Refused("input.media_type", "Send the badges as NDJSON (application/x-ndjson) or CSV (text/csv).")
    if not entries:
        raise Refused("input.empty", "There is nothing here to read.")
    if len(entries) > max_entries:
        raise Refused("input.too_many_parts", f"No more than {max_entries} badges are verified at once.")
    return entries


def entries_of_form(text: str, files: Sequence[tuple[str, bytes]], max_entries: int = MAX_ENTRIES) -> list[Entry]:
    """The badges that a form hands in: pasted text, a badge or link on each line, and files by name.

    A file is a list where its name ends in ``.csv``, ``.ndjson`` or ``.jsonl``, else one badge. Raises as `entries_of`.
    """
    entries = _pasted(text.strip())
    for name, body in files:
        media_type = _LISTS.get(name.rpartition(".")[2].lower())
        if media_type is None:
            entries.append(Entry(1, body, name))
        else:
            listed = entries_of(body, media_type, max_entries)
            entries += [replace(one, name=f"{name}, line {one.number}") for one in listed]
    if not entries:
        raise Refused("input.empty", "There is nothing here to read.")
    if len(entries) > max_entries:
        raise Refused("input.too_many_parts", f"No more than {max_entries} badges are verified at once.")
    return entries


def beyond_links(entries: list[Entry], max_links: int = MAX_LINKS) -> frozenset[int]:
    """Places (from 0) of the entries whose links are too many to be followed in one request."""
    return frozenset([place for place, entry in enumerate(entries) if entry.is_link][max_links:])


def verify_entry(
    service: VerifyService, entry: Entry, *, refresh: bool = False, recipient: str | None = None
) -> ReportLine:
    """The report on one badge, or why it was refused; never raises. refresh, recipient: as `VerifyService.verify`."""
    item = entry.item
    try:
        if entry.is_link:
            link = entry.text.decode("utf-8", "replace")
            return ReportLine(item, service.verify_url(link, refresh=refresh, recipient=recipient))
        media_type = media_type_of_file(entry.text)
        return ReportLine(item, service.verify(entry.text, media_type, refresh=refresh, recipient=recipient))
    except IssuerError as error:
        return ReportLine(item, None, error)
    except Exception as error:
        log.exception("verify.bulk", extra={"kind": type(error).__name__})
        return ReportLine(item, None, Unavailable("internal", "Something went wrong on our side."))


def _pasted(text: str) -> list[Entry]:
    """Each line by itself, but one badge in JSON whole, on however many lines."""
    lines = [line.strip() for line in text.splitlines()]
    if text.startswith("{") and not all(line.startswith("{") for line in lines if line):
        lines = [text]
    return [
        Entry(number, _unquoted(line.encode("utf-8", "surrogatepass"))) for number, line in enumerate(lines, 1) if line
    ]


def _rows(body: bytes) -> list[Entry]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("input.not_utf8", "The CSV is not UTF-8.") from None
    try:
        cells = [row[0].strip() if row else "" for row in csv.reader(io.StringIO(text), strict=True)]
    except csv.Error as error:
        raise Refused("input.malformed", f"This is not CSV: {error}.") from None
    entries = [Entry(number, cell.encode()) for number, cell in enumerate(cells, 1) if cell]
    return entries[1:] if entries and entries[0].text.decode().lower() in _HEADINGS else entries


def _unquoted(text: bytes) -> bytes:
    """A JSON string as the text it stands for; anything else as it is."""
    if not text.startswith(b'"'):
        return text
    try:
        value = parse_value(text)
    except Refused:
        return text
    return value.strip().encode("utf-8", "surrogatepass") if isinstance(value, str) else text
