from math import exp, inf, nan
from typing import Any

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.workload.setting import (
    Absence,
    Range,
    Stream,
    Surge,
    check_number,
    exposure,
    whole_people,
)
from tests.unit.raid.workload.workloads import STREAMS, setting


def test_people_needed_are_the_work_over_the_hours_of_one() -> None:
    desk = setting()

    assert desk.minutes_in == pytest.approx(600 + 100 + 190)
    assert desk.minutes_each == 600
    assert desk.needed == pytest.approx(890 / 600)
    assert desk.shallow_needed == pytest.approx((60 + 60 + 60) / 600)
    assert desk.load == pytest.approx(890 / 2400)
    assert desk.grows_by == pytest.approx(890 - 2400)


def test_who_is_on_other_work_is_not_counted() -> None:
    assert setting(other_work_percent=50).staff == 2
    assert setting(other_work_percent=50).load == pytest.approx(890 / 1200)


def test_nobody_there_is_a_load_without_end_and_divides_nothing_by_zero() -> None:
    assert setting(people=0).load == inf
    assert setting(people=0, streams=()).load == 0
    assert setting(people=0).grows_by == pytest.approx(890)


def test_the_thinnest_week_has_a_load_of_its_own() -> None:
    desk = setting(absences=(Absence(2, 3, 3),))

    assert [desk.minutes_there(week) for week in (1, 2, 3, 4)] == [2400, 600, 600, 2400]
    assert desk.thinnest_load == pytest.approx(890 / 600)
    assert setting(absences=(Absence(1, 1, 4),)).thinnest_load == inf


def test_surges_multiply_and_touch_their_own_lane_and_weeks_alone() -> None:
    desk = setting(surges=(Surge(1, 2, "urgent", 3), Surge(2, 2, "*", 2)))

    assert [desk.times("urgent", week) for week in (1, 2, 3)] == [3, 6, 1]
    assert [desk.times("new", week) for week in (1, 2, 3)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"people": -1}, "people"),
        ({"people": nan}, "people"),
        ({"people": inf}, "people"),
        ({"minutes_per_week": -5}, "minutes of a week"),
        ({"usable_percent": 101}, "usable share"),
        ({"other_work_percent": 100.5}, "share of other work"),
        ({"observed": 0}, "weeks counted"),
        ({"weeks": 0}, "weeks ahead"),
        ({"growth": Range(0, 1)}, "least growth"),
        ({"growth": Range(1, nan)}, "greatest growth"),
        ({"effort": Range(0, 1)}, "least effort"),
        ({"effort": Range(1, inf)}, "greatest effort"),
        ({"streams": (Stream("a", "b", nan, 1, 1, 1),)}, "minutes of a/b"),
        ({"streams": (Stream("a", "b", 2, -1, 1, 1),)}, "first look of a/b"),
        ({"streams": (Stream("a", "b", 2, 1, -1, 1),)}, "arrivals of a/b"),
        ({"streams": (Stream("a", "b", 2, 1, 1, nan),)}, "arrivals of a/b"),
        ({"absences": (Absence(1, 2, -1),)}, "absent"),
        ({"surges": (Surge(1, 2, "*", nan),)}, "times of a surge"),
    ],
)
def test_a_number_that_is_none_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RequestError, match=f"`{named}` can't be") as caught:
        setting(**changes)

    assert caught.value.code == "capacity-number"
    assert caught.value.next_step


@pytest.mark.parametrize("field", ["minutes_per_week", "usable_percent"])
def test_an_analyst_without_hours_is_refused(field: str) -> None:
    with pytest.raises(RequestError) as caught:
        setting(**{field: 0})

    assert caught.value.code == "capacity-no-hours"


def test_more_absent_than_there_are_is_named_with_the_week() -> None:
    away = Absence(3, 4, 2), Absence(4, 5, 3)

    with pytest.raises(RequestError, match="in week 4 5 are absent of 4") as caught:
        setting(absences=away)

    assert caught.value.code == "capacity-absent"
    assert setting(absences=(away[1],)).absent(4) == 3


def test_a_number_of_its_range_is_taken() -> None:
    check_number("usable share", 100)
    check_number("people", 0)


def test_points_of_a_range_stand_at_equal_ratios() -> None:
    points = Range(1, 16).points(4)

    assert points == pytest.approx([2**0.5, 2**1.5, 2**2.5, 2**3.5])
    assert Range(3, 3).points(4) == [3]
    assert Range(1, 16).middle == 4


def test_weeks_ahead_count_for_more_where_arrivals_grow() -> None:
    assert exposure(1, -10, 0) == 10
    assert exposure(exp(52), 0, 1) == pytest.approx(exp(1) - 1)
    assert exposure(2, 0, 52) > 52 > exposure(2, -52, 0)


@pytest.mark.parametrize(
    ("needed", "whole"), [(0, 0), (0.1, 1), (2, 2), (2 + 1e-12, 2), (2.01, 3)]
)
def test_people_are_whole(needed: float, whole: int) -> None:
    assert whole_people(needed) == whole


def test_a_stream_knows_its_items_and_their_minutes() -> None:
    assert (STREAMS[1].items, STREAMS[1].minutes) == (60, 1000)
