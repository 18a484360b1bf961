"""`raid` itself: its help says where to begin, and each verb stands in its place."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from examples import incident_drill
from examples.incident_drill.drill import COMMANDS
from ringwall.cli.main import app as main
from ringwall.cli.raid import app
from tests.e2e.raiding import as_person
from tests.e2e.running import Ringwall


def test_each_verb_of_the_desk_stands_under_a_heading() -> None:
    commands = [(one.name, one.rich_help_panel) for one in app.registered_commands]
    groups = [(one.name, one.rich_help_panel) for one in app.registered_groups]

    assert [name for name, panel in (*commands, *groups) if panel is None] == []
    assert len(commands) + len(groups) > 25


def test_help_begins_with_taking_in_and_shows_the_way_to_a_triaged_case(
    ringwall: Ringwall,
) -> None:
    told = ringwall("raid", "--help").out

    assert told.index("─ Intake") < told.index("─ Triage") < told.index("─ Queue")
    assert "ringwall raid triage run c-mfzwizltmr --subject user:joan" in told
    assert "RINGWALL_RAID_OPEN_SUBJECT" in told


def test_help_gives_each_verb_one_line_of_80_columns(ringwall: Ringwall) -> None:
    lines = ringwall("raid", "--help").out.splitlines()
    verbs = {one.name for one in app.registered_commands}
    verbs |= {one.name for one in app.registered_groups}
    rows = [line for line in lines if line.startswith("│ ")]

    assert max(map(len, lines)) <= 80
    # One more row is that of --help itself.
    assert len(rows) == len(verbs) + 1


def test_each_example_of_the_desk_says_who_asks(ringwall: Ringwall) -> None:
    told = ringwall("raid", "--help").out
    shown = [line for line in told.splitlines() if "$ ringwall" in line]

    assert len(shown) >= 5
    assert [line for line in shown if "--subject user:" not in line] == []
    for line in shown:
        _check_command(line.partition("$ ")[2].rstrip())


def _check_command(line: str) -> None:
    """Check that the program takes a command line; raise what it would say."""
    _, *words = shlex.split(line)
    command: Any = get_command(main)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


def _next_commands(told: str) -> list[str]:
    """Return the commands of the lines that say what to do next."""
    lines = [line for line in told.splitlines() if line.startswith("next: ")]
    found = [re.search(r"`(ringwall [^`]+)`|(ringwall .+)$", line) for line in lines]
    assert None not in found, lines
    return [one[1] or one[2] for one in found if one]


def test_each_next_line_of_the_drill_is_a_command_as_it_stands(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, str] = {}
    folder = Path(incident_drill.__path__[0])
    monkeypatch.setenv("RINGWALL_INSTITUTE", str(Path.cwd()))
    monkeypatch.chdir(folder)
    found = []
    for person, words in COMMANDS:
        filled = [word.format(**made) for word in words]
        done = raid.table("raid", *filled, *as_person(person))
        assert done.code == 0, done.err
        found += _next_commands(done.err)
        for kind in ("report", "case"):
            named = re.search(rf"{kind}:\S+", done.out)
            made |= {kind: named[0]} if named else {}
        if words[0] == "triage":
            listed = raid("raid", "clock", "list", made["case"], *as_person("ole"))
            of_rule = [c for c in listed.json() if c["rule"] == "GDPR33"]
            made["clock"] = of_rule[0]["clock"]
        if words[0] == "open":
            # Not of the drill, but what an analyst may do at this place.
            ask = ("raid", "assess", made["case"], "--suggest")
            found += _next_commands(raid.table(*ask, *as_person(person)).err)

    assert len(found) >= 5
    for line in found:
        _check_command(line)
    # What opens a case is taken just as it was printed, by whoever shows who they are.
    again = raid.table("raid", "intake", "file", "report.json", *as_person("ruth"))
    look, opens = _next_commands(again.err)
    assert raid(*shlex.split(look)[1:], *as_person("joan")).code == 0
    assert raid(*shlex.split(opens)[1:], *as_person("joan")).code == 0


def test_help_shows_the_verbs_in_the_order_of_the_work(ringwall: Ringwall) -> None:
    told = ringwall("raid", "--help").out
    panels = ("Intake", "Links", "Triage", "Clocks", "Cases", "Queue", "Rules")
    places = [told.index(f"─ {panel}") for panel in panels]

    assert places == sorted(places)
    assert told.index("intake ") < told.index("screen ") < told.index("defer ")
