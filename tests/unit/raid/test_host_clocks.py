"""What the institute owes stands in the way, and it is told which clock does."""

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.desk import RaidDesk
from ringwall.raid.host_clocks import check_host_clocks
from tests.raid_office import armed_clock, code_of, opened_case, who

OLE = who("ole")
JOAN = who("joan")


def told(caught: "pytest.ExceptionInfo[ActRefused]") -> tuple[str, str]:
    assert code_of(caught.value) == "host-clock-open"
    return str(caught.value), caught.value.next_step


def test_a_report_is_not_put_off_while_its_reporter_is_owed_an_answer(
    desk: RaidDesk,
) -> None:
    report, case = opened_case(desk)
    done = desk.clocks.arm(OLE, case, ["WBD-ACK", "WBD-FB"])
    ids = {e["card"]["rule"]: e["id"] for e in done.events if e["kind"] == "raid.clock"}
    with pytest.raises(ActRefused) as caught:
        desk.screening.defer(JOAN, report, "2026-12-24", "the vendor answers by then")
    message, hint = told(caught)
    named = f"WBD-ACK, acknowledgement, due 2026-11-28T12:00:00Z (`{ids['WBD-ACK']}`), "
    assert named in message
    assert message.endswith("and 1 more")
    assert f"`ringwall raid clock meet {ids['WBD-ACK']} --evidence TEXT" in hint
    for clock in ids.values():
        shown = {"evidence": "receipt given, mail of today", "source": "desk"}
        desk.clocks.meet(OLE, clock, None, shown)
    done = desk.screening.defer(
        JOAN, report, "2026-12-24", "the vendor answers by then"
    )
    assert done.events[0]["to"] == "deferred"


def test_a_clock_of_a_case_that_is_shut_is_not_named(desk: RaidDesk) -> None:
    report, case = opened_case(desk)
    desk.clocks.arm(OLE, case, ["WBD-FB"])
    desk.needs.shut(who("mileva"), case, "named persons alone")
    with pytest.raises(ActRefused) as caught:
        desk.screening.defer(JOAN, report, "2026-12-24", "the vendor answers by then")
    message, hint = told(caught)
    assert "WBD" not in message
    assert "clk-" not in message + hint
    assert case not in message + hint


def test_what_has_not_started_is_told_by_its_worst_case(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.clocks.arm(OLE, case, ["COP93-CI"], owed="host")
    clocks = desk.clocks.of_case(OLE, case)
    with pytest.raises(ActRefused) as caught:
        check_host_clocks("host-clocks-done", case, clocks, clocks)
    assert (
        f"COP93-CI, initial, due at the worst {clocks[0].card['worst']}"
        in (told(caught)[0])
    )
    armed_clock(desk, case)
    naked = [one for one in desk.clocks.of_case(OLE, case) if not one.card["worst"]]
    with pytest.raises(ActRefused) as caught:
        check_host_clocks("host-clocks-done", case, naked, naked)
    assert "due at once" in told(caught)[0]


def test_nothing_open_stands_in_no_way() -> None:
    check_host_clocks("host-clocks-done", "case:c-aaaaaaaaaa", [], [])
