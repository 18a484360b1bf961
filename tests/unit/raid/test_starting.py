"""A start is an instant that somebody can show; see `test_clock_desk` for the rest."""

from functools import partial

import pytest

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RingwallError
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.scene import Scene
from ringwall.raid.starting import Start, check_past, started_event
from tests.raid_office import code_of, opened_case, who

OLE = who("ole")


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (Start("", 1, "", "duty officer"), "start-unsourced"),
        (Start("", 1, "ticket", "\u200b"), "start-unsourced"),
        (Start("resolved", 1, "ticket", "officer"), "clock-start-foreign"),
        (Start("", 1, "ticket", "officer"), "clock-rule-not-applicable"),
    ],
)
def test_a_start_that_nobody_can_show_or_of_another_event_is_refused(
    desk: RaidDesk, start: Start, code: str
) -> None:
    _, case = opened_case(desk)
    done = desk.clocks.arm(OLE, case, ["GDPR33"])
    clock = done.events[0]["id"]

    def make(scene: Scene) -> list[Event]:
        return [started_event(scene, scene.card("raid.clock", clock), [start], "")]

    with pytest.raises(RingwallError) as caught:
        desk.acting.act(OLE, "raid.arm", case, make)
    assert code_of(caught.value) == code


def test_what_has_not_come_yet_is_no_start(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    now = desk.acting.gate.clock.now()

    def make(scene: Scene, at: int) -> list[Event]:
        check_past(scene, at)
        return []

    desk.acting.act(OLE, "raid.arm", case, partial(make, at=now))
    with pytest.raises(RingwallError) as caught:
        desk.acting.act(OLE, "raid.arm", case, partial(make, at=now + 1))
    assert code_of(caught.value) == "clock-start-ahead"


def test_of_a_start_without_a_name_the_first_limit_is_meant(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    done = desk.clocks.arm(OLE, case, ["DORA19"])
    clock = done.events[0]["id"]
    at = parse_instant("2026-11-20T09:15:00Z")
    done = desk.clocks.start(OLE, clock, [Start("", at, "ticket", "officer")])
    assert list(done.events[0]["said"]["starts"]) == ["classified"]
