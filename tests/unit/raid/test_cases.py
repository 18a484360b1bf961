"""Cases at work: notes, who leads them, and how they end."""

import pytest

from ringwall.base.errors import RingwallError
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.scene import Scene
from ringwall.raid.words import MAX_NOTE
from tests.raid_office import armed_clock, opened_case, refused, who

JOAN = who("joan")
OFFICER = who("mileva")


def state_of(desk: RaidDesk, case: str) -> str:
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    return str(card.card["state"])


def brought_to(desk: RaidDesk, case: str, *acts: str) -> None:
    """Bring a case further, past the counter of triage."""

    def make(scene: Scene) -> list[Event]:
        events = []
        for act in acts:
            for guard in ("points-valued", "assessor-apart", "raid-owned"):
                scene.require(guard, case, holds=True)
            scene.require("not-raid-owned", case, holds=True)
            card = scene.card("raid.case", case)
            events.append(scene.event("raid.case", case, act, card, {}, {}))
        return events

    desk.acting.act(who("dorothy"), "raid.assess", case, make)


def test_notes_are_kept_as_they_were_said(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    desk.cases.note(JOAN, case, " the vendor\ncalls back ")
    desk.cases.note(who("dorothy"), case, "x" * MAX_NOTE)

    notes = desk.acting.rows.events(case=case, act="note")
    assert notes[0].event["said"] == {"text": "the vendor\ncalls back"}
    assert refused(desk.cases.note, JOAN, case, "\n") == "note-empty"
    assert refused(desk.cases.note, JOAN, case, "x" * (MAX_NOTE + 1)) == "text-too-long"


def test_whoever_leads_has_the_role_and_may_know_of_the_case(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    for person in ("user:joan", "user:nobody", "svc:probe", "user:rene"):
        # rene has the role and is not of the team.
        assert refused(desk.cases.lead, JOAN, case, person) == "lead-unfit"
    desk.cases.lead(JOAN, case, "user:rosalind", "knows the vendor")
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    assert card.card["lead"] == "user:rosalind"

    desk.needs.admit(OFFICER, case, "user:joan", "2026-12-01", "goes on")
    desk.needs.shut(OFFICER, case, "weights are abroad")
    assert refused(desk.cases.lead, JOAN, case, "user:agnes") == "lead-unfit"
    desk.needs.admit(OFFICER, case, "user:agnes", "2026-12-01", "is to lead")
    desk.cases.lead(JOAN, case, "user:agnes")


def test_a_case_is_coordinated_by_somebody(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    brought_to(desk, case, "triage", "own")

    assert refused(desk.cases.coordinate, JOAN, case) == "lead-missing"
    desk.cases.lead(JOAN, case, "user:rosalind")
    desk.cases.coordinate(JOAN, case, "three bodies take part")

    assert state_of(desk, case) == "coordinating"


def test_no_case_is_resolved_while_a_deadline_of_the_institute_is_open(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    brought_to(desk, case, "triage", "own")
    desk.cases.lead(JOAN, case, "user:rosalind")
    desk.cases.coordinate(JOAN, case)
    armed_clock(desk, case, owed="others")
    assert refused(desk.cases.resolve, JOAN, case, " ") == "lessons-missing"
    armed_clock(desk, case)

    assert refused(desk.cases.resolve, JOAN, case, "ask first") == "host-clock-open"
    assert state_of(desk, case) == "coordinating"


def test_a_case_is_resolved_with_what_was_learned_and_put_away(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    brought_to(desk, case, "triage", "watch")
    desk.cases.lead(JOAN, case, "user:rosalind")
    desk.cases.coordinate(JOAN, case)

    done = desk.cases.resolve(JOAN, case, "ask for the log first")
    assert done.events[0]["said"] == {"lessons": "ask for the log first"}
    assert refused(desk.cases.archive, JOAN, case, "") == "reason-missing"
    desk.cases.archive(JOAN, case, "a year old")

    assert state_of(desk, case) == "archived"
    assert refused(desk.cases.note, JOAN, case, "too late") == "act-not-possible"


@pytest.mark.parametrize("owed", ["host", "other"])
def test_a_case_that_was_declined_is_put_away_once_its_clocks_are_done(
    desk: RaidDesk, owed: str
) -> None:
    _, case = opened_case(desk)
    brought_to(desk, case, "triage", "decline")
    armed_clock(desk, case, owed)

    assert refused(desk.cases.archive, JOAN, case, "no harm") == "clock-open"


def test_a_case_that_is_not_there_is_nobodys(desk: RaidDesk) -> None:
    with pytest.raises(RingwallError) as caught:
        desk.cases.note(JOAN, "c-aaaaaaaaaa", "hello")

    assert caught.value.code == "access-denied"
