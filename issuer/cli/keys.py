"""`issuer keys`: the ceremonies, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from issuer.app.ceremonies import Ceremonies, opened_ceremonies
from issuer.app.logs import set_up
from issuer.cli.installation import read_settings
from issuer.credentials.urls import PublicUrls
from issuer.settings import Settings
from keys.records import KeyRecord, Purpose, State

_YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def keys() -> None:
    """Look after the signing keys: list, rotate, retire, destroy, mark as compromised."""


@keys.command(name="list")
def list_keys() -> None:
    """List every key there ever was: name, purpose, algorithm, state and since when.

    \b
    Example:
      issuer keys list
    """
    with _ceremonies(read_settings()) as ceremonies:
        for key in ceremonies.known():
            click.echo(
                f"{key.kid:<20} {key.purpose:<15} {key.alg:<6} {key.state:<12} since {_since(key):%Y-%m-%d %H:%M}Z"
            )


@keys.command()
@click.argument("purpose", type=click.Choice([one.value for one in Purpose]))
@click.option("--alg", type=click.Choice(["EdDSA", "ES256", "RS256"]), help="Another algorithm than the usual one.")
def rotate(purpose: str, alg: str | None) -> None:
    """Put a new key beside the old one, and let it take over once everybody can know it.

    The running service publishes the new key within half a minute. An hour later it may sign: repeat this
    command, or just restart the service. The old key stays published, so what it signed stays valid.

    \b
    Example:
      issuer keys rotate data-integrity
    """
    with _ceremonies(read_settings()) as ceremonies:
        rotation = ceremonies.rotate(Purpose(purpose), alg)
    kid = rotation.key.kid
    if rotation.is_complete:
        click.echo(f"{kid} signs from the next start of the service on; the key before it is retired.")
    elif rotation.signs_at is None:
        click.echo(f"{kid} is announced. Let the service run: it publishes the key, and an hour later it may sign.")
        click.echo("Then restart the service, or give this command again to see where the rotation stands.")
    else:
        click.echo(
            f"{kid} is published and may sign from {rotation.signs_at:%Y-%m-%d %H:%M}Z on: restart the service then."
        )


@keys.command()
@click.argument("kid")
@_YES
def retire(kid: str, yes: bool) -> None:
    """End a key's signing without a successor. What it signed stays valid.

    \b
    Example:
      issuer keys retire jwt-2026-11-3f9a1c
    """
    _ask(yes, f"{kid} will not sign any more, and nothing takes its place. Go on?")
    with _ceremonies(read_settings()) as ceremonies:
        key = ceremonies.retire(kid)
    click.echo(
        f"{key.kid} is retired; it stays published. To have a key for {key.purpose}: issuer keys rotate {key.purpose}"
    )


@keys.command()
@click.argument("kid")
@_YES
def destroy(kid: str, yes: bool) -> None:
    """Destroy the private half of a retired key, so that nobody can ever sign with it again.

    Its public half stays published, and what it signed stays valid. Copies of the data folder still hold it.

    \b
    Example:
      issuer keys destroy di-2026-11-5e0b77
    """
    _ask(yes, f"Nothing can be signed with {kid} ever again. Go on?")
    with _ceremonies(read_settings()) as ceremonies:
        key = ceremonies.destroy(kid)
    click.echo(f"The private half of {key.kid} is destroyed; what it signed stays valid.")


@keys.command()
@click.argument("kid")
@_YES
def compromise(kid: str, yes: bool) -> None:
    """Stop believing a key, for good: somebody else may hold it.

    It leaves did.json within half a minute and its private half is destroyed. Nothing it signs counts from now on,
    whatever date it bears; other verifiers find no key for the badges it signed before, and this service alone knows
    them by its issuance record. If it was the signing key, a new one signs after a restart.

    \b
    Example:
      issuer keys compromise di-2026-11-5e0b77
    """
    _ask(yes, f"No other verifier will believe a badge signed with {kid}, and this cannot be taken back. Go on?")
    settings = read_settings()
    urls = PublicUrls(settings.public_url)
    with _ceremonies(settings) as ceremonies:
        successor = ceremonies.compromise(kid)
        click.echo(f"{kid} is compromised: it is not published any more, and nothing it signs counts.")
        if successor is not None:
            click.echo(f"{successor.kid} takes its place. Restart the service now.")
        for award in ceremonies.signed_with(kid):
            click.echo(f"signed with it: {urls.credential(award.id)}  {award.achievement}")


@contextmanager
def _ceremonies(settings: Settings) -> Iterator[Ceremonies]:
    set_up("ERROR")
    with opened_ceremonies(settings) as ceremonies:
        yield ceremonies


def _ask(yes: bool, question: str) -> None:
    if not yes:
        click.confirm(question, abort=True)


def _since(key: KeyRecord) -> datetime:
    dates = {State.ACTIVE: key.activated, State.RETIRED: key.retired, State.COMPROMISED: key.compromised}
    return dates.get(key.state) or key.created
