"""What people read is what the program does: --help, README.md, the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from issuer.cli.root import main
from issuer.cli.settings import table
from issuer.settings import DOCUMENTATION, from_environment

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


EVERY = {" ".join(words): command for words, command in commands(main)}


class Watched(Mapping[str, str]):
    """An environment that remembers what was looked up."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.mark.parametrize("words", EVERY)
def test_help_of_every_command_has_an_example_that_names_it(words: str) -> None:
    text = click.Context(EVERY[words], info_name=words).command.get_help(click.Context(EVERY[words]))
    _, found, example = text.partition("Example")
    assert found
    assert f"issuer {words}" in example


@pytest.mark.parametrize("words", EVERY)
def test_readme_names_every_command(words: str) -> None:
    *group, name = words.split()
    row = next(line for line in README.splitlines() if line.startswith("|") and f"`{(group or [name])[0]}" in line)
    assert name in row


def test_readme_table_is_that_of_the_settings() -> None:
    between = README.split("<!-- settings:begin (issuer settings) -->\n")[1].split("<!-- settings:end -->")[0]
    assert between.splitlines() == list(table())


def test_documented_settings_are_those_that_are_read() -> None:
    environment = Watched()
    from_environment(environment)
    assert environment.asked == {one.name for one in DOCUMENTATION}


def test_readme_is_short_enough_to_be_read() -> None:
    """What is written by hand; tables that a command writes stand between markers."""
    by_hand = re.sub(r"<!-- (\w+):begin.*?<!-- \1:end -->", "", README, flags=re.DOTALL)
    assert len(README) > len(by_hand)
    assert len(by_hand.splitlines()) <= 230
