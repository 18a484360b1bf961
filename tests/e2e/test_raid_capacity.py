"""`raid capacity`: what stands and what is projected, for people and for programs."""

from pathlib import Path

import pytest

from tests.e2e.raiding import as_person, opened
from tests.e2e.running import Ringwall

NIELS = as_person("niels")
TWENTY = "raid/scenarios/twenty-specialists.yaml"
FOUR = "raid/scenarios/ten-fall-to-four.yaml"
NOW = ("raid", "capacity", "now")
PROJECT = ("raid", "capacity", "project")


def test_how_the_work_stands_is_told_within_80_columns(raid: Ringwall) -> None:
    opened(raid)

    done = raid.table(*NOW, *NIELS)

    assert done.code == 0
    assert "10 counted with; 4 on the register, 10 by the rules" in done.out
    assert "unassessed" in done.out
    assert "none breaks within 26 weeks" in done.out
    assert "only 2 items in 1.0 weeks were counted" in done.err
    assert "but 4 stand on the register" in done.err
    assert max(map(len, done.out.splitlines())) <= 80


def test_nobody_there_grows_a_queue_without_end(raid: Ringwall) -> None:
    opened(raid)

    done = raid.table(*NOW, "--analysts", "0", *NIELS)

    assert "the queue grows without end, by" in done.out
    assert (
        "BREAKS     DESK-ACK (24 hours) in week 1: the wait is without end" in done.out
    )
    value = raid(*NOW, "--analysts", "0", *NIELS).json()
    assert (value["load"], value["breaks"][0]["worst_hours"]) == (None, None)
    assert value["grows_by_hours"] > 0


def test_how_the_work_stands_comes_for_programs(raid: Ringwall) -> None:
    opened(raid)
    raid("raid", "queue", "cut", "--analysts", "0", "--sign", "all are ill", *NIELS)

    value = raid(*NOW, *NIELS).json()
    rows = raid(*NOW, *NIELS, "--format", "csv").csv()
    told = raid.table(*NOW, *NIELS).out

    assert value["analysts"] == {"registered": 4, "ruled": 10, "signed": 0, "used": 0}
    assert value["counted"]["is_few"]
    assert value["immediate"] is None
    assert "0 as last signed" in told
    assert [row["lane"] for row in rows][:2] == ["urgent", "screening"]
    assert {row["lane"]: row["waiting"] for row in rows}["unassessed"] == "1"


def test_the_twenty_specialists_are_ten_with_ten_models_each(raid: Ringwall) -> None:
    done = raid.table(*PROJECT, "--scenario", TWENTY, *NIELS)
    value = raid(*PROJECT, "--scenario", TWENTY, *NIELS).json()

    assert done.code == 0
    assert "analysts 10.0 for the desk" in done.out
    assert "each     10.0 items in 52 weeks" in done.out
    assert "very rough, as the source says of itself" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert (value["needed_whole"], value["items_each"]) == (10, 10)
    assert len(value["sensitivity"]) == 8
    assert 10 < value["plan_for"] < value["plan_for_worst"]
    assert f"plan for {value['plan_for']} analysts over all of these" in done.out
    first = value["weeks"][0]
    assert first["needed_low"] < first["needed"] < first["needed_high"]


def test_ten_that_fall_to_four_are_told_what_breaks_and_when(raid: Ringwall) -> None:
    done = raid.table(*PROJECT, "--scenario", FOUR, *NIELS)
    value = raid(*PROJECT, "--scenario", FOUR, *NIELS).json()

    assert "10.0 for the desk, 4.0 when fewest are" in done.out
    assert "126% where the fewest are there" in done.out
    assert "BREAKS     DESK-ACK (24 hours) in week 1" in done.out
    assert "that is week 1, with 4 analysts" in done.out
    [course] = value["courses"]
    assert [one["mends"] for one in course["breaks"]] == [3, 2]
    assert value["immediate"]["late"] > 0.05


def test_what_is_asked_goes_before_what_was_counted(raid: Ringwall) -> None:
    opened(raid)
    words = ("--arrivals", "urgent=9", "--arrivals", "hazard=40", "--trend", "1", "2")

    done = raid.table(*PROJECT, *words, "--weeks", "8", *NIELS)
    rows = raid(*PROJECT, *words, "--weeks", "8", *NIELS, "--format", "csv").csv()
    value = raid(*PROJECT, *words, "--weeks", "8", *NIELS).json()

    assert done.code == 0
    assert [row["weeks"] for row in rows] == ["1-4", "5-8", "1-8"]
    assert [one["growth"] for one in value["courses"]] == [1, 1.414, 2]
    assert "arrivals grow in a year by a factor of 1 to 2 (as asked" in done.out
    assert "too little came in" in done.out


def test_a_load_that_is_too_much_is_told_by_how_much_a_week(raid: Ringwall) -> None:
    words = ("--arrivals", "incident=80", "--analysts", "4", "--trend", "1", "4")

    done = raid.table(*PROJECT, *words, *NIELS)
    value = raid(*PROJECT, *words, *NIELS).json()

    assert "LOAD     the queue grows without end, by" in done.out
    assert "GROWS      from week 1 on more comes in than is done" in done.out
    assert {one["grows_from_week"] for one in value["courses"]} == {1}


def test_a_file_of_ones_own_says_how_rough_it_is_and_takes_the_rest_from_the_desk(
    raid: Ringwall, tmp_path: Path
) -> None:
    opened(raid)
    path = tmp_path / "own.yaml"
    path.write_text(
        "version: 1\ntitle: Nobody\nsource: OWN\nconfidence: low\nrough: a guess\n"
        "people: 3\nusable_percent: 90\nabsences:\n"
        "  - {from_week: 1, to_week: 1, people: 3}\n"
    )

    done = raid.table(*PROJECT, "--scenario", path, *NIELS)
    value = raid(*PROJECT, "--scenario", path, *NIELS).json()

    told = " ".join(done.out.split())
    assert "rough a guess; confidence low" in told
    assert "where the fewest are there more comes in than is done" in told
    assert "usable share (to 100 %)" in told
    assert (value["analysts"], value["analysts_least"]) == (3, 0)
    assert value["thinnest_load"] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--arrivals", "urgent"), "`urgent` is no LANE=ITEMS"),
        (("--arrivals", "=3"), "`=3` is no LANE=ITEMS"),
        (("--arrivals", "urgent=-1"), "`-1` is no number of 0 or more"),
        (("--arrivals", "urgent=nan"), "`nan` is no number of 0 or more"),
        (("--arrivals", "desk=1", "--arrivals", "desk=2"), "`desk` is given twice"),
        (("--arrivals", "cats=1"), "`cats` is no lane"),
        (("--trend", "0", "1"), "is no range of factors above 0"),
        (("--trend", "2", "1"), "is no range of factors above 0"),
        (("--trend", "one", "2"), "`one` is no number of 0 or more"),
        (("--weeks", "0"), "should be greater than or equal to 1"),
        (("--analysts", "-1"), "should be greater than or equal to 0"),
        (("--analysts", "5", "--scenario", FOUR), "6 are absent of 5"),
    ],
)
def test_what_is_no_number_or_no_lane_is_named(
    raid: Ringwall, words: tuple[str, ...], told: str
) -> None:
    done = raid(*PROJECT, *words, *NIELS)

    assert (done.code, done.out) == (2, "")
    assert told in " ".join(done.err.split())


def test_a_scenario_with_faults_is_refused_with_each_named(
    raid: Ringwall, tmp_path: Path
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(Path(FOUR).read_text().replace("people: 10", "peeple: 10"))

    done = raid.table(*PROJECT, "--scenario", path, *NIELS)

    assert done.code == 3
    assert "unknown-key: `peeple` is not a key" in done.err
    assert "docs/raid-capacity.md has each key" in done.err
    assert raid(*PROJECT, "--scenario", "none.yaml", *NIELS).code == 3


def test_a_desk_without_hours_is_told_what_to_mend(
    raid: Ringwall, tmp_path: Path
) -> None:
    path = tmp_path / "own.yaml"
    text = Path(FOUR).read_text().replace("usable_percent: 60", "usable_percent: 0")
    path.write_text(text)

    done = raid.table(*PROJECT, "--scenario", path, *NIELS)

    assert done.code == 3
    assert "usable_percent" in done.err


def test_somebody_from_elsewhere_gets_no_figures(raid: Ringwall) -> None:
    for words in (NOW, PROJECT):
        done = raid(*words, *as_person("ada"))

        assert (done.code, done.out) == (1, "")
