"""Use case: many badges at once, each with a report of its own as it is done. Nothing is kept."""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import dataclass

from issuer.errors import IssuerError, Refused, Unavailable
from issuer.proofs.strict_json import parse_value
from issuer.services.report_lines import ReportLine
from issuer.services.verify import VerifyService
from issuer.verification.recognise import media_type_of_file, names_an_address

NDJSON_MEDIA_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
CSV_MEDIA_TYPES = frozenset({"text/csv"})
MAX_ENTRIES = 500
MAX_LINKS = 100
_HEADINGS = frozenset({"badge", "credential", "link", "url"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One badge of many. number: of its line or row, from 1. text: JSON, a token, or a link."""

    number: int
    text: bytes

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


def beyond_links(entries: list[Entry], max_links: int = MAX_LINKS) -> frozenset[int]:
    """Numbers of the entries whose links are too many to be followed in one request."""
    return frozenset([entry.number for entry in entries if entry.is_link][max_links:])


def verify_entry(
    service: VerifyService, entry: Entry, *, refresh: bool = False, recipient: str | None = None
) -> ReportLine:
    """The report on one badge, or why it was refused; never raises. refresh, recipient: as `VerifyService.verify`."""
    item = str(entry.number)
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
