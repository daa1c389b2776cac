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
        _hang(console, Text(f"  {label:<12} "), Text(printable(value)))
    skipped = [row for row in report.checks if row.outcome is Outcome.NOT_RUN]
    for row in report.checks:
        if row in skipped[1:]:
            continue
        sign, style = _SIGNS[row.outcome]
        words = row.outcome.value.replace("_", " ")
        code = f" [{row.code}]" if row.code else ""
        name = (
            f"{row.check:<11} {words}" if row not in skipped else ", ".join(one.check for one in skipped) + f" {words}"
        )
        _hang(
            console, Text(f"  {sign} "), Text(f"{name}: ", style).append(printable(row.message) + code, "default"), 12
        )
        if row.next_step:
            _hang(console, Text(" " * 16), Text(f"→ {row.next_step}", "bold"))
    if report.flags:
        _hang(console, Text("  Note: "), Text(", ".join(report.flags)))
    if console.is_terminal:
        console.print()


def _hang(console: Console, lead: Text, words: Text, further: int = 0) -> None:
    """A line; in a terminal broken so that it goes on under the place where its words begin, or `further` right."""
    if not console.is_terminal:
        console.print(lead, words, sep="")
        return
    indent = lead.cell_len + further
    first, *rest = words.wrap(console, max(20, console.width - lead.cell_len))
    console.print(lead, first, sep="")
    left = Text(" ").join(rest)
    for line in left.wrap(console, max(20, console.width - indent)) if left else ():
        console.print(Text(" " * indent), line, sep="")


def _show_refusal(console: Console, item: str, error: IssuerError) -> None:
    console.print(Text(f"{printable(item)}: "), Text("? NOT LOOKED AT", "bold yellow"), sep="")
    _hang(console, Text("  "), Text(f"{printable(error.message)} [{error.code}]"))


def _about(credential: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for label, member in (("Badge", "achievement"), ("Earned by", "recipient"), ("Issued by", "issuer")):
        found = credential.get(member) or {}
        named = [str(found[name]) for name in ("name", "id") if found.get(name)]
        if named:
            yield label, " · ".join(named)
    for label, member in (("Valid from", "valid_from"), ("Valid until", "valid_until")):
        if credential.get(member):
            yield label, str(credential[member])
