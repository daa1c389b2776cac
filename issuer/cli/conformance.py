"""`issuer conformance`: the W3C VC API for test suites."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import replace
from typing import Any

import click

from issuer.app import logs
from issuer.app.conformance import LISTEN, require_loopback, serve_conformance
from issuer.cli.installation import read_settings
from issuer.cli.serve import require_free_port
from issuer.errors import Misconfigured


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), default=8_100, show_default=True, help="Port for http.")
@click.option(
    "--https-port", type=click.IntRange(1, 65_535), help="Port for https; else the one after --port, or a free one."
)
def conformance(port: int, https_port: int | None) -> None:
    """Serve the W3C VC API for test suites, on this machine only, until SIGTERM or Ctrl-C.

    Signs any well-formed credential with keys that are made now and end with it. The first line of the output is
    one JSON object: suite (with the kind of key where there are several) → DID of its issuer. That is all a suite
    has to be told: POST /credentials/issue signs as the issuer whose DID the credential names, and
    /credentials/verify, /credentials/derive and /presentations/verify serve every suite. The second line has the
    addresses of each, as `GET /` does. https has a self-signed certificate; status lists are published there.

    \b
    Example:
      issuer conformance --port 8100
    """
    settings = read_settings()
    require_loopback(settings)
    logs.set_up("ERROR")
    secure = https_port or port_beside(port)
    for one in (port, secure):
        require_free_port(replace(settings, host=LISTEN, port=one))
    serve_conformance(settings, port, secure, _tell)


def port_beside(port: int) -> int:
    """The port after `port`; where somebody listens on that one, or there is none, any that is free."""
    for wanted in (port + 1, 0):
        with socket.socket() as trial, suppress(OSError, OverflowError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((LISTEN, wanted))
            return int(trial.getsockname()[1])
    raise Misconfigured("settings.invalid", "There is no free port for https.", "--https-port")


def _tell(directory: dict[str, Any]) -> None:
    for line in ({name: entry["issuer"] for name, entry in directory.items()}, directory):
        click.echo(json.dumps(line, separators=(",", ":")))
