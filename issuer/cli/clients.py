"""`issuer client`: software that may call the API."""

from __future__ import annotations

import click

from issuer.cli.faults import printable
from issuer.cli.installation import opened
from issuer.services.access import OPERATOR


@click.group()
def client() -> None:
    """Register software that calls the API with a token: add, list, remove."""


@client.command()
@click.option("--name", required=True, help="What it is, for whoever reads the list.")
@click.option("--email", required=True, help="The account it acts for; it can do what that person can do.")
def add(name: str, email: str) -> None:
    """Register a client and print its token, which is shown this once and kept nowhere.

    \b
    Example:
      issuer client add --name "Course platform" --email platform@school.example
    """
    with opened() as service:
        registered = service.desk.clients.add(OPERATOR, name, email)
    click.echo(registered.token)
    click.echo(f"Send it as: Authorization: Bearer {registered.client.id}.…   It is not shown again.", err=True)


@client.command(name="list")
def list_clients() -> None:
    """List every client there ever was: id, account, since when, name.

    \b
    Example:
      issuer client list
    """
    with opened() as service:
        for one, person in service.desk.clients.all(OPERATOR):
            state = "removed" if one.removed_at is not None else "open"
            email = "" if person is None else person.email
            click.echo(printable(f"{one.id}  {state:<8} {one.created_at:%Y-%m-%d}  {email:<32} {one.name}"))


@client.command()
@click.argument("client_id")
def remove(client_id: str) -> None:
    """Shut a client out, from its next call on.

    \b
    Example:
      issuer client remove 0b6d3b1e-6f7c-4f0e-9c84-0b8d52d8d1a4
    """
    with opened() as service:
        removed = service.desk.clients.remove(OPERATOR, client_id)
    click.echo(printable(f"{removed.id} ({removed.name}) is shut out."))
