"""What arms clocks, and what they leave on their case."""

from ringwall.base.clock import format_instant
from ringwall.model.events import Event
from ringwall.raid.clocks.claims import ClockClaims
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.scene import Scene
from ringwall.raid.timing import (
    arm_events,
    claims_for,
    deadline_of,
    documents_of,
    is_exercise,
)
from tests.raid_office import given, report_document, who


def opened(desk: RaidDesk, report: str) -> str:
    done = desk.screening.open(who("joan"), report, "B2")
    return str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))


def test_rules_under_which_no_clock_can_run_are_left_out(desk: RaidDesk) -> None:
    case = opened(desk, given(desk.acting))
    made: list[list[str]] = []

    def make(scene: Scene) -> list[Event]:
        claims = claims_for(scene.rows, case)
        rules = ["COP94", "US-RAISE", "GDPR33", "GDPR33", "OMNI-SEP"]
        events = arm_events(scene, case, rules, claims, "triage, row m17")
        again = arm_events(scene, case, ["COP94"], claims)
        made.append([str(one["kind"]) for one in (*events, *again)])
        return events

    done = desk.acting.act(who("ole"), "raid.arm", case, make)
    assert made == [["raid.clock", "raid.case"]]
    clock, row = done.events
    assert clock["card"]["rule"] == "GDPR33"
    assert clock["said"]["why"] == "triage, row m17"
    assert "72 hours" in clock["said"]["statement"]
    assert row["card"]["due"] == clock["card"]["worst"]


def test_the_reports_of_a_case_claim_its_starts_together(desk: RaidDesk) -> None:
    case = opened(desk, given(desk.acting, report_document(states=["FR"])))
    later = report_document(aware="2026-11-18T08:00:00Z", states=["DE"])
    second = given(desk.acting, later)
    desk.screening.validate(who("joan"), second, "B2")
    desk.links.attach(who("joan"), second, case, Link("same-event", "x"))
    claims = claims_for(desk.acting.rows, case)
    assert claims.states == ("DE", "FR")
    assert format_instant(claims.earliest) == "2026-11-18T08:00:00Z"
    told = documents_of(desk.acting.rows, case)
    assert sorted(one["states"] for _, one in told) == [["DE"], ["FR"]]


def test_a_case_of_which_no_report_is_left_was_opened_at_the_worst(
    desk: RaidDesk,
) -> None:
    now = desk.acting.gate.clock.now()
    report = given(desk.acting)
    case = opened(desk, report)
    desk.links.unlink(who("joan"), report, case, "another matter")
    assert claims_for(desk.acting.rows, case) == ClockClaims(now, now)
    assert claims_for(desk.acting.rows, "case:c-aaaaaaaaaa") == ClockClaims(0, 0)


def test_a_clock_that_is_open_has_a_deadline() -> None:
    row: dict[str, str | int] = {"worst": "w", "due": "d"}
    states = ("armed", "running", "breached", "met", "late-met", "void")
    told = [deadline_of({**row, "state": state}) for state in states]
    assert told == ["w", "d", "d", "", "", ""]


def test_a_demonstration_is_an_exercise_by_either_word() -> None:
    assert is_exercise({"kind": "demonstration"})
    assert is_exercise({"kind": "demonstrated-in-test"})
    assert not is_exercise({"kind": "incident"})
