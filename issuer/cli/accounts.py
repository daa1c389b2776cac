"""`issuer user …` beyond opening accounts: links to hand over, taking everything along, erasing, a lost device."""

from __future__ import annotations

from pathlib import Path

import click

from issuer.app.composition import Service
from issuer.cli.faults import printable
from issuer.cli.installation import opened
from issuer.cli.users import school_named
from issuer.domain.people import Person, Role, normalise_email
from issuer.errors import NotFound
from issuer.services.access import OPERATOR
from issuer.services.export import ASKED_BY


@click.command()
@click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True,
              help="May be given several times.")  # fmt: skip
@click.option("--email", required=True)
@click.option("--organisation", help="The school; created if it is new. May be left out where there is only one.")
def invite(roles: tuple[str, ...], email: str, organisation: str | None) -> None:
    """Invite somebody; print the link, which works once, for two weeks. It is mailed too where mail is sent.

    \b
    Example:
      issuer user invite --role teacher --email new@school.example
    """
    with opened() as service:
        school = school_named(service.desk.administer, organisation)
        invited = service.desk.join.invite(OPERATOR, email, [Role(one) for one in roles], school.id)
        click.echo(service.settings.public_url + invited.path)


@click.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link with which somebody chooses a new password, once, within two days.

    \b
    Example:
      issuer user reset-link teacher@school.example
    """
    with opened() as service:
        path = service.desk.reset_password.link(OPERATOR, _person(service, email).id)
        click.echo(service.settings.public_url + path)


@click.command("second-factor-off")
@click.argument("email")
def second_factor_off(email: str) -> None:
    """Take the second factor away from somebody who has lost their device; their sessions end.

    \b
    Example:
      issuer user second-factor-off head@school.example
    """
    with opened() as service:
        service.desk.second_factor.take_away(OPERATOR, _person(service, email).id)
    click.echo(printable(f"{email} signs in with the password alone."))


@click.command()
@click.argument("email")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A ZIP file to write.")
@click.option("--asked-by", type=click.Choice(list(ASKED_BY)), default="person", show_default=True,
              help="Who asked for it; recorded.")  # fmt: skip
def export(email: str, out: Path, asked_by: str) -> None:
    """Write everything that is kept about somebody into one archive; that it was given out is recorded.

    \b
    Example:
      issuer user export teacher@school.example --out everything.zip
    """
    with opened() as service:
        archive = service.desk.export.of(OPERATOR, _person(service, email).id, asked_by)
        with out.open("xb") as file:
            file.writelines(archive.chunks)
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


@click.command()
@click.argument("email")
@click.option("--revoke-badges", is_flag=True, help="Also revoke their badges, for good.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(email: str, revoke_badges: bool, yes: bool) -> None:
    """Erase somebody's account, evidence and files, for good; signed badges go on verifying unless revoked.

    \b
    Example:
      issuer user erase teacher@school.example
    """
    with opened() as service:
        person = _person(service, email)
        if not yes:
            click.confirm(printable(f"Erase {person.display_name} ({person.email}) for good?"), abort=True)
        service.desk.erase.of(OPERATOR, person.id, revoke_badges)
    click.echo("Erased.")


def _person(service: Service, email: str) -> Person:
    person = service.store.read(lambda tx: tx.people.by_email(normalise_email(email)))
    if person is None:
        raise NotFound("not_found", "Nobody has an account with this address.")
    return person
