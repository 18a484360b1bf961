import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.statistics import Share, percentile
from tests.example import NOON
from tests.raid_office import DAY, RaidOffice, given, opened_case, who

HOUR = DAY // 24


def test_a_desk_that_has_done_nothing_has_nothing_to_tell(desk: RaidDesk) -> None:
    found = desk.statistics.stats(who("joan"))

    assert [(one.done, one.open, one.worst) for one in found.took] == [(0, 0, 0)] * 4
    assert (found.lanes, found.clocks) == ([], {})
    assert found.deviations == found.unknowns == found.unmerged == Share(0, 0)


def test_it_tells_how_long_screening_and_triage_took(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    first, second = given(desk.acting), given(desk.acting)
    given(desk.acting)
    raid_office.clock.instant += HOUR
    desk.screening.open(who("joan"), first, "B2")
    raid_office.clock.instant += 2 * HOUR
    opened = desk.screening.open(who("joan"), second, "B2").events[1]["id"]
    raid_office.clock.instant += HOUR
    said = {"evidence": "a log", "word": "likely"}
    desk.triage.assess(who("joan"), opened, ["auto=none"], said)
    desk.triage.run(who("joan"), opened)

    took = {one.what: one for one in desk.statistics.stats(who("joan")).took}

    assert took["screen"][1:] == (2, 1, HOUR, 3 * HOUR, 3 * HOUR)
    assert took["acknowledge"][1:] == (2, 1, HOUR, 3 * HOUR, 3 * HOUR)
    assert took["triage"][1:] == (1, 1, HOUR, HOUR, HOUR)
    assert took["hand-over"][1:] == (0, 0, 0, 0, 0)


def test_points_left_open_are_counted(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    said = {"evidence": "a log", "word": "likely"}
    desk.triage.assess(who("joan"), case, ["auto=none", "cred=credible"], said)

    found = desk.statistics.stats(who("joan")).unknowns

    assert found == Share(found.whole - 2, found.whole)
    assert found.whole > 12


def test_only_what_was_begun_in_the_time_asked_about_counts(
    desk: RaidDesk,
) -> None:
    given(desk.acting)
    _, case = opened_case(desk)
    said = {"evidence": "a log", "word": "likely"}
    desk.triage.assess(who("joan"), case, ["auto=none"], said)

    early = desk.statistics.stats(who("joan"), until=NOON)
    late = desk.statistics.stats(who("joan"), since=NOON + 1)
    whole = desk.statistics.stats(who("joan"), NOON, NOON + 1)

    assert (early.took[1].open, late.took[1].open, whole.took[1].open) == (0, 0, 1)
    assert (late.unknowns.whole, whole.unknowns.whole > 0) == (0, True)


def test_a_report_that_is_looked_at_after_the_end_counts_as_done(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = given(desk.acting)
    raid_office.clock.instant += 5 * DAY
    desk.screening.open(who("joan"), report, "B2")

    took = desk.statistics.stats(who("joan"), until=NOON + DAY).took[1]

    assert (took.done, took.open, took.worst) == (1, 0, 5 * DAY)


def test_what_waits_is_told_by_lane_and_age(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    given(desk.acting)
    opened_case(desk)
    raid_office.clock.instant += DAY

    lanes = desk.statistics.stats(who("joan")).lanes

    assert [(one.lane, one.items, one.oldest) for one in lanes] == [
        *(("new", 1, DAY), ("screening", 1, DAY)),
    ]


def test_clocks_are_counted_by_state(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.clocks.arm(who("ole"), case, ["GDPR33"])

    assert desk.statistics.stats(who("joan")).clocks == {"armed": 1}


def test_nothing_is_told_of_a_case_that_is_shut_to_who_asks(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.needs.admit(who("mileva"), case, "user:joan", "2027-06-01", "works on it")
    desk.needs.shut(who("mileva"), case, "few may know")

    mine, others = (desk.statistics.stats(who(name)) for name in ("joan", "dorothy"))

    assert (mine.took[2].open, others.took[2].open) == (1, 0)
    assert ([one.lane for one in mine.lanes], others.lanes) == (["new"], [])


def test_who_may_not_read_at_the_desk_gets_no_figures(desk: RaidDesk) -> None:
    with pytest.raises(AccessDenied):
        desk.statistics.stats(who("ada"))


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [
        ([], 50, 0),
        ([7], 50, 7),
        ([1, 2], 50, 1),
        ([3, 1, 2], 50, 2),
        (range(1, 11), 90, 9),
        (range(1, 12), 90, 10),
        ([5, 4], 100, 5),
    ],
)
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(
    values: list[int], percent: int, found: int
) -> None:
    assert percentile(values, percent) == found
