"""`issuer serve`: run the service in the foreground."""

from __future__ import annotations

import socket

import click

from issuer.app import logs
from issuer.app.ceremonies import advance
from issuer.app.composition import Service, compose
from issuer.app.demo import DEMO_PASSWORD, PEOPLE, seed
from issuer.app.garbage import starting
from issuer.app.serving import serve as serve_until_stopped
from issuer.cli.installation import read_settings
from issuer.errors import IssuerError, Misconfigured
from issuer.settings import Settings


@click.command()
def serve() -> None:
    """Serve until SIGTERM or Ctrl-C.

    \b
    Example:
      PORT=8000 DATA_DIR=./data DEMO=on issuer serve
    """
    with starting():
        _serve()


def _serve() -> None:
    settings = read_settings()
    logs.set_up(settings.log_level)
    require_free_port(settings)
    advance(settings)
    service = compose(settings)
    click.echo(f"Serving {settings.public_url} on {settings.host}:{settings.port}, data in {settings.data_dir}")
    if settings.demo:
        show_demo(service)
    serve_until_stopped(service)


def show_demo(service: Service) -> None:
    """Make the demo and say who can sign in where; a demo that cannot be made does not stop the service."""
    try:
        badges = seed(service)
    except IssuerError as error:
        click.echo(f"The demo badges could not be made: {error.message}", err=True)
        badges = {}
    base = service.settings.public_url
    click.echo(f"\nThe demo. Sign in at {base}/login; everybody’s password is {DEMO_PASSWORD}\n")
    for one in PEOPLE:
        click.echo(f"  {one.email:<28} {one.name:<16} {' and '.join(sorted(one.roles)):<22} {one.school}")
    click.echo("\nBadges to look at and to verify, no account needed:\n")
    for name, url in badges.items():
        click.echo(f"  {url}  {name}")
    click.echo(f"\nCatalogue {base}/catalogue, verification {base}/verify. Ctrl-C ends the service.\n")


def require_free_port(settings: Settings) -> None:
    """Raises Misconfigured when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            raise Misconfigured(
                "settings.invalid",
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. Choose another PORT.",
                "PORT",
            ) from None
