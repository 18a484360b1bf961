"""Acts on a clock that the counter does not put together itself."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.raid.clock_acts import breach_events, is_overdue
from ringwall.raid.desk import RaidDesk
from ringwall.raid.starting import Start
from tests.raid_office import RaidOffice, given, who

OLE = who("ole")


@pytest.fixture
def started(desk: RaidDesk) -> tuple[str, dict[str, str]]:
    """Return a case, and its two running clocks by their stage."""
    done = desk.screening.open(who("joan"), given(desk.acting), "B2")
    case = str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))
    armed = desk.clocks.arm(OLE, case, ["NIS2-23"])
    ids = {
        str(event["card"]["stage"]): str(event["id"])
        for event in armed.events
        if event["kind"] == "raid.clock"
    }
    begun = Start("", parse_instant("2026-11-20T08:30:00Z"), "ticket", "officer")
    for name in ids.values():
        desk.clocks.start(OLE, name, [begun])
    return case, ids


def test_only_what_is_overdue_is_recorded_as_missed(
    raid_office: RaidOffice, desk: RaidDesk, started: tuple[str, dict[str, str]]
) -> None:
    case, ids = started
    raid_office.clock.instant = parse_instant("2026-11-22T12:00:00Z")
    done = desk.acting.act(
        *(OLE, "raid.arm", case), lambda scene: breach_events(scene, ids.values())
    )
    assert [event["kind"] for event in done.events] == [
        *("raid.clock", "alarm.raised", "raid.case")
    ]
    assert done.events[0]["id"] == ids["early-warning"]
    rows = desk.acting.rows
    late = rows.card("raid.clock", ids["early-warning"])
    open_one = rows.card("raid.clock", ids["notification"])
    assert late is not None
    assert open_one is not None
    assert late.card["state"] == "breached"
    # At the very instant it is in time; a microsecond later it is not.
    last = parse_instant(str(open_one.card["lawful"]))
    assert not is_overdue(open_one, last)
    assert is_overdue(open_one, last + 1)
    assert not is_overdue(late, last + 1)


def test_nothing_is_recorded_where_nothing_was_missed(
    desk: RaidDesk, started: tuple[str, dict[str, str]]
) -> None:
    case, ids = started
    name = ids["notification"]
    done = desk.acting.act(
        *(OLE, "raid.arm", case), lambda scene: breach_events(scene, [name])
    )
    assert done.events == ()
