import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.rulebook import read_rulebook
from ringwall.raid.workload.observing import Arrivals, Held
from ringwall.raid.workload.scenario import parse_scenario
from ringwall.raid.workload.set_up import (
    Asked,
    asked_setting,
    desk_setting,
    told_setting,
)
from ringwall.raid.workload.setting import Range, Setting
from ringwall.shipped import shipped_path
from tests.unit.raid.workload.workloads import STREAMS

BOOK = read_rulebook(shipped_path("raid"))
HEAD = "version: 1\ntitle: x\nsource: OWN\nconfidence: low\nrough: very\n"


def _desk() -> Setting:
    return desk_setting(BOOK, 10, Arrivals(5, STREAMS, 3, 4), Held({}, {"new": 60}))


def _asked(asked: Asked) -> Setting:
    return asked_setting(_desk(), asked, BOOK.capacity)


def test_the_desk_gives_what_nobody_says_otherwise() -> None:
    found = _asked(Asked())

    assert (found.people, found.observed, found.weeks) == (10, 5, 26)
    assert (found.growth, found.effort) == ((1.4, 4.2), (0.8, 1.25))
    assert found.minutes_each == 2280 * 0.6
    assert found.lanes[:2] == ("urgent", "screening")
    assert found.lanes[-1] == "new"
    assert {level.rule: level.hours for level in found.levels} == {
        "DESK-IMM": 2,
        "DESK-ACK": 24,
        "DESK-TRIAGE": 72,
    }


def test_a_scenario_goes_before_the_desk_and_what_is_asked_before_both() -> None:
    text = (
        f"{HEAD}people: 6\nother_work_percent: 50\nhours_per_week: 20\n"
        "usable_percent: 50\nweeks: 9\ngrowth: {low: 2, high: 3}\n"
        "effort: {low: 1, high: 1}\nabsences:\n"
        "  - {from_week: 1, to_week: 1, people: 1}\n"
    )
    told = told_setting(_desk(), parse_scenario(text.encode(), "a.yaml"))

    assert (told.staff, told.minutes_each, told.weeks) == (3, 600, 9)
    assert (told.growth, told.effort, told.absent(1)) == ((2, 3), (1, 1), 1)
    asked = asked_setting(told, Asked(5, 8, {}, Range(1, 1)), BOOK.capacity)
    assert (asked.staff, asked.weeks, asked.growth) == (4, 5, (1, 1))


def test_what_a_scenario_leaves_out_stays() -> None:
    found = told_setting(_desk(), parse_scenario(HEAD.encode(), "a.yaml"))

    assert found == _desk() == told_setting(_desk(), None)


def test_more_absent_than_a_scenario_has_is_named() -> None:
    text = f"{HEAD}absences:\n  - {{from_week: 1, to_week: 1, people: 11}}\n"

    with pytest.raises(RequestError, match="11 are absent of 10") as caught:
        told_setting(_desk(), parse_scenario(text.encode(), "a.yaml"))

    assert caught.value.code == "capacity-absent"


def test_arrivals_that_are_told_are_of_the_kinds_that_came() -> None:
    found = _asked(Asked(arrivals={"screening": 24}))

    [one] = [one for one in found.streams if one.lane == "screening"]
    assert one.is_told
    assert one.items / found.observed == pytest.approx(24)
    assert one.deep_count * 2 == pytest.approx(one.shallow_count)
    assert len(found.streams) == len(STREAMS)


def test_of_a_lane_to_which_nothing_came_the_hours_are_those_of_the_data() -> None:
    found = _asked(Asked(arrivals={"hazard": 2, "desk": 0}))

    [hazard] = [one for one in found.streams if one.lane == "hazard"]
    assert hazard.deep == BOOK.capacity.classes["unassessed"].deep
    assert hazard.items == 10


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(weeks=0), "weeks-malformed"),
        (Asked(weeks=261), "weeks-malformed"),
        (Asked(arrivals={"cats": 1}), "lane-unknown"),
        (Asked(arrivals={"urgent": -1}), "capacity-number"),
        (Asked(arrivals={"urgent": float("nan")}), "capacity-number"),
        (Asked(trend=Range(0, 1)), "capacity-number"),
    ],
)
def test_what_can_t_be_asked_is_named(asked: Asked, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        _asked(asked)

    assert caught.value.code == code
    assert caught.value.next_step
