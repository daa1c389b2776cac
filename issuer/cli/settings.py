"""`issuer settings`: what the environment variables mean, as README.md shows it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from issuer.settings import DOCUMENTATION


@click.command()
def settings() -> None:
    """Print every setting with its default and meaning, as a Markdown table.

    \b
    Example:
      issuer settings
    """
    for line in table():
        click.echo(line)


def table() -> Iterator[str]:
    """The lines of the table."""
    yield "| variable | default | meaning |"
    yield "|---|---|---|"
    for one in DOCUMENTATION:
        default = one.default and (one.default if " " in one.default else f"`{one.default}`")
        yield f"| `{one.name}` | {default} | {one.meaning} |"
