"""`issuer evidence`: examples of evidence, and the machine's check of one's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

import badge_classes
from badge_classes import BadgeClass, CatalogueError, UnknownBadgeClassError
from badge_classes.examples import Example, load_example, with_links
from issuer.cli.faults import Refusal, printable
from issuer.cli.installation import read_settings
from issuer.domain.evidence import Finding
from issuer.proofs.strict_json import parse_object
from issuer.services.check_evidence import check as check_evidence


@click.group()
def evidence() -> None:
    """Show examples of evidence and check one's own."""


@evidence.command()
@click.argument("slug")
@click.option(
    "--files", type=click.Path(file_okay=False, path_type=Path), help="Attach files instead of links; write them there."
)
def example(slug: str, files: Path | None) -> None:
    """Print complete evidence of an invented teacher as JSON, ready to be handed in.

    It links to its attachments; with --files it names files to be uploaded first.

    \b
    Example:
      issuer evidence example building-will
    """
    badge_class, folder = _badge_class(slug)
    found = load_example(badge_class, folder)
    if found is None:
        raise Refusal(f"The catalogue has no example of evidence for {slug}.")
    if files is not None:
        _write(found, files)
    evidence = with_links(found) if files is None else found.evidence
    click.echo(json.dumps(evidence, ensure_ascii=False, indent=2))


@evidence.command()
@click.argument("slug")
@click.argument("file", type=click.File("rb"))
@click.option("--teacher", default="", metavar="NAME", help="Whose evidence it is; never counts as a colleague.")
def check(slug: str, file: BinaryIO, teacher: str) -> None:
    """Say what is missing in the evidence in FILE (- for standard input).

    Exit status: 0 complete, 1 something is missing, 2 not readable.

    \b
    Example:
      issuer evidence example building-will | issuer evidence check building-will - --teacher "Renée Whitfield"
    """
    badge_class, _ = _badge_class(slug)
    document = parse_object(file.read())
    now = read_settings().clock_freeze or datetime.now(UTC)
    findings = check_evidence(badge_class, document, teacher_name=teacher, today=now.date(), known_files=None)
    for finding in findings:
        click.echo(_told(finding, badge_class))
    if findings:
        click.echo(f"{len(findings)} to do before this evidence can be handed in.")
        raise click.exceptions.Exit(1)
    click.echo("Complete: this evidence can be handed in.")


def _told(finding: Finding, badge_class: BadgeClass) -> str:
    texts = {one.id: one.text for one in badge_class.requirements} | {"reflection": "The reflection form"}
    lines = [finding.pointer or "(the whole document)", f"    {finding.message}"]
    asked = texts.get(finding.requirement or "")
    if asked and asked.rstrip(".:") not in finding.message:
        lines.append(f"    Asked for by: {asked}")
    return "\n".join(printable(line) for line in lines)


def _badge_class(slug: str) -> tuple[BadgeClass, Path | None]:
    folder = read_settings().catalogue_dir
    try:
        return badge_classes.load(folder).current(slug), folder
    except UnknownBadgeClassError as error:
        raise Refusal(f"{error}; `issuer catalogue check` lists what there is") from None
    except CatalogueError as error:
        raise Refusal(f"The catalogue cannot be used.\n{error}") from None


def _write(found: Example, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in found.files:
        (folder / file.name).write_text(file.text, "utf-8")
        click.echo(f"{file.id} is {folder / file.name}", err=True)
