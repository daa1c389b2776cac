"""The `issuer` command and its groups."""

from __future__ import annotations

import click

from issuer.cli import accounts
from issuer.cli.catalogue import catalogue
from issuer.cli.clients import client
from issuer.cli.conformance import conformance
from issuer.cli.demo import demo
from issuer.cli.evidence import evidence
from issuer.cli.faults import PlainFaults
from issuer.cli.forms import forms
from issuer.cli.keys import keys
from issuer.cli.serve import serve
from issuer.cli.settings import settings
from issuer.cli.upkeep import check, move_public_url
from issuer.cli.users import user
from issuer.cli.verify import verify


@click.group(cls=PlainFaults, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Open Badges 3.0 issuer and verifiable credential service for teacher micro-credentials.

    Settings are read from the environment; README.md lists them.
    """


for command in (accounts.invite, accounts.reset_link, accounts.second_factor_off, accounts.export, accounts.erase):
    user.add_command(command)

for command in (
    serve, user, client, evidence, verify, demo, catalogue, forms, keys, check, move_public_url, settings, conformance,
):  # fmt: skip
    main.add_command(command)
