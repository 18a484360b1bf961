"""`raid stats`: how well the desk does, for people and for programs."""

import csv
import io

from tests.e2e.raiding import as_person, opened, reported
from tests.e2e.running import Ringwall

JOAN = as_person("joan")


def test_figures_are_told_for_people_within_80_columns(raid: Ringwall) -> None:
    opened(raid)
    reported()

    done = raid.table("raid", "stats", *JOAN)

    assert done.code == 0
    assert "hours that things took" in done.out
    assert "screening" in done.out
    assert "deviations: none yet" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_figures_come_for_programs(raid: Ringwall) -> None:
    _, case = opened(raid)
    words = ("--evidence", "a log", "--word", "likely")
    raid("raid", "assess", case, "auto=none", *words, *JOAN)

    value = raid("raid", "stats", *JOAN).json()
    text = raid("raid", "stats", *JOAN, "--format", "csv").out
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(text))}

    screened = next(one for one in value["took"] if one["what"] == "screen")
    assert (screened["done"], screened["median"]) == (1, "0.0")
    assert value["unknown_points"]["whole"] > value["unknown_points"]["part"] > 0
    assert rows["hours to screen"]["count"] == "1"
    assert rows["hours waiting in lane new"]["count"] == "1"
    assert "unknown points" in rows


def test_figures_of_a_time_are_of_what_was_begun_then(raid: Ringwall) -> None:
    opened(raid)

    before = raid("raid", "stats", "--until", "2020-01-01T00:00:00Z", *JOAN).json()

    assert {one["done"] + one["open"] for one in before["took"]} == {0}


def test_what_is_no_instant_is_refused(raid: Ringwall) -> None:
    done = raid("raid", "stats", "--since", "yesterday", *JOAN)

    assert done.code == 2
    assert "`yesterday` is not an instant" in done.err


def test_shares_are_told_in_per_cent(raid: Ringwall) -> None:
    _, case = opened(raid)
    words = ("--evidence", "a log", "--word", "likely")
    raid("raid", "assess", case, "auto=none", *words, *JOAN)

    done = raid.table("raid", "stats", *JOAN)

    assert " %)" in done.out


def test_somebody_from_elsewhere_gets_no_figures(raid: Ringwall) -> None:
    done = raid("raid", "stats", *as_person("ada"))

    assert (done.code, done.out) == (1, "")
