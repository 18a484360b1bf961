import pytest

from ringwall.raid.workload.sensitivity import swings
from ringwall.raid.workload.setting import Absence
from tests.unit.raid.workload.workloads import setting


def test_each_assumption_is_changed_alone() -> None:
    found = {one.what: one for one in swings(setting(other_work_percent=50))}

    assert found["people"].there == pytest.approx((1.6, 2, 2.4))
    assert found["share of other work"].there == pytest.approx((2.4, 2, 1.6))
    assert found["arrivals"].needed == pytest.approx(
        tuple(890 / 600 * by for by in (0.8, 1, 1.2))
    )
    assert found["hours a week"].needed == pytest.approx(
        tuple(890 / 600 / by for by in (0.8, 1, 1.2))
    )
    assert found["usable share"].needed == found["hours a week"].needed
    assert found["hours of a first look"].needed[0] < 890 / 600
    assert found["hours of a whole look"].needed[2] > 890 / 600
    assert found["share looked at whole"].needed[2] > 890 / 600


def test_the_most_telling_comes_first_and_what_tells_nothing_is_left_out() -> None:
    found = swings(setting())

    widths = [one.width for one in found]
    assert widths == sorted(widths, reverse=True)
    assert "share of other work" not in {one.what for one in found}


def test_no_share_goes_over_a_hundred() -> None:
    found = {one.what: one for one in swings(setting(usable_percent=90))}

    assert found["usable share"].is_capped
    assert found["usable share"].needed[2] == pytest.approx(890 / 1200)
    assert not found["people"].is_capped


def test_absences_don_t_stand_in_the_way() -> None:
    assert swings(setting(absences=(Absence(1, 1, 4),)))
