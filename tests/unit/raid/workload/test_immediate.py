from math import inf

import pytest

from ringwall.raid.workload.immediate import immediate
from ringwall.raid.workload.setting import Absence, Surge
from ringwall.raid.workload.waiting import waiting
from tests.unit.raid.workload.workloads import STREAMS, setting


def test_the_wait_is_erlangs_in_hours_by_the_calendar() -> None:
    found = immediate(setting())

    assert found is not None
    told = waiting(4, 1, 1)
    assert (found.week, found.analysts, found.weekly) == (1, 4, 1)
    assert (found.hours_each, found.limit) == (10, 2)
    assert found.chance == told.chance
    assert found.mean == pytest.approx(told.mean * 168)
    assert found.late == pytest.approx(told.over(2 / 168))
    assert found.queued_mean >= found.mean
    assert found.queued_late >= found.late


def test_half_an_analyst_is_none() -> None:
    whole, half = immediate(setting(people=3)), immediate(setting(people=3.9))

    assert whole is not None
    assert half is not None
    assert half.analysts == whole.analysts == 3
    assert half.mean == whole.mean


def test_the_worst_week_is_told() -> None:
    found = immediate(
        setting(absences=(Absence(3, 3, 2),), surges=(Surge(5, 5, "urgent", 1.2),))
    )
    other = immediate(setting(surges=(Surge(5, 5, "urgent", 3),)))

    assert found is not None
    assert other is not None
    assert (found.week, found.analysts) == (3, 2)
    assert (other.week, other.weekly) == (5, 3)


def test_nobody_there_is_a_wait_without_end() -> None:
    found = immediate(setting(people=0))

    assert found is not None
    assert (found.mean, found.queued_mean, found.late) == (inf, inf, 1)


def test_without_a_level_nothing_is_late() -> None:
    found = immediate(setting(levels=()))

    assert found is not None
    assert (found.limit, found.late, found.queued_late) == (inf, 0, 0)


def test_where_none_comes_nothing_is_told() -> None:
    assert immediate(setting(streams=STREAMS[1:])) is None


def test_a_week_in_which_nothing_comes_divides_nothing_by_zero() -> None:
    found = immediate(setting(surges=(Surge(1, 8, "*", 0),)))

    assert found is not None
    assert (found.weekly, found.mean) == (0, 0)
