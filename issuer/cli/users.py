"""`issuer user`: the first administrator, and people without the pages."""

from __future__ import annotations

from typing import TextIO

import click

from issuer.cli.faults import printable
from issuer.cli.installation import opened
from issuer.domain.people import Organisation, Person, Role
from issuer.errors import Unprocessable
from issuer.services.access import OPERATOR
from issuer.services.administer import MAX_PAGE, Administer


@click.group()
def user() -> None:
    """Accounts: open, invite, list, new passwords, exports, erasing."""


@user.command()
@click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True,
              help="May be given several times.")  # fmt: skip
@click.option("--email", required=True)
@click.option("--name", required=True, help="As it is to appear on badges.")
@click.option("--organisation", help="The school; created if it is new. May be left out where there is only one.")
@click.option("--password-file", type=click.File(encoding="utf-8"), help="Its first line; without it you are asked.")
def add(roles: tuple[str, ...], email: str, name: str, organisation: str | None, password_file: TextIO | None) -> None:
    """Open an account.

    \b
    Example, the first administrator:
      issuer user add --role administrator --email head@school.example --name "Ada Moreno" \\
                      --organisation "Maple Street School"
    """
    with opened() as service:
        administer = service.desk.administer
        school = school_named(administer, organisation)
        password = _password(password_file)
        person = administer.add_person(OPERATOR, school.id, email, name, [Role(one) for one in roles], password)
        click.echo(f"{person.email} can sign in at {service.settings.public_url}/login")


@user.command(name="list")
def list_users() -> None:
    """List everybody: address, name, roles, school.

    \b
    Example:
      issuer user list
    """
    with opened() as service:
        schools = {one.id: one.name for one in service.desk.administer.organisations(OPERATOR)}
        for person in _everybody(service.desk.administer):
            roles = ",".join(sorted(person.roles)) or "-"
            closed = "" if person.disabled_at is None else "  (closed)"
            school = schools[person.organisation_id]
            click.echo(printable(f"{person.email:<32} {person.display_name:<24} {roles:<24} {school}{closed}"))


def _everybody(administer: Administer) -> list[Person]:
    everybody = page = administer.people(OPERATOR, MAX_PAGE)
    while len(page) == MAX_PAGE:
        page = administer.people(OPERATOR, MAX_PAGE, page[-1].id)
        everybody = everybody + page
    return everybody


def school_named(administer: Administer, name: str | None) -> Organisation:
    known = administer.organisations(OPERATOR)
    if name is None:
        if len(known) == 1:
            return known[0]
        raise Unprocessable("input.invalid", "Say which school the person belongs to: --organisation NAME.")
    wanted = " ".join(name.split())
    return next((one for one in known if one.name == wanted), None) or administer.add_organisation(OPERATOR, wanted)


def _password(file: TextIO | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
