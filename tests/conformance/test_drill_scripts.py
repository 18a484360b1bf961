"""The scripts of drills that are shipped: what they name exists, and can be done."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.raid_embargo_kinds import BITS, RECOVERABLE
from ringwall.model.raid_inquiry_kinds import DISCLOSING
from ringwall.model.raid_states import MACHINES
from ringwall.raid.clocks.rule import OWED
from ringwall.raid.drills.script import Expected, Script, filled, parse_script
from ringwall.raid.embargo.ends import checked_zone
from ringwall.raid.embargo.terms import CAUSES
from ringwall.raid.handing import WARN
from ringwall.raid.intake.report_reader import check_report, check_times
from ringwall.raid.linking import LINK_TYPES
from ringwall.raid.rulebook import Rulebook, read_rulebook
from ringwall.raid.screening import INVALIDATE
from ringwall.raid.triage.outcomes import SCALES
from ringwall.registry.decoys import DecoyDesk
from ringwall.shipped import shipped_path
from tests.drill_plays import DECOY, PLAYS, STARTS
from tests.drill_team import Team, verify_contacts
from tests.example import NOON, apply, declare
from tests.raid_office import POINT, RaidOffice

if TYPE_CHECKING:
    from ringwall.raid.desk import RaidDesk

FOLDER = shipped_path("raid") / "drills"
SCRIPTS: dict[str, Script] = {
    path.stem: parse_script(path.read_bytes(), path.name)
    for path in sorted(FOLDER.glob("*.yaml"))
}
EXPECTED = [
    pytest.param(one, id=f"{name}:{one.id}")
    for name, script in SCRIPTS.items()
    for one in script.expected
]
CONTACTS = ("csirt.de", "csirt.pt", "enisa", "csirt.es.incibe-cert", "police.dk")
SENDING = (
    *("s03-misuse-before-release", "s10-lapsed-yesterday", "s14-ten-to-four"),
    "s15-silent-csirt",
)
"""Scripts in which packages go out, for which somebody has to have checked contacts."""
MOST_INJECTS = 20
"""More than that nobody plays in an afternoon."""


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    """Return the rules that are shipped with the scripts."""
    return read_rulebook(shipped_path("raid"))


@pytest.fixture
def exercise(raid_office: RaidOffice, tmp_path: Path) -> Iterator["RaidDesk"]:
    """Return the desk of an exercise, in which somebody has placed a decoy."""
    made = raid_office.institute.exercise(tmp_path / "exercise", "autumn")
    decoy = f"assets:\n- id: {DECOY}\n  tier: upper\n  content: raid\n"
    apply(made, declare(tmp_path, f"{decoy}  authors: [user:ruth]\n"))
    decoys = DecoyDesk(made.ledger(writable=True), made.folder, made.clock)
    decoys.place(DECOY, "user:hedy")
    decoys.close()
    with made.gatekeeper(POINT) as gate:
        yield gate.raid


def bytes_of(name: str) -> bytes:
    return (FOLDER / f"{name}.yaml").read_bytes()


def known(rules: Rulebook, one: Expected) -> Mapping[str, Collection[str | int]]:
    """Return column -> the values that there are, of the kind of an expectation."""
    points = rules.triage.points
    named = one.card.get("rule", frozenset(rules.clocks.rules))
    ruled = [rules.clocks.rules[str(name)] for name in named]
    functions, states = rules.routes.functions, rules.routes.states
    return {
        "rule": rules.clocks.rules.keys(),
        "stage": {stage.name for rule in ruled for stage in rule.stages},
        "owed": OWED,
        "recipient": {
            *rules.routes.contacts,
            *functions,
            *(f"{name}.{code.lower()}" for name in functions for code in states),
        },
        "role": ("primary", "copy"),
        "owner": SCALES["owner"],
        "tlp": SCALES["tlp"],
        "class": points["class"].values,
        "kind": ("incident", "near-miss", "hazard", "demonstration"),
        "priority": range(len(SCALES["priority"])),
        "compute": range(len(points["comp"].values)),
        "imminent": (0, 1),
        "cause": CAUSES,
        "recoverable": RECOVERABLE,
        **dict.fromkeys(BITS, (0, 1)),
        "necessary": (0, 1),
        "type": LINK_TYPES,
        "side": ("reporter", "desk"),
        "what": (WARN, INVALIDATE, *DISCLOSING.values()),
        "channel": ("decoy", "watch"),
        "cases": range(1, 10),
        "state": {move.after for move in MACHINES[one.kind] if move.act == one.act},
    }


def test_there_is_a_script_for_each_hard_scenario() -> None:
    numbers = [name[1:3] for name in SCRIPTS]

    assert numbers == [f"{number:02}" for number in range(1, 16)]
    assert SCRIPTS.keys() == PLAYS.keys()


def test_the_page_lists_just_the_scripts_that_there_are() -> None:
    page = Path(__file__).parents[2] / "docs" / "raid-drills.md"
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", page.read_text("utf-8"), re.MULTILINE)

    assert rows == [*SCRIPTS]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_which_scenario_it_is_of_and_can_be_played(name: str) -> None:
    script = SCRIPTS[name]

    assert f"hard scenario {int(name[1:3])} of the study" in script.source
    assert script.name == name
    assert 0 < len(script.injects) <= MOST_INJECTS
    after = [one.after for one in script.injects]
    assert after == sorted(after)
    assert after[0] == 0
    for one in script.injects:
        if one.report is not None:
            document = check_report(filled(one.report, NOON), one.id)
            check_times(document, one.id, NOON)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_expects_something_and_rules_something_out(name: str) -> None:
    expected = SCRIPTS[name].expected

    assert sum(not one.is_never for one in expected) >= 3
    assert any(one.is_never for one in expected)


@pytest.mark.parametrize("one", EXPECTED)
def test_the_row_that_is_expected_can_be_there(one: Expected, rules: Rulebook) -> None:
    there = known(rules, one)
    for column, values in one.card.items():
        if column == "zone":
            assert all(checked_zone(str(zone)) for zone in values)
        elif column == "who":
            assert all(":" in str(who) for who in values)
        else:
            assert values <= set(there[column]), column


@pytest.mark.parametrize("name", PLAYS)
def test_who_does_the_right_things_is_on_time_with_all_of_them(
    raid_office: RaidOffice, exercise: "RaidDesk", name: str
) -> None:
    if name in STARTS:
        raid_office.clock.instant = parse_instant(STARTS[name])
    elif name in SENDING:
        verify_contacts(exercise, *CONTACTS)
    team = Team(raid_office, exercise, bytes_of(name))

    PLAYS[name](team)

    assert {id: one.state for id, one in team.end().items()} == {
        one.id: "kept" if one.is_never else "on-time" for one in team.script.expected
    }


def test_who_does_nothing_misses_all_that_had_to_be_done_and_breaks_nothing(
    raid_office: RaidOffice, exercise: "RaidDesk"
) -> None:
    for name, script in SCRIPTS.items():
        team = Team(raid_office, exercise, bytes_of(name))
        team.happens(*(one.id for one in script.injects))
        team.wait(30 * 24 * 60)

        assert {id: one.state for id, one in team.end().items()} == {
            one.id: "kept" if one.is_never else "missed" for one in script.expected
        }, name
