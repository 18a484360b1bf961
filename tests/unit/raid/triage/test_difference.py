"""Two versions of the tables, cell by cell."""

from ringwall.raid.triage.difference import Change, cover, differences
from tests.triage_tables import edited, files, shipped


def test_a_changed_cell_is_told_with_what_stood_there() -> None:
    changed = edited("main.csv", "m0001,not-credible", "m0001,uncertain")

    assert differences(files(), changed) == [
        Change("main.csv", "m0001", "cred", "not-credible", "uncertain")
    ]


def test_rows_that_came_and_went_are_told_whole() -> None:
    changed = edited("overrides.csv", "o13,", "o99,")

    gone, came = differences(files(), changed)

    assert (gone.row, came.row) == ("o13", "o99")
    assert gone.before.startswith("o13,")
    assert gone.after == came.before == ""


def test_a_value_of_a_point_is_told_by_its_name() -> None:
    changed = edited("points.csv", "one person", "a person")

    [change] = differences(files(), changed)

    assert change.row == "spread:ordered:one-user"
    assert change.column == "told"


def test_the_order_of_rows_makes_no_difference() -> None:
    head, *rows = files()["legal.csv"].decode().splitlines()
    data = "\n".join([head, *reversed(rows)]) + "\n"

    assert differences(files(), {**files(), "legal.csv": data.encode()}) == []


def test_a_whole_file_can_come_and_go() -> None:
    less = {name: data for name, data in files().items() if name != "version.csv"}

    assert [one.table for one in differences(files(), less)] == ["version.csv"]


def test_each_word_is_counted() -> None:
    found = {(one.outcome, one.word): one for one in cover(shipped())}

    assert found["priority", "decline"].rows > 0
    assert found["tlp", "red"].rules == 3
    assert sum(one.rows for one in found.values() if one.outcome == "owner") == 1344
