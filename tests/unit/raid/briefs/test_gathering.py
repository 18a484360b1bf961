"""What briefs are written from: cases that were decided on, as they stand now."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest

from ringwall.ledger.asking.raid_rows import RaidEvent, RaidRows
from ringwall.model.raid_events import DESK
from ringwall.raid.briefs.cases import BriefedCase
from ringwall.raid.briefs.gathering import (
    NOBODY,
    STRANGER,
    Missed,
    Reached,
    briefed_cases,
    directory_of,
    reached,
)
from ringwall.raid.desk import RaidDesk
from ringwall.raid.scene import Scene
from tests.brief_office import FRENCH, LAPSED, briefed_case, with_contacts
from tests.briefed import TERMS
from tests.embargoed import active
from tests.raid_office import RaidOffice, opened_case, who
from tests.routed import triaged


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    with raid_office.raid() as desk:
        yield desk


def _scene(desk: RaidDesk) -> Scene:
    acting = desk.acting
    decision = acting.ask(who("joan"), "raid.read", DESK)
    now = acting.gate.clock.now()
    told = (now, decision.id, "user:joan", acting.gate.ground, acting.rows)
    return Scene(*told, lambda: acting.rules)


def _cases(desk: RaidDesk) -> dict[str, BriefedCase]:
    found = briefed_cases(_scene(desk), desk.acting.visible(who("joan")))
    return {one.facts.standing.id: one for one in found}


def test_a_case_is_told_of_as_its_triage_decided(desk: RaidDesk) -> None:
    opened_case(desk)
    quiet = triaged(desk)
    wide = briefed_case(desk)

    found = _cases(desk)

    assert wide in found
    assert found[wide].briefing == "all"
    assert quiet not in found or found[quiet].briefing != "all"


def test_a_case_that_is_shut_is_a_compartment(desk: RaidDesk) -> None:
    case = briefed_case(desk)
    desk.needs.admit(who("mileva"), case, "user:joan", "2026-12-24", "writes it")
    desk.needs.shut(who("mileva"), case, "a source is at risk")

    assert _cases(desk)[case].compartments == {case}


def test_an_embargo_in_force_keeps_a_case_to_its_defenders(desk: RaidDesk) -> None:
    case, _ = active(desk)
    desk.triage.assess(who("dorothy"), case, ["spread=union"], {"evidence": "seen"})
    desk.triage.run(who("dorothy"), case)

    assert _cases(desk)[case].is_embargoed
    assert _cases(desk)[case].defenders == frozenset()


def test_deadlines_are_those_of_the_institute_itself(desk: RaidDesk) -> None:
    case = briefed_case(desk)
    assert _cases(desk)[case].deadlines == ()
    desk.clocks.arm(who("joan"), case, ["NIS2-23"], owed="host", why="it was ours")

    deadlines = _cases(desk)[case].deadlines
    assert {one.rule for one in deadlines} == {"NIS2-23"}
    assert all(one.due for one in deadlines)


def test_a_state_is_reached_by_who_was_checked_and_has_a_key(desk: RaidDesk) -> None:
    assert reached(_scene(desk), "FR", TERMS) == Missed("FR", NOBODY)
    assert reached(_scene(desk), "DE", TERMS) == Missed("DE", STRANGER)
    with_contacts(desk)
    scene = _scene(desk)

    french, lapsed = (reached(scene, state, TERMS) for state in ("FR", "PT"))

    assert isinstance(french, Reached)
    assert (french.contact.id, french.recipient.is_attested) == (FRENCH, True)
    assert isinstance(lapsed, Reached)
    assert (lapsed.contact.id, lapsed.recipient.is_attested) == (LAPSED, False)


def test_the_directory_is_the_registry(desk: RaidDesk) -> None:
    known = directory_of(_scene(desk))
    assert {"organisation": ("org:institute",)} in known


def test_a_case_whose_triage_nobody_can_read_any_more_is_not_told_of(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = briefed_case(desk)
    assert case in _cases(desk)
    latest = RaidRows.latest

    def bare(
        rows: RaidRows, ids: Collection[str], acts: Collection[str]
    ) -> dict[tuple[str, str], RaidEvent]:
        told = latest(rows, ids, acts)
        forgotten: dict[str, dict[str, str]] = {"said": {}}
        return {
            name: replace(one, event={**one.event, **forgotten})
            for name, one in told.items()
        }

    monkeypatch.setattr(RaidRows, "latest", bare)
    assert desk.acting.rows.latest([case], ["triage"])
    assert case not in _cases(desk)
