"""Drills at the desk of an exercise: started, played, ended, and what was on time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.raid_office import POINT, RaidOffice, refused, report_document, who

SCRIPT: dict[str, Any] = {
    "script": "a-drill",
    "version": 1,
    "title": "A drill",
    "source": "own",
    "brief": "Something happens.",
    "injects": [
        {"id": "first", "report": report_document()},
        {"id": "second", "after": 30, "told": "The press asks."},
    ],
    "expect": [
        {
            "id": "opened",
            "of": "first",
            "words": "a case is opened",
            "act": "raid.case/open",
            "within": 60,
        },
        {
            "id": "calm",
            "words": "nobody draws a cut line",
            "never": "raid.desk/cut",
        },
    ],
}
DATA = json.dumps(SCRIPT).encode()
DIRECTOR, CLERK, ANALYST = who("niels"), who("ruth"), who("joan")


@pytest.fixture
def exercise(raid_office: RaidOffice, tmp_path: Path) -> Iterator[RaidDesk]:
    """Return the desk of a copy of the office."""
    made = raid_office.institute.exercise(tmp_path / "exercise", "autumn")
    with made.gatekeeper(POINT) as gate:
        yield gate.raid


def _pass(office: RaidOffice, minutes: int) -> None:
    office.clock.instant += minutes * 60_000_000


def test_no_drill_is_played_where_reports_are_real(desk: RaidDesk) -> None:
    assert refused(lambda: desk.drills.start(DIRECTOR, DATA, "s")) == "not-an-exercise"
    assert refused(lambda: desk.drills.inject(CLERK)) == "unknown-drill"
    assert refused(lambda: desk.drills.end(DIRECTOR)) == "unknown-drill"
    assert refused(lambda: desk.drills.show(ANALYST)) == "unknown-drill"


def test_a_drill_is_played_and_judged(
    exercise: RaidDesk, raid_office: RaidOffice
) -> None:
    drills = exercise.drills
    drills.start(DIRECTOR, DATA, "s")

    played = drills.inject(CLERK)
    assert (played.inject.id, played.left) == ("first", 1)
    card = exercise.acting.rows.card("raid.report", played.report)
    assert card is not None
    title = card.event["said"]["document"]["title"]
    assert title.startswith("EXERCISE autumn: ")
    assert str(card.card["source"]).endswith("/first")
    assert exercise.intake.status(CLERK, played.receipt).state == "received"

    assert refused(lambda: drills.inject(CLERK)) == "inject-not-due"
    _pass(raid_office, 30)
    told = drills.inject(CLERK)
    assert (told.inject.told, told.report, told.receipt) == ("The press asks.", "", "")
    assert refused(lambda: drills.inject(CLERK)) == "injects-done"

    exercise.screening.open(ANALYST, played.report, "B2")
    assert [one.state for one in drills.show(ANALYST).marks] == ["on-time", "kept"]
    done, drill = drills.end(DIRECTOR)
    assert drill.state == "ended"
    assert drill.exercise == "autumn"
    assert done.events[0]["said"]["marks"] == {"opened": "on-time", "calm": "kept"}
    assert drills.show(ANALYST) == drill


def test_what_comes_after_the_end_counts_no_more(
    exercise: RaidDesk, raid_office: RaidOffice
) -> None:
    drills = exercise.drills
    drills.start(DIRECTOR, DATA, "s")
    report = drills.inject(CLERK, "first").report
    _pass(raid_office, 10)
    drills.end(DIRECTOR)
    _pass(raid_office, 1)
    exercise.screening.open(ANALYST, report, "B2")

    states = [one.state for one in drills.show(ANALYST).marks]

    assert states == ["undone", "kept"]


def test_what_is_named_is_played_before_its_time_and_once(exercise: RaidDesk) -> None:
    drills = exercise.drills
    drills.start(DIRECTOR, DATA, "s")

    assert drills.inject(CLERK, "second").inject.id == "second"
    assert refused(lambda: drills.inject(CLERK, "second")) == "inject-played"
    assert refused(lambda: drills.inject(CLERK, "third")) == "unknown-inject"
    assert drills.show(ANALYST).marks[0].state == "waiting"


def test_one_drill_is_played_at_a_time(exercise: RaidDesk) -> None:
    drills = exercise.drills
    drills.start(DIRECTOR, DATA, "s")

    assert refused(lambda: drills.start(DIRECTOR, DATA, "s")) == "drill-running"
    drills.end(DIRECTOR)
    drills.start(DIRECTOR, DATA, "s")
    assert drills.show(ANALYST).state == "running"


def test_a_script_with_faults_starts_nothing(exercise: RaidDesk) -> None:
    with pytest.raises(DeclarationError):
        exercise.drills.start(DIRECTOR, b"script: x", "s")

    assert exercise.acting.rows.events(kind="raid.drill") == []


@pytest.mark.parametrize(
    ("act", "card"),
    [
        ("raid.clock/start", {"rule": "GDPR34"}),
        ("raid.clock/start", {"stage": "overture"}),
        ("raid.handover/send", {"route": "R99"}),
        ("raid.handover/send", {"recipient": "csirt.xx"}),
    ],
)
def test_a_script_that_counts_on_no_row_of_the_rules_starts_nothing(
    exercise: RaidDesk, act: str, card: dict[str, str]
) -> None:
    one = {"id": "e", "words": "it is done", "act": act, "card": card, "within": 1}
    data = json.dumps({**SCRIPT, "expect": [one]}).encode()

    with pytest.raises(DeclarationError) as caught:
        exercise.drills.start(DIRECTOR, data, "s")

    assert [fault.code for fault in caught.value.faults] == ["unknown-value"]
    assert exercise.acting.rows.events(kind="raid.drill") == []


def test_who_has_no_part_in_it_is_denied(exercise: RaidDesk) -> None:
    drills = exercise.drills
    with pytest.raises(AccessDenied):
        drills.start(CLERK, DATA, "s")
    drills.start(DIRECTOR, DATA, "s")
    with pytest.raises(AccessDenied):
        drills.inject(ANALYST)
    with pytest.raises(AccessDenied):
        drills.end(ANALYST)
    with pytest.raises(AccessDenied):
        drills.show(who("ida"))


def test_the_rules_of_the_exercise_are_those_that_were_copied(
    exercise: RaidDesk, raid_office: RaidOffice
) -> None:
    exercise.drills.start(DIRECTOR, DATA, "s")
    exercise.drills.inject(CLERK)

    with raid_office.raid() as desk:
        assert exercise.acting.rules.digest == desk.acting.rules.digest
