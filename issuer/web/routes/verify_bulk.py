"""Verifying many credentials: `POST /verify/bulk`, one report a line, sent as they are done."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.response import Stream

from issuer.errors import IssuerError, Refused
from issuer.services.report_lines import COLUMNS, ReportLine, csv_line, json_line
from issuer.services.verify_bulk import (
    CSV_MEDIA_TYPES,
    MAX_LINKS,
    NDJSON_MEDIA_TYPES,
    Entry,
    beyond_links,
    entries_of,
    verify_entry,
)
from issuer.web.addresses import address_of
from issuer.web.decoding import media_type
from issuer.web.desk import Desk
from issuer.web.negotiation import best
from issuer.web.openapi import Answer, described
from issuer.web.public import PUBLIC_HEADERS

NDJSON, CSV = "application/x-ndjson", "text/csv"
MAX_DURATION_S = 300.0
LINES = "Each line: a VerificationReport with its `item`; for what was refused, `item` and `refused` with its code."
NDJSON_BODY = {"type": "string", "description": "Each line a credential, or a string that is a token or a link."}
CSV_BODY = {"type": "string", "description": "In the first column a credential, a token or a link."}
BADGES: dict[str, Any] = {
    **dict.fromkeys(sorted(NDJSON_MEDIA_TYPES), NDJSON_BODY),
    **dict.fromkeys(sorted(CSV_MEDIA_TYPES), CSV_BODY),
}


@post(
    "/verify/bulk",
    status_code=200,
    **described(
        "verifyMany", "Verification",
        {200: Answer({NDJSON: {"type": "string", "description": LINES}, CSV: {"type": "string"}}, "A line for each.")},
        (
            {
                400: ("input.empty", "input.malformed", "input.not_utf8", "input.too_many_parts"),
                415: ("input.media_type",), 429: ("rate.limited",),
            },
        ),
        body=BADGES, has_pages=True,
    ),
)  # fmt: skip
async def verify_bulk(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Stream:
    """Verify many credentials or links.

    One report a line is sent as each is done: as NDJSON, or as CSV where `Accept` prefers it.
    """
    desk.rate_limits.spend("verify-bulk", address_of(request.scope, desk.proxy_hops))
    entries = entries_of(await request.body(), media_type(request))
    form = best(request.headers.get("accept", ""), (NDJSON, CSV), NDJSON)
    return Stream(lines(entries, desk, form == CSV), media_type=form, headers=PUBLIC_HEADERS)


async def lines(entries: list[Entry], desk: Desk, as_csv: bool) -> AsyncIterator[str]:
    """One after the other, so that one request takes one of the verifier's threads and no more."""
    too_many, ends_at = beyond_links(entries), time.monotonic() + MAX_DURATION_S
    if as_csv:
        yield csv_line(COLUMNS)
    for entry in entries:
        line = await _line(entry, desk, entry.number in too_many, time.monotonic() > ends_at)
        yield csv_line(line.cells()) if as_csv else json_line(line)


async def _line(entry: Entry, desk: Desk, is_beyond: bool, is_late: bool) -> ReportLine:
    item = str(entry.number)
    if is_beyond:
        message = f"No more than {MAX_LINKS} links are followed in one request."
        return ReportLine(item, None, Refused("input.too_many_parts", message))
    if is_late:
        return ReportLine(item, None, Refused("http.timeout", "There was no time left for this one. Send it again."))
    try:
        return await desk.in_verifier(verify_entry, desk.verify, entry)
    except IssuerError as error:
        return ReportLine(item, None, error)


ROUTES = [verify_bulk]
