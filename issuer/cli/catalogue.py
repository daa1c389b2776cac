"""`issuer catalogue`: whether a catalogue of badge classes can be used."""

from __future__ import annotations

from pathlib import Path

import click

import badge_classes
from badge_classes import CatalogueError
from issuer.cli.installation import read_settings


@click.group()
def catalogue() -> None:
    """Look at what can be earned."""


@catalogue.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check a catalogue folder; without one, that of CATALOGUE_DIR or the packaged one.

    Exit status: 0 usable, 1 faults, each with file and line.

    \b
    Example:
      issuer catalogue check ./our-badge-classes
    """
    try:
        found = badge_classes.load(folder or read_settings().catalogue_dir)
    except CatalogueError as error:
        click.echo(f"The catalogue cannot be used.\n{error}", err=True)
        raise click.exceptions.Exit(1) from None
    for one in found.badge_classes:
        state = "published" if one.published else "draft"
        click.echo(f"{one.slug + '/v' + str(one.version):<44} {state:<10} {one.digest[:16]}  {one.name}")
