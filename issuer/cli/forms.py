"""`issuer forms`: the forms that badges are sealed in."""

from __future__ import annotations

import click

from issuer.cli.installation import opened


@click.group()
def forms() -> None:
    """Look after the forms that badges are sealed in."""


@forms.command()
def add() -> None:
    """Add to badges that were issued earlier the forms that new ones have: the same award, the same content.

    The running service does the same in the background, some badges every half minute. A form whose key is new
    waits until that key has been published for an hour.

    \b
    Example:
      issuer forms add
    """
    with opened() as service:
        sealed = service.add_forms.run_all()
        waiting = service.custody.has_announced
    click.echo(f"{sealed} forms were added to badges issued earlier.")
    if waiting:
        click.echo("A key is announced and does not sign yet; its form is added once it does: issuer keys list")
