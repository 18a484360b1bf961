import random

import pytest

from ringwall.raid.workload.projection import outlook, project
from ringwall.raid.workload.setting import Absence, Range, Stream, Surge
from tests.oracle.workload import Truth, drawn_truth
from tests.unit.raid.workload.workloads import NONE, setting

GROWTH = (1.4, 4.2)
EFFORT = (0.8, 1.25)
DRAWN = 93
"""As `raid/desk/workload.yaml` has it: 90 and 3 on top."""


def _is_held(truth: Truth, span: tuple[int, int]) -> bool:
    """Tell whether what came lies within the interval that was told before."""
    desk = setting(
        growth=Range(*GROWTH),
        effort=Range(*EFFORT),
        observed=truth.weeks,
        weeks=span[1],
        streams=tuple(
            Stream("new", str(number), minutes, minutes, count, 0)
            for number, (count, minutes) in enumerate(
                zip(truth.counted, truth.minutes, strict=True)
            )
        ),
    )
    seen, tail = outlook(desk, *span), (100 - DRAWN) / 200
    low, high = seen.quantile(tail), seen.quantile(1 - tail)
    return low - 1e-6 <= truth.comes <= high + 1e-6


def test_the_interval_holds_nine_of_ten_simulated_truths_and_is_not_too_wide() -> None:
    draw, held = random.Random(2027), 0
    for _ in range(200):
        span = draw.choice([(1, 4), (9, 12), (1, 26), (23, 26)])
        held += _is_held(drawn_truth(draw, GROWTH, EFFORT, span), span)

    assert 180 <= held <= 190


def test_blocks_cover_all_weeks_and_end_with_the_whole() -> None:
    found = project(setting(weeks=10), 4, 90)

    assert [(one.first, one.last) for one in found] == [
        (1, 4),
        (5, 8),
        (9, 10),
        (1, 10),
    ]
    for one in found:
        assert one.low <= one.middle <= one.high
        assert one.needed == pytest.approx(
            one.middle / (one.last - one.first + 1) / 600
        )
        assert one.needed_low <= one.needed <= one.needed_high


def test_one_block_is_the_whole() -> None:
    assert len(project(setting(weeks=3), 4, 90)) == 1


def test_growth_raises_what_comes_later() -> None:
    first, *_, last, _ = project(setting(growth=Range(2, 3), weeks=40), 4, 90)

    assert last.middle > first.middle


def test_what_is_told_spreads_less_than_what_was_counted() -> None:
    counted = setting()
    told = setting(streams=[one._replace(is_told=True) for one in counted.streams])

    [*_, one], [*_, other] = project(counted, 4, 90), project(told, 4, 90)

    assert other.high - other.low < one.high - one.low
    assert other.middle == pytest.approx(one.middle, rel=0.05)


def test_surges_and_absences_are_seen_in_their_weeks() -> None:
    desk = setting(
        surges=(Surge(1, 4, "new", 4),), absences=(Absence(5, 8, 3),), weeks=8
    )

    first, second, _ = project(desk, 4, 90)

    assert first.middle > second.middle * 1.3
    assert (first.there, second.there) == (4 * 2400, 4 * 600)


def test_a_desk_to_which_nothing_came_projects_nothing() -> None:
    nothing = [one._replace(deep_count=0, shallow_count=0) for one in setting().streams]

    for streams in ((), nothing):
        for one in project(setting(streams=streams, growth=NONE), 4, 90):
            assert (one.low, one.middle, one.high) == (0, 0, 0)
