"""What goes wrong is told in one line on stderr, with exit status 2, never as a traceback."""

from __future__ import annotations

from typing import Any

import click

from issuer.errors import IssuerError


class PlainFaults(click.Group):
    """A group whose commands may raise any `IssuerError`."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IssuerError as error:
            raise Refusal(error.message) from error


class Refusal(click.ClickException):
    """The command could not do what it was asked."""

    exit_code = 2


def printable(text: str) -> str:
    """Text of unknown origin for a terminal: what could steer the terminal is shown as a sign."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
