"""``python -m badge_classes``: check a catalogue, publish versions of it, draw the packaged art."""

from __future__ import annotations

from pathlib import Path

import click

from badge_classes.errors import CatalogueError, UnknownBadgeClassError
from badge_classes.loader import PACKAGED, load
from badge_classes.publish import draw, publish

_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=PACKAGED,
    help="The catalogue's folder; without it, the packaged one.",
)


@click.group()
def main() -> None:
    """Look after a catalogue of badge classes."""


@main.command()
@_FOLDER
def check(folder: Path) -> None:
    """Say whether a catalogue can be used, or list every fault by file and line."""
    try:
        catalogue = load(folder)
    except CatalogueError as error:
        raise click.ClickException(f"the catalogue cannot be used\n{error}") from error
    for one in catalogue.badge_classes:
        click.echo(f"{one.slug}/v{one.version} {'published' if one.published else 'draft'} {one.digest}")


@main.command()
@_FOLDER
@click.argument("versions", nargs=-1)
@click.option("--all", "all_drafts", is_flag=True, help="Publish every draft.")
def lock(folder: Path, versions: tuple[str, ...], all_drafts: bool) -> None:
    """Publish VERSIONS (such as building-will/v1): from then on they are never edited again."""
    if bool(versions) == all_drafts:
        raise click.UsageError("name the versions to publish, or say --all")
    try:
        published = publish(folder, versions)
    except (CatalogueError, UnknownBadgeClassError) as error:
        raise click.ClickException(str(error)) from error
    for name in published:
        click.echo(f"published {name}")


@main.command(name="draw")
def draw_art() -> None:
    """Draw the art of the packaged badge classes that are still drafts."""
    for name in draw(PACKAGED):
        click.echo(f"drew {name}")


if __name__ == "__main__":
    main()
