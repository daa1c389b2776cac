"""Verifying many credentials: `POST /verify/bulk`, one report a line, sent as they are done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.datastructures import UploadFile
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
    entries_of_form,
    verify_entry,
)
from issuer.web.addresses import address_of
from issuer.web.decoding import FORM, MULTIPART, form_of, media_type
from issuer.web.desk import Desk
from issuer.web.negotiation import best, prefers_page
from issuer.web.openapi import PAGE, Answer, described
from issuer.web.public import PUBLIC_HEADERS
from issuer.web.rendering import page

NDJSON, CSV = "application/x-ndjson", "text/csv"
MAX_DURATION_S = 300.0
MAX_PAGE_DURATION_S = 60.0
MAX_ON_A_PAGE = 100
FILE_NAME = "verification.csv"
LINES = "Each line: a VerificationReport with its `item`; for what was refused, `item` and `refused` with its code."
NDJSON_BODY = {"type": "string", "description": "Each line a credential, or a string that is a token or a link."}
CSV_BODY = {"type": "string", "description": "In the first column a credential, a token or a link."}
FORM_BODY = {
    "type": "object",
    "properties": {
        "badges": {"type": "string", "description": "A credential, a token or a link on each line."},
        "files": {"description": "Credentials as files, or lists of them (`.csv`, `.ndjson`)."},
        "as": {"type": "string", "description": "`csv`: give the lines as CSV to be saved."},
    },
}
REPORTS = Answer(
    {NDJSON: {"type": "string", "description": LINES}, CSV: {"type": "string"}, **PAGE}, "A line for each."
)
BADGES: dict[str, Any] = {
    **dict.fromkeys(sorted(NDJSON_MEDIA_TYPES), NDJSON_BODY),
    **dict.fromkeys(sorted(CSV_MEDIA_TYPES), CSV_BODY),
    **dict.fromkeys((FORM, MULTIPART), FORM_BODY),
}


@post(
    "/verify/bulk",
    status_code=200,
    **described(
        "verifyMany", "Verification",
        {200: REPORTS},
        (
            {
                400: ("input.empty", "input.malformed", "input.not_utf8", "input.too_many_parts"),
                415: ("input.media_type",), 429: ("rate.limited",),
            },
        ),
        body=BADGES, has_pages=True,
    ),
)  # fmt: skip
async def verify_bulk(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Verify many credentials or links.

    One report a line is sent as each is done: as NDJSON, or as CSV where `Accept` prefers it. Browsers get a table.
    """
    desk.rate_limits.spend("verify-bulk", address_of(request.scope, desk.proxy_hops))
    if media_type(request) in (FORM, MULTIPART):
        return await _verify_form(request, desk)
    entries = entries_of(await request.body(), media_type(request))
    form = best(request.headers.get("accept", ""), (NDJSON, CSV), NDJSON)
    return Stream(written(entries, desk, form == CSV), media_type=form, headers=PUBLIC_HEADERS)


async def _verify_form(request: Request[Any, Any, Any], desk: Desk) -> Response[Any]:
    """What the page sends: a table for people, the lines as CSV when that is asked for, else as NDJSON."""
    form = await form_of(request)
    files = [one for one in form.getall("files", []) if isinstance(one, UploadFile) and one.filename]
    text = form.get("badges", "")
    read = [(one.filename, await one.read()) for one in files]
    entries = entries_of_form(text if isinstance(text, str) else "", read)
    if form.get("as") == "csv":
        attached = {**PUBLIC_HEADERS, "Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
        return Stream(written(entries, desk, True), media_type=CSV, headers=attached)
    if not prefers_page(request):
        return Stream(written(entries, desk, False), media_type=NDJSON, headers=PUBLIC_HEADERS)
    if len(entries) > MAX_ON_A_PAGE:
        message = f"A page shows {MAX_ON_A_PAGE} badges at most. Ask for the list as CSV instead."
        raise Refused("input.too_many_parts", message)
    found = [line async for line in reports(entries, desk, MAX_PAGE_DURATION_S)]
    return Response(
        page("verify_many.html", request, lines=found, counts=counted(found), file_name=FILE_NAME, csv=csv_of(found)),
        media_type=MediaType.HTML,
    )


def counted(lines: list[ReportLine]) -> Counter[str]:
    """Verdict → how many; ``refused`` for what was no credential."""
    return Counter("refused" if one.report is None else one.report.verdict.value for one in lines)


def csv_of(lines: list[ReportLine]) -> str:
    return "".join(map(csv_line, (COLUMNS, *(line.cells() for line in lines))))


async def written(entries: list[Entry], desk: Desk, as_csv: bool) -> AsyncIterator[str]:
    """The lines as they are done."""
    if as_csv:
        yield csv_line(COLUMNS)
    async for line in reports(entries, desk, MAX_DURATION_S):
        yield csv_line(line.cells()) if as_csv else json_line(line)


async def reports(entries: list[Entry], desk: Desk, max_duration_s: float) -> AsyncIterator[ReportLine]:
    """One after the other, so that one request takes one of the verifier's threads and no more."""
    too_many, ends_at = beyond_links(entries), time.monotonic() + max_duration_s
    for place, entry in enumerate(entries):
        yield await _line(entry, desk, place in too_many, time.monotonic() > ends_at)


async def _line(entry: Entry, desk: Desk, is_beyond: bool, is_late: bool) -> ReportLine:
    item = entry.item
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
