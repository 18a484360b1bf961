"""Laws of the desk's workload: for any desk, however odd its numbers."""

from math import inf, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.raid.workload.backlog import broken, overtaken, weeks_ahead
from ringwall.raid.workload.immediate import immediate
from ringwall.raid.workload.projection import outlook
from ringwall.raid.workload.sensitivity import swings
from ringwall.raid.workload.setting import Level, Range, Setting, Stream, Surge
from ringwall.raid.workload.waiting import chance_to_wait, waiting, waiting_in_front

LANES = ("urgent", "screening", "desk")
numbers = st.floats(0, 500, allow_nan=False)
factors = st.floats(0.25, 6, allow_nan=False)


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    deep = draw(st.floats(1, 3000))
    return Stream(
        lane=draw(st.sampled_from(LANES)),
        sort=draw(st.sampled_from(("a", "b"))),
        deep=deep,
        shallow=draw(st.floats(0, deep)),
        deep_count=draw(numbers),
        shallow_count=draw(numbers),
        is_told=draw(st.booleans()),
    )


@st.composite
def settings(draw: st.DrawFn) -> Setting:
    low, least = draw(factors), draw(factors)
    return Setting(
        people=draw(st.integers(0, 40)),
        other_work_percent=draw(st.integers(0, 100)),
        minutes_per_week=draw(st.integers(60, 3000)),
        usable_percent=draw(st.integers(1, 100)),
        weeks=draw(st.integers(1, 12)),
        growth=Range(low, low * draw(st.floats(1, 3))),
        effort=Range(least, least * draw(st.floats(1, 2))),
        observed=draw(st.floats(1, 30)),
        streams=tuple(draw(st.lists(streams(), max_size=5))),
        lanes=LANES,
        immediate="urgent",
        in_hand={lane: draw(numbers) for lane in LANES},
        levels=(Level("NOW", ("urgent",), 2), Level("ALL", LANES, 100)),
        surges=tuple(
            Surge(1, draw(st.integers(1, 3)), "*", draw(factors))
            for _ in range(draw(st.integers(0, 1)))
        ),
    )


@given(settings())
def test_load_is_over_one_just_where_the_queue_grows(desk: Setting) -> None:
    if desk.load == inf:
        assert desk.staff == 0
    else:
        assert (desk.load > 1) == (desk.grows_by > 0) or desk.load == pytest.approx(1)
        assert desk.needed == pytest.approx(desk.load * desk.staff)
    assert desk.shallow_needed <= desk.needed * (1 + 1e-9) + 1e-12


@given(settings(), factors)
def test_no_work_is_lost_nor_made_from_week_to_week(
    desk: Setting, growth: float
) -> None:
    waits = sum(desk.in_hand.values())
    for week in weeks_ahead(desk, growth):
        before, waits = waits + week.came, week.backlog
        done = before - waits
        assert -1e-6 * (1 + before) <= done <= week.there + 1e-6 * (1 + before)
        # As long as something waits, nobody is idle.
        if waits > 1e-6 * (1 + before):
            assert done == pytest.approx(week.there, rel=1e-6, abs=1e-6 * (1 + before))


@given(settings(), factors)
def test_what_breaks_breaks_within_the_weeks_and_mends_after(
    desk: Setting, growth: float
) -> None:
    weeks = weeks_ahead(desk, growth)

    for one in broken(desk.levels, weeks):
        assert 1 <= one.week <= desk.weeks
        assert one.hours > one.level.hours
        assert one.mends == 0 or one.week < one.mends <= desk.weeks
    grows = overtaken(weeks)
    assert grows is None or grows.minutes > 0


@given(settings())
def test_an_interval_is_an_interval_and_finite(desk: Setting) -> None:
    seen = outlook(desk, 1, desk.weeks)
    low, middle, high = (seen.quantile(share) for share in (0.05, 0.5, 0.95))

    assert 0 <= low <= middle <= high
    assert isfinite(high)


@given(st.integers(1, 60), st.floats(0, 0.999))
def test_erlang_s_chance_falls_with_each_further_server(
    servers: int, load: float
) -> None:
    offered = servers * load

    one, more = chance_to_wait(servers, offered), chance_to_wait(servers + 1, offered)

    assert 0 <= more <= one <= 1


@given(st.integers(1, 30), st.floats(0.01, 5), st.floats(0, 20), st.floats(0.01, 3))
def test_who_goes_in_front_waits_no_less_than_alone(
    servers: int, front: float, others: float, takes: float
) -> None:
    alone = waiting(servers, front, takes)
    behind = waiting_in_front(servers, front, front + others, takes)

    assert behind.mean >= alone.mean * (1 - 1e-9)
    assert 0 <= behind.over(1) <= behind.over(0.5) <= behind.chance <= 1


@given(settings())
def test_each_answer_is_made_of_numbers(desk: Setting) -> None:
    found = immediate(desk)
    if found is not None:
        assert 0 <= found.late <= found.queued_late <= 1
        assert 0 <= found.mean <= found.queued_mean
    for one in swings(desk):
        assert all(map(isfinite, (*one.needed, *one.there)))
