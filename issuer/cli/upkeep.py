"""`issuer check` and `issuer move-public-url`: looking after an installation."""

from __future__ import annotations

import click

from issuer.app.inspection import inspect, inspect_badges, stray_files
from issuer.app.logs import set_up
from issuer.app.moving import planned_move, record_move
from issuer.cli.installation import opened, read_settings

INVARIANTS = {
    "I1": "a submission has more than one badge",
    "I2": "approved and planned do not agree",
    "I3": "a planned badge is not finished",
    "I4": "a sealed badge is not whole",
    "I5": "a place in a status list is not this badge's alone",
    "I6": "the signed bytes are not the planned ones, or do not verify",
    "I7": "the published list is not what the database says",
    "I8": "a publication went backwards",
    "I9": "the audit chain or a guard of the database is broken",
    "I10": "the audit record is not the one that was marked outside the database",
    "I11": "plan and issue events do not match the badge",
    "I12": "somebody judged their own work or another school's",
    "I13": "an evidence file is not the one that was handed in",
    "I15": "an audit event tells more than ids and codes",
    "I16": "the database file is damaged",
}


@click.command()
@click.option("--badges", is_flag=True, help="Verify every stored badge again as well; takes longer.")
def check(badges: bool) -> None:
    """Check that everything stored is whole: database, audit chain, published lists, evidence files.

    Exit status: 0 all is well, 1 something is wrong; each line names what and where.

    \b
    Example:
      issuer check --badges
    """
    with opened() as service:
        found = [*inspect(service), *(inspect_badges(service) if badges else ())]
        strays = stray_files(service)
    for one in found:
        click.echo(f"{one.invariant}  {INVARIANTS.get(one.invariant, '')}: {one.subject}")
    if strays:
        click.echo(f"{len(strays)} uploaded files belong to no submission; the next start removes them.")
    if found:
        raise click.exceptions.Exit(1)
    click.echo("All is well.")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def move_public_url(yes: bool) -> None:
    """Record that badges are issued under the address in PUBLIC_URL from now on.

    Badges issued before name the old address for ever: its did.json and status lists must stay reachable there.

    \b
    Example:
      PUBLIC_URL=https://badges.example.org issuer move-public-url
    """
    set_up("ERROR")
    settings = read_settings()
    move = planned_move(settings)
    click.echo(f"From {move.before} to {move.after}.")
    click.echo("Badges issued so far name the old address. Keep serving its /.well-known/did.json, /status/… and")
    click.echo("/credentials/… as they are now, or those badges can no longer be verified.")
    if not yes:
        click.confirm("Record the move?", abort=True)
    record_move(settings)
    click.echo("Recorded. Restart the service.")
