"""`issuer verify`: the report on badges, for people in a terminal or as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from issuer.app.logs import set_up
from issuer.app.trust import trust_registry
from issuer.cli.faults import printable
from issuer.cli.installation import names_installation, opened, read_settings
from issuer.errors import IssuerError, Refused
from issuer.outbound.fetcher import Fetcher
from issuer.services.verify import VerifyService
from issuer.verification.recognise import URL_PREFIXES, media_type_of_file
from issuer.verification.report import Outcome, Report, Verdict

MAX_FILE_BYTES = 5 * 1024 * 1024
EXIT = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.INDETERMINATE: 2}
REFUSED = 2

_SIGNS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.INCONCLUSIVE: ("?", "yellow"),
    Outcome.NOT_APPLICABLE: ("–", "dim"),
    Outcome.NOT_RUN: ("–", "dim"),
}
_VERDICTS = {
    Verdict.VALID: ("✓ VALID", "bold green"),
    Verdict.INVALID: ("✗ INVALID", "bold red"),
    Verdict.INDETERMINATE: ("? CANNOT BE DECIDED", "bold yellow"),
}


@click.command()
@click.argument("items", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--json", "as_json", is_flag=True, help="One JSON report a line.")
@click.option("--recipient", metavar="WHO", help="An e-mail address or id the badge should belong to.")
@click.option("--refresh", is_flag=True, help="Ask once for a newer copy where the badge names a refresh service.")
def verify(items: tuple[str, ...], as_json: bool, recipient: str | None, refresh: bool) -> None:
    """Verify badges: JSON, tokens, baked PNG or SVG images, or links (- for standard input).

    Exit status: 0 all valid, 1 at least one invalid, 2 otherwise (could not be decided, or no credential).

    \b
    Example:
      issuer verify badge.png https://badges.example.org/credentials/3f2c…
    """
    set_up("ERROR")
    console = Console(highlight=False, soft_wrap=True)
    statuses = set()
    with _verifier() as service:
        for item in items:
            try:
                report = _report(service, item, recipient, refresh)
            except IssuerError as error:
                statuses.add(REFUSED)
                _show_refusal(console, item, error, as_json)
            else:
                statuses.add(EXIT[report.verdict])
                _show(console, item, report, as_json)
    raise click.exceptions.Exit(1 if 1 in statuses else max(statuses))


@contextmanager
def _verifier() -> Iterator[VerifyService]:
    """With our own badges known where there is an installation; as anybody's verifier elsewhere."""
    settings = read_settings()
    if names_installation(os.environ, settings):
        with opened(settings) as service:
            yield service.desk.verify
    else:
        now = settings.clock_freeze
        yield VerifyService(
            Fetcher(loopback_map=settings.fetch_loopback_map),
            lambda: now or datetime.now(UTC),
            trust=trust_registry(settings.trust_registry),
        )


def _report(service: VerifyService, item: str, recipient: str | None, refresh: bool) -> Report:
    if item.lower().startswith(URL_PREFIXES):
        return service.verify_url(item, recipient=recipient, refresh=refresh)
    data = _read(item)
    return service.verify(data, media_type_of_file(data), recipient=recipient, refresh=refresh)


def _read(item: str) -> bytes:
    try:
        with sys.stdin.buffer if item == "-" else Path(item).open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Refused("input.invalid", f"This file cannot be read: {error.strerror}.") from None
    if len(data) > MAX_FILE_BYTES:
        raise Refused("input.too_large", "This file is larger than a badge can be.")
    return data


def _show(console: Console, item: str, report: Report, as_json: bool) -> None:
    if as_json:
        _line({"item": item, **report.as_json()})
        return
    words, style = _VERDICTS[report.verdict]
    console.print(Text(f"{printable(item)}: "), Text(words, style), sep="")
    for label, value in _about(report.credential or {}):
        console.print(Text(f"  {label:<12} {printable(value)}"))
    for row in report.checks:
        sign, style = _SIGNS[row.outcome]
        words = row.outcome.value.replace("_", " ")
        code = f" [{row.code}]" if row.code else ""
        console.print(Text(f"  {sign} {row.check:<11} {words}: ", style), Text(printable(row.message) + code), sep="")
        if row.next_step:
            console.print(Text(f"                → {row.next_step}", "bold"))
    if report.flags:
        console.print(Text(f"  Note: {', '.join(report.flags)}"))


def _show_refusal(console: Console, item: str, error: IssuerError, as_json: bool) -> None:
    if as_json:
        _line({"item": item, "refused": {"code": error.code, "message": error.message}})
        return
    console.print(Text(f"{printable(item)}: "), Text("? NOT LOOKED AT", "bold yellow"), sep="")
    console.print(Text(f"  {printable(error.message)} [{error.code}]"))


def _about(credential: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for label, member in (("Badge", "achievement"), ("Earned by", "recipient"), ("Issued by", "issuer")):
        found = credential.get(member) or {}
        named = [str(found[name]) for name in ("name", "id") if found.get(name)]
        if named:
            yield label, " · ".join(named)
    for label, member in (("Valid from", "valid_from"), ("Valid until", "valid_until")):
        if credential.get(member):
            yield label, str(credential[member])


def _line(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
