"""What still runs goes with its case, is acted on there, and comes home."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.events import Event
from ringwall.raid.clock_acts import breach_events
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.scene import Scene
from ringwall.raid.starting import Start
from ringwall.raid.timing import deadline_of
from tests.raid_office import (
    RaidOffice,
    armed_clock,
    opened_case,
    refused,
    report_document,
    who,
)

JOAN = who("joan")
LEAD = who("rosalind")
OLE = who("ole")
SHOWN = {"evidence": "receipt 12", "source": "CSIRT portal"}
START = Start("", parse_instant("2026-11-20T08:30:00Z"), "log 4711", "duty officer")


def case_of(desk: RaidDesk, **changes: object) -> str:
    return opened_case(desk, report_document(**changes))[1]


def armed(desk: RaidDesk, case: str, rule: str = "NIS2-23") -> str:
    """Arm a rule, and return the id of its last stage that starts with the case."""
    done = desk.clocks.arm(OLE, case, [rule], why="they may owe it")
    return str([e["id"] for e in done.events if e["kind"] == "raid.clock"][-1])


def running(desk: RaidDesk, case: str, rule: str = "NIS2-23") -> str:
    clock = armed(desk, case, rule)
    desk.clocks.start(OLE, clock, [START])
    return clock


def proposed(desk: RaidDesk, case: str, other: str) -> str:
    done = desk.merging.merge(JOAN, case, other, "one event")
    return str(done.events[0]["id"])


def merge(desk: RaidDesk, case: str, other: str) -> list[tuple[str, str]]:
    done = desk.proposals.second(LEAD, proposed(desk, case, other))
    return [(event["kind"], event["act"]) for event in done.events]


def part(desk: RaidDesk, case: str) -> list[tuple[str, str]]:
    name = desk.merging.unmerge(JOAN, case, "two events").events[0]["id"]
    done = desk.proposals.second(LEAD, name)
    return [(event["kind"], event["act"]) for event in done.events]


def row(desk: RaidDesk, name: str) -> dict[str, str | int]:
    kind = "raid.clock" if name.startswith("clk-") else "raid.case"
    card = desk.acting.rows.card(kind, name)
    assert card is not None
    return card.card


def held(desk: RaidDesk, case: str) -> set[str]:
    return {one.id for one in desk.clocks.of_case(JOAN, case)}


def dues(desk: RaidDesk, case: str) -> tuple[str | int, str | int]:
    card = row(desk, case)
    return card["due"], card["host_due"]


def test_a_running_clock_goes_with_its_case_and_is_met_there(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case, other = case_of(desk), case_of(desk)
        clock = running(desk, case)
        before, due = row(desk, clock), row(desk, case)["due"]

        acts = merge(desk, case, other)

        assert acts == [
            ("raid.proposal", "carry"),
            ("raid.case", "merge"),
            *([("raid.clock", "take-over")] * 2),
            ("raid.case", "take-over"),
        ]
        assert row(desk, clock) == before | {"home": case}
        assert clock in held(desk, other)
        assert held(desk, other) == held(desk, case), "the id leads to the successor"
        assert due
        assert dues(desk, case) == ("", "")
        assert row(desk, other)["due"] == due
        # What it is counted from, and the arithmetic, went along.
        why = desk.clocks.why(JOAN, clock)
        assert why.starts
        assert why.steps

        done = desk.clocks.meet(OLE, clock, None, SHOWN)
        assert row(desk, clock)["state"] == "met"
        [following] = [e for e in done.events if e["act"] == "arm"]
        assert (following["case"], following["card"]["home"]) == (other, case)
    assert raid_office.institute.verify().findings == ()


def test_what_went_with_a_merge_comes_home_with_all_that_followed(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case, other = case_of(desk), case_of(desk)
        clock, own = running(desk, case), running(desk, other)
        dormant = armed(desk, case, "GDPR33")
        merge(desk, case, other)
        done = desk.clocks.meet(OLE, clock, None, SHOWN)
        [following] = [e["id"] for e in done.events if e["act"] == "arm"]

        acts = part(desk, case)

        assert acts[:2] == [("raid.proposal", "carry"), ("raid.case", "unmerge")]
        assert acts[-1] == ("raid.case", "give-back")
        assert held(desk, case) >= {clock, dormant, following}
        assert own in held(desk, other)
        assert not held(desk, other) & held(desk, case)
        assert row(desk, clock)["home"] == row(desk, following)["home"] == ""
        assert row(desk, case)["due"]
        theirs = desk.clocks.of_case(JOAN, other)
        soonest = min(deadline_of(one.card) for one in theirs)
        assert row(desk, other)["due"] == soonest
        desk.clocks.start(OLE, dormant, [START])
    assert raid_office.institute.verify().findings == ()


def test_a_clock_comes_home_through_merges_in_whatever_order_they_are_undone(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        first, second, third = case_of(desk), case_of(desk), case_of(desk)
        one, two = armed(desk, first), armed(desk, second)
        merge(desk, first, second)
        merge(desk, second, third)
        assert held(desk, third) >= {one, two}
        assert row(desk, one)["home"] == first

        part(desk, first)
        assert one in held(desk, first)
        assert two in held(desk, third)
        merge(desk, first, third)
        part(desk, second)
        assert one in held(desk, third)
        assert two in held(desk, second)
        part(desk, first)
        assert row(desk, one)["home"] == row(desk, two)["home"] == ""

        merge(desk, first, second)
        merge(desk, second, third)
        part(desk, second)
        assert held(desk, second) >= {one, two}
        assert row(desk, one)["home"] == first
        part(desk, first)
        assert one in held(desk, first)
    assert raid_office.institute.verify().findings == ()


def test_a_clock_that_is_done_stays_where_it_was_done(desk: RaidDesk) -> None:
    case, other = case_of(desk), case_of(desk)
    clock = running(desk, case, "GDPR33")
    desk.clocks.meet(OLE, clock, None, SHOWN)
    merge(desk, case, other)

    assert clock not in held(desk, other)
    assert row(desk, clock)["home"] == ""


def test_a_case_without_an_open_clock_leaves_the_other_as_it_was(
    desk: RaidDesk,
) -> None:
    case, other = case_of(desk), case_of(desk)
    before = row(desk, other)

    # On record of it all the same, so that who acts on it meanwhile does so anew.
    assert merge(desk, case, other)[-1] == ("raid.case", "take-over")
    assert row(desk, other) == before
    assert part(desk, case)[-1] == ("raid.case", "unmerge")
    assert row(desk, other) == before


def test_no_open_clock_is_taken_over_by_a_case_that_is_put_away(desk: RaidDesk) -> None:
    case, other = case_of(desk), case_of(desk)
    early = proposed(desk, case, other)
    armed_clock(desk, case, owed="others")
    declined(desk, other)
    desk.cases.archive(JOAN, other, "no harm was done")

    assert refused(desk.merging.merge, JOAN, case, other, "one") == "clock-stranded"
    assert refused(desk.proposals.second, LEAD, early) == "proposal-outdated"
    assert merge(desk, other, case)[-1] == ("raid.case", "take-over")


def test_what_is_archived_has_nothing_to_do_with_a_merge_into_it(
    desk: RaidDesk,
) -> None:
    case, other = case_of(desk), case_of(desk)
    declined(desk, other)
    desk.cases.archive(JOAN, other, "no harm was done")

    assert merge(desk, case, other)[-1] == ("raid.case", "merge")


def test_what_a_case_holds_comes_home_even_from_one_that_was_put_away(
    desk: RaidDesk,
) -> None:
    case, other = case_of(desk), case_of(desk)
    clock = running(desk, case, "DORA19")
    desk.acting.act(OLE, "raid.arm", case, lambda scene: breach_events(scene, [clock]))
    merge(desk, case, other)
    declined(desk, other)
    desk.cases.archive(JOAN, other, "no harm was done")

    part(desk, case)

    assert clock in held(desk, case)
    assert row(desk, clock)["state"] == "breached"
    assert row(desk, other)["state"] == "archived"


def test_what_a_case_holds_for_another_keeps_it_out_of_the_archive(
    desk: RaidDesk,
) -> None:
    case, other = case_of(desk), case_of(desk)
    clock = armed(desk, case)
    merge(desk, case, other)
    declined(desk, other)

    assert refused(desk.cases.archive, JOAN, other, "no harm") == "clock-open"
    part(desk, case)
    desk.cases.archive(JOAN, other, "no harm was done")

    assert clock in held(desk, case)


@pytest.mark.parametrize("rule", ["AIA73-GEN", "OLD-1"])
def test_an_exercise_takes_over_no_running_clock_for_a_serious_incident(
    desk: RaidDesk, rule: str
) -> None:
    case, exercise = case_of(desk), case_of(desk, kind="demonstration")
    early = proposed(desk, case, exercise)
    past_the_counter(desk, case, rule)

    words = (JOAN, case, exercise, "one event")
    assert refused(desk.merging.merge, *words) == "clock-of-an-exercise"
    assert refused(desk.proposals.second, LEAD, early) == "clock-of-an-exercise"


def test_an_exercise_takes_over_what_is_armed_or_not_serious(desk: RaidDesk) -> None:
    case, exercise = case_of(desk), case_of(desk, kind="demonstration")
    clocks = {
        armed(desk, case, "AIA73-GEN"),
        past_the_counter(desk, case, "WBD-ACK"),
    }

    merge(desk, case, exercise)

    assert held(desk, exercise) >= clocks


def test_of_a_clock_whose_words_were_forgotten_the_row_goes_along(
    desk: RaidDesk,
) -> None:
    case, other = case_of(desk), case_of(desk)
    clock = past_the_counter(desk, case, "NIS2-23")

    merge(desk, case, other)

    assert clock in held(desk, other)
    assert desk.clocks.why(JOAN, clock).steps == ()


def declined(desk: RaidDesk, case: str) -> None:
    """Have a case declined, past the counter of triage."""

    def make(scene: Scene) -> list[Event]:
        for guard in ("points-valued", "assessor-apart", "not-raid-owned"):
            scene.require(guard, case, holds=True)
        card = scene.card("raid.case", case)
        triaged = scene.event("raid.case", case, "triage", card, {}, {})
        latest = scene.latest(case)
        return [triaged, scene.event("raid.case", case, "decline", latest, {}, {})]

    desk.acting.act(who("dorothy"), "raid.assess", case, make)


def past_the_counter(desk: RaidDesk, case: str, rule: str) -> str:
    """Have a clock of a rule run that may be in force no longer; return its id."""
    clock = new_id("raid.clock")

    def make(scene: Scene) -> list[Event]:
        scene.require("rule-sourced", clock, holds=True)
        card = {"owed": "others", "rule": rule, "stage": "initial"}
        armed = scene.event("raid.clock", clock, "arm", None, card, {}, case=case)
        scene.require("start-sourced", clock, holds=True)
        scene.require("not-an-exercise", clock, holds=True)
        start = {"start": "2026-11-20T08:30:00Z", "due": "2026-12-20T08:30:00Z"}
        latest = scene.latest(clock)
        return [armed, scene.event("raid.clock", clock, "start", latest, start, {})]

    desk.acting.act(OLE, "raid.arm", case, make)
    return clock


def stages(desk: RaidDesk, case: str, stage: str) -> set[tuple[str | int, str | int]]:
    """Return who owes a stage in a case, and in which state its clock is."""
    cards = [one.card for one in desk.clocks.of_case(JOAN, case)]
    return {(c["owed"], c["state"]) for c in cards if c["stage"] == stage}


def test_what_two_cases_owe_follows_for_both_and_none_is_lost_when_they_part(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case, other = case_of(desk), case_of(desk)
        theirs = running(desk, case)
        done = desk.clocks.arm(OLE, other, ["NIS2-23"], "host")
        ours = [e["id"] for e in done.events if e["kind"] == "raid.clock"][-1]
        desk.clocks.start(OLE, ours, [START])
        merge(desk, case, other)
        for clock in (theirs, ours):
            desk.clocks.meet(OLE, clock, None, SHOWN)
        assert len(stages(desk, other, "final")) == 2

        part(desk, case)

        assert {by for by, _ in stages(desk, case, "final")} == {"others"}
        assert {by for by, _ in stages(desk, other, "final")} == {"host"}
        assert row(desk, other)["host_due"]
    assert raid_office.institute.verify().findings == ()


def test_a_clock_of_another_case_or_owner_stands_in_for_none(desk: RaidDesk) -> None:
    case, other = case_of(desk), case_of(desk)
    armed(desk, case, "GDPR33")
    merge(desk, case, other)
    arm = desk.clocks.arm

    arm(OLE, other, ["GDPR33"], "host")
    assert refused(arm, OLE, other, ["GDPR33"], "host") == "clock-armed-already"
    # Whoever is meant where nobody is named, there is one already.
    assert refused(arm, OLE, other, ["GDPR33"]) == "clock-armed-already"
    arm(OLE, other, ["GDPR33"], "others")
    part(desk, case)

    owed = [one.card["owed"] for one in desk.clocks.of_case(JOAN, other)]
    assert sorted(map(str, owed)) == ["host", "others"]


def test_a_stage_that_is_missing_behind_what_was_met_is_armed_by_hand(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case = case_of(desk)
        clock = running(desk, case)
        done = desk.clocks.meet(OLE, clock, None, SHOWN)
        [final] = [e["id"] for e in done.events if e["act"] == "arm"]
        asked = ["NIS2-23"]
        arm = desk.clocks.arm
        assert refused(arm, OLE, case, asked) == "clock-armed-already"
        asks = who("ole", grant=raid_office.void_grant(case))
        desk.clocks.void(asks, final, "armed by mistake")

        # What follows is of those who owed what was met.
        made = arm(OLE, case, asked, "host").events
        assert {e["card"]["stage"] for e in made if e["act"] == "arm"} == {
            *("early-warning", "notification")
        }
        made = arm(OLE, case, asked, "others").events

        assert [e["card"]["stage"] for e in made if e["act"] == "arm"] == ["final"]
        assert stages(desk, case, "final") == {
            *(("others", "void"), ("others", row(desk, final)["state"])),
            *(("others", e["card"]["state"]) for e in made if e["act"] == "start"),
        }


def test_a_serious_clock_that_was_started_elsewhere_keeps_an_exercise_merged(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        exercise, other = case_of(desk, kind="demonstration"), case_of(desk)
        clock = armed(desk, exercise, "COP93-CYB")
        merge(desk, exercise, other)
        early = desk.merging.unmerge(JOAN, exercise, "two").events[0]["id"]
        desk.clocks.start(OLE, clock, [START])

        words = (JOAN, exercise, "two events")
        assert refused(desk.merging.unmerge, *words) == "clock-of-an-exercise"
        assert refused(desk.proposals.second, LEAD, early) == "clock-of-an-exercise"
        asks = who("ole", grant=raid_office.void_grant(other))
        desk.clocks.void(asks, clock, "nobody was harmed")
        part(desk, exercise)

        assert row(desk, clock)["state"] == "void"
    assert raid_office.institute.verify().findings == ()


def test_a_case_with_a_serious_clock_running_is_assessed_as_no_exercise(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case = case_of(desk)
        clock = running(desk, case, "COP93-CYB")
        words = (who("dorothy"), case, ["kind=demonstrated-in-test"], {"evidence": "e"})

        assert refused(desk.triage.assess, *words) == "clock-of-an-exercise"
        asks = who("ole", grant=raid_office.void_grant(case))
        desk.clocks.void(asks, clock, "nobody was harmed")
        desk.triage.assess(*words)

        assert row(desk, case)["kind"] == "demonstration"


def test_a_clock_is_counted_by_the_places_of_the_case_it_goes_home_to(
    desk: RaidDesk,
) -> None:
    case, other, alone = (
        case_of(desk, affected={"states": states})
        for states in (["DE"], ["AT"], ["DE"])
    )
    clock, same = (armed(desk, name, "AIA73-DEATH") for name in (case, alone))
    merge(desk, case, other)
    for one in (clock, same):
        desk.clocks.start(OLE, one, [START])
    part(desk, case)

    for column in ("place", "due", "lawful"):
        assert row(desk, clock)[column] == row(desk, same)[column]
    assert row(desk, clock)["place"] == "DE"


def test_a_grant_voids_no_clock_that_came_after_it_was_asked_for(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case, other = case_of(desk), case_of(desk)
        clock = armed(desk, case, "GDPR33")
        early = who("ole", grant=raid_office.void_grant(other))
        merge(desk, case, other)

        code = refused(desk.clocks.void, early, clock, "not owed")
        assert code == "grant-before-clock"
        assert row(desk, clock)["state"] == "armed"
        later = who("ole", grant=raid_office.void_grant(other))
        desk.clocks.void(later, clock, "not owed")

        assert row(desk, clock)["state"] == "void"
