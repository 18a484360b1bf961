from dataclasses import replace

import pytest

from ringwall.raid.queue.capacity import Hours
from ringwall.raid.queue.cut import cut, hours_of, most_above, staff_of, wants_deep
from tests.waiting import CAPACITY, item, ordered


def test_all_that_fits_is_above_the_line() -> None:
    items = ordered(*(item(n) for n in range(5)))

    line = cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 5)

    assert [placed.item for placed in line.above] == items
    assert {placed.depth for placed in line.above} == {"shallow"}
    assert (line.below, line.is_short, line.used, line.minutes) == (0, False, 200, 600)


def test_the_line_is_drawn_at_the_first_item_that_does_not_fit() -> None:
    items = ordered(*(item(n, compute=1) for n in range(30)))

    line = cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 30)

    assert len(line.above) == 15
    assert (line.below, line.is_short, line.used) == (15, True, 600)
    assert line.ids == frozenset(one.id for one in items[:15])


def test_what_is_grave_gets_all_of_its_time_while_the_share_lasts() -> None:
    items = ordered(*(item(n, priority=4) for n in range(6)))

    line = cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 6)

    depths = [placed.depth for placed in line.above]
    assert depths == ["deep", "deep", "deep", "shallow", "shallow", "shallow"]


def test_the_reserve_lifts_small_models_of_wide_reach_over_the_line() -> None:
    large = [item(n, compute=1) for n in range(30)]
    small = [item(100 + n, reach=n, ago=0) for n in range(5)]
    items = ordered(*large, *small)

    line = cut(
        CAPACITY,
        staff_of(CAPACITY, 2),
        items,
        sorted(small, key=lambda i: -i.reach),
        35,
    )

    reserve = [placed.item.reach for placed in line.above if placed.pool == "reserve"]
    assert sorted(reserve) == [2, 3, 4]
    assert sum(one.minutes for one in line.above if one.pool == "reserve") == 120


def test_what_the_reserve_leaves_goes_to_the_queue() -> None:
    items = ordered(*(item(n, compute=1) for n in range(30)))

    assert len(cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 30).above) == 15
    assert len(cut(CAPACITY, staff_of(CAPACITY, 2), items, None, 30).above) == 12


def test_a_clock_of_the_host_is_above_whatever_it_takes() -> None:
    owed = [item(n, host_days=1) for n in range(5)]
    items = ordered(*owed, item(100, imminent=1))

    line = cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 6)

    assert [placed.pool for placed in line.above[:5]] == ["host"] * 5
    assert line.used <= line.minutes
    assert line.above[0].depth == "deep"


def test_many_clocks_of_the_host_get_a_first_look_each() -> None:
    items = ordered(*(item(n, host_days=1) for n in range(10)))

    line = cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 10)

    assert {placed.depth for placed in line.above} == {"shallow"}
    assert (line.used, line.missing, line.is_short) == (400, 0, False)


def test_more_clocks_of_the_host_than_time_share_it_and_say_what_is_missing() -> None:
    items = ordered(*(item(n, host_days=1) for n in range(20)))

    line = cut(CAPACITY, staff_of(CAPACITY, 2), items, [], 20)

    assert len(line.above) == 20
    assert {(placed.depth, placed.minutes) for placed in line.above} == {("part", 30)}
    assert (line.missing, line.below, line.is_short) == (200, 0, True)


def test_with_nobody_there_clocks_of_the_host_are_still_above() -> None:
    items = ordered(item(1, host_days=1), item(2, priority=4))

    line = cut(CAPACITY, staff_of(CAPACITY, 0), items, [], 2)

    assert line.ids == {items[0].id}
    assert (line.used, line.missing, line.below) == (0, 40, 1)


def test_a_reserve_that_the_host_needs_lifts_nothing() -> None:
    owed = [item(n, host_days=1) for n in range(15)]
    small = item(100, reach=4)
    line = cut(CAPACITY, staff_of(CAPACITY, 2), ordered(*owed, small), [small], 16)

    assert small.id not in line.ids


def test_small_models_that_are_above_already_take_nothing_of_the_reserve() -> None:
    small = item(1, reach=4)
    line = cut(
        CAPACITY, staff_of(CAPACITY, 2), [small], [small, item(2, host_days=1)], 1
    )

    assert [placed.pool for placed in line.above] == ["main"]


def test_an_unknown_class_takes_as_long_as_a_case_not_assessed() -> None:
    assert hours_of(item(sort="something"), CAPACITY) == Hours(60, 30)
    assert hours_of(item(sort="cyber"), CAPACITY) == Hours(100, 40)
    assert hours_of(item(kind="report"), CAPACITY) == Hours(20, 10)


@pytest.mark.parametrize(
    ("changes", "is_deep"),
    [
        ({}, False),
        ({"priority": 3}, True),
        ({"compute": 2}, True),
        ({"owned": 1}, True),
        ({"imminent": 1}, True),
        ({"host_days": 2}, True),
    ],
)
def test_what_is_worth_all_of_its_time_is_data(
    changes: dict[str, int], is_deep: bool
) -> None:
    assert wants_deep(item(**changes), CAPACITY) is is_deep


def test_raid_owned_cases_need_not_be_deep() -> None:
    assert not wants_deep(item(owned=1), replace(CAPACITY, deep_owned=False))


def test_a_cut_looks_at_one_more_than_can_be_above() -> None:
    assert most_above(CAPACITY, staff_of(CAPACITY, 2), owed=3) == 64
