"""`issuer verify`: the report on badges, for people in a terminal or as lines for programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import click
from rich.console import Console
from rich.progress import track

from issuer.app.logs import set_up
from issuer.app.trust import trust_registry
from issuer.cli.installation import names_installation, opened, read_settings
from issuer.cli.verify_items import asked, verified
from issuer.cli.verify_lines import show_csv, show_json, show_signed, show_words
from issuer.outbound.fetcher import Fetcher
from issuer.services.report_lines import COLUMNS, ReportLine, csv_line
from issuer.services.sign_reports import SignReports
from issuer.services.verify import VerifyService
from issuer.verification.report import Verdict

EXIT = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.INDETERMINATE: 2}
REFUSED = 2


@click.command()
@click.argument("items", nargs=-1, required=True, metavar="FILE|DIR|CSV|URL...")
@click.option("--json", "as_json", is_flag=True, help="One JSON report a line.")
@click.option("--recipient", metavar="WHO", help="An e-mail address or id the badge should belong to.")
@click.option("--refresh", is_flag=True, help="Ask once for a newer copy where the badge names a refresh service.")
@click.option("--signed", "is_signed", is_flag=True, help="Each report as a token signed by this installation.")
def verify(items: tuple[str, ...], as_json: bool, recipient: str | None, refresh: bool, is_signed: bool) -> None:
    """Verify badges: JSON, tokens, baked PNG or SVG images, or links (- for standard input).

    Of a folder every file, of a CSV or NDJSON file every badge, link or name of a file beside it (of CSV, the
    first column). Then the answer is CSV, one line a badge with the codes of what was found, unless JSON is asked for.

    Exit status: 0 all valid, 1 at least one invalid, 2 otherwise (could not be decided, or no credential).

    \b
    Example:
      issuer verify badge.png https://badges.example.org/credentials/3f2c…
      issuer verify applicants.csv > verified.csv
    """
    set_up("ERROR")
    found = asked(items)
    statuses = set()
    with _verifier() as (service, reports):
        show = _show(as_json, found.is_bulk, reports if is_signed else None)
        if show is show_csv:
            click.echo(csv_line(COLUMNS), nl=False)
        for item in track(
            found.items, "Verifying", console=Console(stderr=True), transient=True, disable=not found.is_bulk
        ):
            line = verified(service, item, refresh=refresh, recipient=recipient)
            statuses.add(REFUSED if line.report is None else EXIT[line.report.verdict])
            show(line)
    raise click.exceptions.Exit(1 if 1 in statuses else max(statuses))


def _show(as_json: bool, is_bulk: bool, reports: SignReports | None) -> Callable[[ReportLine], None]:
    if reports is not None:
        return partial(show_signed, reports=reports)
    return show_json if as_json else show_csv if is_bulk else show_words


@contextmanager
def _verifier() -> Iterator[tuple[VerifyService, SignReports]]:
    """With our own badges known where there is an installation; as anybody's verifier elsewhere, without a key."""
    settings = read_settings()
    if names_installation(os.environ, settings):
        with opened(settings) as service:
            yield service.desk.verify, service.desk.reports
    else:
        now = settings.clock_freeze
        fetcher, trust = Fetcher(loopback_map=settings.fetch_loopback_map), trust_registry(settings.trust_registry)

        def clock() -> datetime:
            return now or datetime.now(UTC)

        yield VerifyService(fetcher, clock, trust=trust), SignReports("", None, clock)
