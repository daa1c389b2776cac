"""Reports in the terminal: words and colours for people, JSON or CSV for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from issuer.cli.faults import printable
from issuer.errors import IssuerError
from issuer.services.report_lines import ReportLine, csv_line, json_line
from issuer.services.sign_reports import SignReports
from issuer.verification.report import Outcome, Report, Verdict

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


def show_words(line: ReportLine) -> None:
    """The report as people read it."""
    console = Console(highlight=False, soft_wrap=True)
    if line.report is None:
        assert line.error is not None
        _show_refusal(console, line.item, line.error)
    else:
        _show_report(console, line.item, line.report)


def show_json(line: ReportLine) -> None:
    click.echo(json_line(line), nl=False)


def show_signed(line: ReportLine, reports: SignReports) -> None:
    """The signed report alone on its line; what was refused is told on standard error."""
    if line.report is not None:
        click.echo(reports.signed(line.report))
    elif line.error is not None:
        click.echo(f"{printable(line.item)}: {line.error.message} [{line.error.code}]", err=True)


def show_csv(line: ReportLine) -> None:
    click.echo(csv_line(line.cells()), nl=False)


def _show_report(console: Console, item: str, report: Report) -> None:
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


def _show_refusal(console: Console, item: str, error: IssuerError) -> None:
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
