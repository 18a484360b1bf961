"""What clocks go by, and what they leave on their case."""

from ringwall.base.clock import format_instant
from ringwall.raid.clocks.claims import ClockClaims
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.timing import (
    claims_for,
    deadline_of,
    documents_of,
    is_exercise,
)
from tests.raid_office import given, report_document, who


def opened(desk: RaidDesk, report: str) -> str:
    done = desk.screening.open(who("joan"), report, "B2")
    return str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))


def test_the_reports_of_a_case_claim_its_starts_together(desk: RaidDesk) -> None:
    case = opened(desk, given(desk.acting, report_document(states=["FR"])))
    later = report_document(aware="2026-11-18T08:00:00Z", states=["DE"])
    second = given(desk.acting, later)
    desk.screening.validate(who("joan"), second, "B2")
    desk.links.attach(who("joan"), second, case, Link("same-event", "x"))
    claims = claims_for(desk.acting.rows, case, desk.clocks.book)
    assert claims.states == ("DE", "FR")
    assert format_instant(claims.earliest) == "2026-11-18T08:00:00Z"
    told = documents_of(desk.acting.rows, case)
    assert sorted(one.document["states"] for one in told) == [["DE"], ["FR"]]
    assert claims.receipt == min(one.report for one in told)


def test_a_case_of_which_no_report_is_left_was_opened_at_the_worst(
    desk: RaidDesk,
) -> None:
    now = desk.acting.gate.clock.now()
    report = given(desk.acting)
    case = opened(desk, report)
    desk.links.unlink(who("joan"), report, case, "another matter")
    rows, book = desk.acting.rows, desk.clocks.book
    assert claims_for(rows, case, book) == ClockClaims(now, now)
    assert claims_for(rows, "case:c-aaaaaaaaaa", book) == ClockClaims(0, 0)


def test_a_clock_that_is_open_has_a_deadline() -> None:
    row: dict[str, str | int] = {"worst": "w", "due": "d"}
    states = ("armed", "running", "breached", "met", "late-met", "void")
    told = [deadline_of({**row, "state": state}) for state in states]
    assert told == ["w", "d", "d", "", "", ""]


def test_a_demonstration_is_an_exercise_by_either_word() -> None:
    assert is_exercise({"kind": "demonstration"})
    assert is_exercise({"kind": "demonstrated-in-test"})
    assert not is_exercise({"kind": "incident"})
