"""`raid table`: the decision tables themselves."""

import shutil
from pathlib import Path

from tests.e2e.raiding import code_told
from tests.e2e.running import Ringwall
from tests.triage_tables import FOLDER, shipped


def test_the_tables_of_the_institute_are_checked(raid: Ringwall) -> None:
    done = raid.table("raid", "table", "lint")

    assert done.code == 0, done.err
    assert "no fault" in done.out
    assert raid("raid", "table", "lint").json()["digest"] == shipped().digest


def test_each_fault_is_named_with_its_line(raid: Ringwall, tmp_path: Path) -> None:
    folder = tmp_path / "triage"
    shutil.copytree(FOLDER, folder)
    data = (folder / "harm.csv").read_text("utf-8")
    (folder / "harm.csv").write_text(data.replace(",grave", ",limited", 1), "utf-8")

    done = raid.table("raid", "table", "lint", folder)

    assert done.code == 3
    assert "harm.csv:" in done.err
    assert "step-down" in done.err


def test_two_versions_are_compared_cell_by_cell(raid: Ringwall, tmp_path: Path) -> None:
    folder = tmp_path / "triage"
    shutil.copytree(FOLDER, folder)
    data = (folder / "main.csv").read_text("utf-8")
    changed = data.replace("m0001,not-credible", "m0001,uncertain")
    (folder / "main.csv").write_text(changed, "utf-8")

    rows = raid("raid", "table", "diff", folder).json()
    same = raid("raid", "table", "diff", FOLDER, FOLDER).json()

    assert [(row["row"], row["before"]) for row in rows] == [("m0001", "uncertain")]
    assert same == []


def test_a_folder_without_tables_is_refused(raid: Ringwall, tmp_path: Path) -> None:
    done = raid.table("raid", "table", "diff", tmp_path)

    assert (done.code, code_told(done)) == (3, "tables-unreadable")


def test_each_word_is_counted(raid: Ringwall) -> None:
    rows = raid("raid", "table", "cover").json()

    assert sum(row["rows"] for row in rows if row["outcome"] == "priority") == 1344


def test_a_table_is_shown_whole(raid: Ringwall) -> None:
    rows = raid("raid", "table", "show", "points").json()

    assert {"point": "auto", "scale": "ordered", "value": "shown"}.items() <= next(
        row for row in rows if row["value"] == "shown"
    ).items()
    done = raid.table("raid", "table", "show", "overrides")
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_table_that_there_is_not_is_refused(raid: Ringwall) -> None:
    done = raid.table("raid", "table", "show", "moods")

    assert (done.code, code_told(done)) == (2, "unknown-table")
