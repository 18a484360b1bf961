import pytest

from ringwall.base.errors import RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.workload.scenario import Scenario, read_scenario
from ringwall.raid.workload.set_up import Asked
from ringwall.raid.workload.setting import whole_people
from ringwall.shipped import shipped_path
from tests.raid_office import RaidOffice, given, opened_case, who

SCENARIOS = shipped_path("raid") / "scenarios"


def _scenario(name: str) -> Scenario:
    return read_scenario(SCENARIOS / f"{name}.yaml")


def test_a_desk_that_has_done_nothing_has_nothing_to_break(desk: RaidDesk) -> None:
    found = desk.workload.now(who("niels"))

    assert (found.setting.load, found.broken, found.wait) == (0, [], None)
    assert found.is_few
    assert (found.staffing.registered, found.staffing.ruled) == (4, 10)
    assert (found.staffing.signed, found.staffing.used) == (None, 10)


def test_what_comes_in_without_anybody_there_breaks_levels(desk: RaidDesk) -> None:
    opened_case(desk)

    found = desk.workload.now(who("niels"), 0)

    assert [one.level.rule for one in found.broken] == ["DESK-ACK", "DESK-TRIAGE"]
    assert found.setting.grows_by > 0


def test_the_cut_line_that_was_signed_last_says_who_is_there(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    given(desk.acting)
    desk.queue.sign(who("niels"), "all are ill", 0)

    staffing = desk.workload.now(who("niels")).staffing

    assert (staffing.signed, staffing.used) == (0, 0)
    assert desk.workload.now(who("niels"), 3).staffing.used == 3
    raid_office.clock.instant += 8 * 86_400_000_000
    assert desk.workload.now(who("niels")).staffing.used == 10


def test_twenty_specialists_come_to_ten_with_ten_models_each(desk: RaidDesk) -> None:
    """The scenario of the study: half of twenty on other work, a hundred models."""
    told = _scenario("twenty-specialists")

    found = desk.workload.project(who("niels"), Asked(scenario=told))

    assert found.setting.staff == 10
    [models] = found.setting.streams
    assert models.items * found.setting.weeks == pytest.approx(100)
    assert models.items * found.setting.weeks / found.setting.staff == pytest.approx(10)
    assert whole_people(found.setting.needed) == 10
    assert (models.deep, models.shallow) == (800 * 60, 80 * 60)
    [lane] = told.lanes
    assert (lane.deep_percent, lane.deep_hours, lane.shallow_hours) == (5, 800, 80)
    assert "very rough" in told.rough
    assert found.arrivals is None
    assert len(found.swings) == 8
    for swing in found.swings:
        assert swing.needed[1] == pytest.approx(found.setting.needed)


def test_ten_that_fall_to_four_break_what_is_due_soonest_and_mend(
    desk: RaidDesk,
) -> None:
    asked = Asked(scenario=_scenario("ten-fall-to-four"))

    found = desk.workload.project(who("niels"), asked)

    [course] = found.courses
    assert [one.level.rule for one in course.broken] == ["DESK-ACK", "DESK-TRIAGE"]
    assert {one.week for one in course.broken} == {1}
    assert all(1 < one.mends <= 3 for one in course.broken)
    assert found.wait is not None
    assert (found.wait.week, found.wait.analysts) == (1, 4)
    assert found.wait.late > 0.05
    assert found.setting.load < 1 < found.setting.thinnest_load


def test_a_projection_of_the_desk_starts_from_what_came(desk: RaidDesk) -> None:
    opened_case(desk)

    found = desk.workload.project(who("niels"), Asked(weeks=8))

    assert found.arrivals is not None
    assert (found.arrivals.reports, found.arrivals.cases) == (1, 1)
    assert found.is_few
    assert [(one.first, one.last) for one in found.blocks] == [(1, 4), (5, 8), (1, 8)]
    assert [course.growth for course in found.courses] == pytest.approx(
        [1.4, (1.4 * 4.2) ** 0.5, 4.2]
    )
    assert all(one.low < one.middle < one.high for one in found.blocks)


def test_more_than_is_done_is_told_with_the_week(desk: RaidDesk) -> None:
    asked = Asked(weeks=12, analysts=1, arrivals={"incident": 40})

    found = desk.workload.project(who("niels"), asked)

    assert found.setting.load > 1
    for course in found.courses:
        assert course.overtaken is not None
        assert course.overtaken.week == 1


def test_a_number_of_people_that_is_none_is_refused(desk: RaidDesk) -> None:
    for analysts in (-1, 10_001):
        with pytest.raises(RequestError, match="are none that a desk has"):
            desk.workload.now(who("niels"), analysts)


def test_more_absent_than_are_left_is_refused(desk: RaidDesk) -> None:
    asked = Asked(analysts=5, scenario=_scenario("ten-fall-to-four"))

    with pytest.raises(RequestError, match="6 are absent of 5"):
        desk.workload.project(who("niels"), asked)


def test_who_may_not_read_at_the_desk_learns_nothing(desk: RaidDesk) -> None:
    with pytest.raises(AccessDenied):
        desk.workload.now(who("ada"))
    with pytest.raises(AccessDenied):
        desk.workload.project(who("ada"), Asked())


def test_nothing_changes_by_asking(desk: RaidDesk, raid_office: RaidOffice) -> None:
    given(desk.acting)
    before = [one for one in raid_office.events() if one["kind"].startswith("raid.")]

    desk.workload.now(who("niels"))
    desk.workload.project(who("niels"), Asked())

    after = [one for one in raid_office.events() if one["kind"].startswith("raid.")]
    assert after == before
