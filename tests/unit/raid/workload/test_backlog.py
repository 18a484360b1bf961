from math import inf

import pytest

from ringwall.raid.workload.backlog import broken, overtaken, weeks_ahead
from ringwall.raid.workload.setting import Absence, Level, Range, Surge
from tests.unit.raid.workload.workloads import setting


def test_a_desk_with_hours_to_spare_leaves_nothing_waiting() -> None:
    weeks = weeks_ahead(setting(), 1)

    assert [one.backlog for one in weeks] == [0] * 8
    assert [one.came for one in weeks] == pytest.approx([890] * 8)
    assert broken(setting().levels, weeks) == []
    assert overtaken(weeks) is None


def test_what_waits_is_worked_off_lane_by_lane() -> None:
    desk = setting(in_hand={"new": 4000, "urgent": 500}, weeks=3)

    first, second, third = weeks_ahead(desk, 1)

    assert first.waits["urgent"] == 0
    assert first.backlog == pytest.approx(4500 + 890 - 2400)
    assert second.backlog == pytest.approx(4500 + 2 * 890 - 4800)
    assert third.backlog == 0


def test_more_than_is_done_grows_without_end() -> None:
    desk = setting(people=1)
    weeks = weeks_ahead(desk, 1)

    assert weeks[-1].backlog == pytest.approx(8 * 290)
    found = overtaken(weeks)
    assert found is not None
    assert found.week == 1
    assert found.minutes == pytest.approx(290)


def test_growth_overtakes_in_time() -> None:
    desk = setting(people=2, weeks=52, growth=Range(3, 3))

    found = overtaken(weeks_ahead(desk, 3))

    assert found is not None
    assert 1 < found.week < 52
    assert found.minutes > 0


def test_counted_arrivals_came_while_fewer_came() -> None:
    counted = setting(observed=52)
    told = setting(
        observed=52, streams=[one._replace(is_told=True) for one in counted.streams]
    )

    [grown, *_], [plain, *_] = weeks_ahead(counted, 4), weeks_ahead(told, 4)

    assert grown.came > plain.came * 1.5


def test_ten_fall_to_four_on_the_day_of_a_surge() -> None:
    desk = setting(
        people=10,
        absences=(Absence(1, 2, 6),),
        surges=(Surge(1, 1, "*", 12),),
        weeks=12,
    )

    weeks = weeks_ahead(desk, 1)
    found = {one.level.rule: one for one in broken(desk.levels, weeks)}

    assert {"NOW", "SOON", "LATER"} == found.keys()
    assert {one.week for one in found.values()} == {1}
    assert 3 == found["NOW"].mends <= found["LATER"].mends <= 12
    assert found["LATER"].hours > 72


def test_a_level_that_breaks_at_the_end_does_not_mend() -> None:
    desk = setting(people=1)

    [later] = broken([Level("LATER", ("new",), 72)], weeks_ahead(desk, 1))

    assert later.mends == 0
    assert later.hours == pytest.approx(8 * 290 / 600 * 168)


def test_with_nobody_there_the_wait_is_without_end() -> None:
    desk = setting(people=0)

    found = broken(desk.levels, weeks_ahead(desk, 1))

    assert {one.hours for one in found} == {inf}
    assert [one.level.rule for one in found] == ["LATER", "NOW", "SOON"]


def test_a_level_of_lanes_that_are_not_there_never_breaks() -> None:
    desk = setting(people=0)

    assert broken([Level("X", ("nowhere",), 1)], weeks_ahead(desk, 1)) == []
