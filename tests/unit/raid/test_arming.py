"""What arms clocks, and which of them what is on record starts at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ringwall.base.clock import format_instant, parse_instant
from ringwall.model.events import Event
from ringwall.raid.arming import arm_events
from ringwall.raid.clocks.claims import ClockClaims
from ringwall.raid.desk import RaidDesk
from ringwall.raid.scene import Scene
from ringwall.raid.timing import claims_for
from tests.raid_office import given, who

DAY = 86_400_000_000
HOST = ("WBD-ACK", "WBD-FB", "DESK-ACK", "DESK-IMM", "DESK-TRIAGE")


def opened(desk: RaidDesk, report: str) -> str:
    done = desk.screening.open(who("joan"), report, "B2")
    return str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))


def armed(
    desk: RaidDesk,
    case: str,
    rules: tuple[str, ...],
    change: Callable[[ClockClaims], ClockClaims] = lambda claims: claims,
) -> dict[str, Mapping[str, str | int]]:
    """Arm rules, and return rule -> the row of its clock."""

    def make(scene: Scene) -> list[Event]:
        claims = claims_for(scene.rows, case, scene.rules.clocks)
        return arm_events(scene, case, rules, change(claims))

    done = desk.acting.act(who("ole"), "raid.arm", case, make)
    return {
        str(event["card"]["rule"]): event["card"]
        for event in done.events
        if event["kind"] == "raid.clock"
    }


def test_rules_under_which_no_clock_can_run_are_left_out(desk: RaidDesk) -> None:
    case = opened(desk, given(desk.acting))
    made: list[list[str]] = []

    def make(scene: Scene) -> list[Event]:
        claims = claims_for(scene.rows, case, scene.rules.clocks)
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


def test_what_starts_from_the_receipt_of_a_report_runs_from_the_receipt_on_record(
    desk: RaidDesk,
) -> None:
    received = desk.acting.gate.clock.now()
    report = given(desk.acting)
    case = opened(desk, report)
    rows = armed(desk, case, (*HOST, "GDPR33"))
    assert {rule: row["state"] for rule, row in rows.items()} == {
        **dict.fromkeys(HOST, "running"),
        "GDPR33": "armed",
    }
    assert {rows[rule]["start"] for rule in HOST} == {format_instant(received)}
    assert rows["WBD-ACK"]["due"] == format_instant(received + 7 * DAY)
    name = next(
        one.id
        for one in desk.clocks.of_case(who("ole"), case)
        if one.card["rule"] == "WBD-FB"
    )
    told = desk.clocks.why(who("ole"), name).starts["received"]
    assert told["at"] == format_instant(received)
    assert told["evidence"] == f"{report} was received then"
    assert told["source"] == "the desk's own record"


def test_a_case_without_a_report_starts_nothing_by_a_receipt(desk: RaidDesk) -> None:
    report = given(desk.acting)
    case = opened(desk, report)
    desk.links.unlink(who("joan"), report, case, "another matter")
    rows = armed(desk, case, ("WBD-ACK",))
    assert (rows["WBD-ACK"]["state"], rows["WBD-ACK"]["start"]) == ("armed", "")


def test_a_receipt_before_a_rule_applied_or_ahead_of_now_starts_nothing(
    desk: RaidDesk,
) -> None:
    case = opened(desk, given(desk.acting))
    old = parse_instant("2021-12-16T12:00:00Z")
    rows = armed(desk, case, ("WBD-ACK",), lambda c: replace(c, received=old))
    assert rows["WBD-ACK"]["state"] == "armed"
    ahead = desk.acting.gate.clock.now() + 1
    rows = armed(desk, case, ("WBD-FB",), lambda c: replace(c, received=ahead))
    assert rows["WBD-FB"]["state"] == "armed"
