"""Each command says what it does, and the README knows it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, cast

import pytest
from typer.main import get_command

from ringwall.cli.main import app
from tests.architecture.sources import ROOT


class Parameter(Protocol):
    """What is asked here of an option or an argument."""

    name: str | None
    param_type_name: str
    hidden: bool
    help: str | None


class Command(Protocol):
    """What is asked here of a command or a group; Typer brings a Click of its own."""

    name: str | None
    hidden: bool
    help: str | None
    params: Sequence[Parameter]


def _below(command: Command) -> Mapping[str, Command]:
    """Return the commands of a group, none for one that does something itself."""
    return cast("Mapping[str, Command]", getattr(command, "commands", {}))


def _walk(command: Command, typed: str = "ringwall") -> Iterator[tuple[str, Command]]:
    """Give each command and group with what a person types to call it."""
    if command.hidden:
        return
    yield typed, command
    for name, child in sorted(_below(command).items()):
        yield from _walk(child, f"{typed} {name}")


EVERYTHING = dict(_walk(cast("Command", get_command(app))))
COMMANDS = [typed for typed, command in EVERYTHING.items() if not _below(command)]


@pytest.mark.parametrize("typed", EVERYTHING)
def test_each_command_and_group_has_help(typed: str) -> None:
    assert (EVERYTHING[typed].help or "").strip()


@pytest.mark.parametrize("typed", EVERYTHING)
def test_each_parameter_has_help(typed: str) -> None:
    silent = [
        parameter.name
        for parameter in EVERYTHING[typed].params
        if not parameter.hidden and not (parameter.help or "").strip()
    ]

    assert silent == []


@pytest.mark.parametrize("typed", COMMANDS)
def test_each_command_is_in_the_readme(typed: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert re.search(rf"{re.escape(typed)}(?![\w-])", readme)
