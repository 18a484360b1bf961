"""`raid intake import`: many records at once, none of them in silence."""

import json
import os
from pathlib import Path

import pytest

from ringwall.cli import raid_intake_import as module
from tests.e2e.raiding import as_person
from tests.e2e.running import Ringwall
from tests.raid_reports import STORY, table_of

RUTH = as_person("ruth")
IMPORT = ("raid", "intake", "import")


def _table(folder: Path, *rows: str) -> Path:
    path = folder / "incidents.csv"
    path.write_bytes(table_of(*rows))
    return path


def test_good_records_come_in_and_bad_ones_are_named(
    raid: Ringwall, tmp_path: Path
) -> None:
    rows = [
        "1,2015-05,One,It fell.,x,,,",
        "2,2015-99,Two,d,,,,",
        "3,2015,Three,d,,,,",
        "x y,,t,d,,,,",
    ]
    path = _table(tmp_path, *rows)

    done = raid.table(*IMPORT, path, *RUTH)

    assert done.code == 3
    assert "ringwall: import-incomplete: 2 records were not" in done.err
    assert "row 2: incident 2" in done.err
    assert "2 records taken in, 0 on record already" in done.err
    assert "1 of them have fields without a place" in done.err
    assert "aiid:1" in done.out
    again = raid(*IMPORT, path, *RUTH, "--format", "json")
    assert again.code == 3
    assert {row["outcome"] for row in again.json()} == {"on record"}
    # What is on record is told by its title like what is new.
    assert "Three" in {row["title"] for row in again.json()}
    assert "" not in {row["title"] for row in again.json()}


def test_a_long_title_ends_in_a_mark_on_a_screen_and_is_whole_for_programs(
    raid: Ringwall, tmp_path: Path
) -> None:
    title = "A chatbot " + "told a traveller of a fare that there was not " * 3
    path = _table(tmp_path, f"1,2015-05-01,{title.strip()},d,,,,")

    shown = raid.table(*IMPORT, path, *RUTH)
    again = raid(*IMPORT, path, *RUTH).json()

    assert "…" in shown.out
    assert max(map(len, (shown.out + shown.err).splitlines())) <= 80
    assert [row["title"] for row in again] == [title.strip()]


def test_a_trial_takes_nothing_in(raid: Ringwall, tmp_path: Path) -> None:
    path = _table(tmp_path, "1,2015,=1+1,d,,,,")
    for _ in range(2):
        done = raid(*IMPORT, path, "--dry-run", *RUTH, "--format", "csv")
        assert done.code == 0, done.err
        [row] = done.csv()
        assert row["outcome"] == "would be new"
        assert row["title"] == "'=1+1"
        assert row["report"] == ""


def test_folders_are_looked_through(raid: Ringwall, tmp_path: Path) -> None:
    folder = tmp_path / "avid" / "2030"
    folder.mkdir(parents=True)
    (tmp_path / "avid" / ".git").mkdir()
    for name in ("B", "A"):
        fields = {"metadata": {"report_id": name}, "description": {"value": name}}
        (folder / f"{name}.json").write_text(json.dumps(fields))
    (folder / "README.md").write_text("no record")
    (tmp_path / "avid" / ".git" / "x.json").write_text("{")
    done = raid(*IMPORT, tmp_path / "avid", *RUTH)
    assert [row["source"] for row in done.json()] == ["avid:A", "avid:B"]
    assert done.code == 0


def test_a_changed_record_is_shown_as_a_new_version(
    raid: Ringwall, tmp_path: Path
) -> None:
    old = raid(*IMPORT, _table(tmp_path, "1,2015,One,d,,,,"), *RUTH).json()[0]
    new = raid(*IMPORT, _table(tmp_path, "1,2015,One,more,,,,"), *RUTH).json()[0]
    assert new["outcome"] == "new version"
    assert new["revises"] == old["report"]


def test_a_file_that_is_not_there_keeps_no_other_out(
    raid: Ringwall, tmp_path: Path
) -> None:
    path = _table(tmp_path, "1,2015,One,d,,,,")
    done = raid(*IMPORT, tmp_path / "gone.csv", path, *RUTH)
    assert done.code == 3
    assert "input-unreadable" in done.err
    assert [row["source"] for row in done.json()] == ["aiid:1"]


@pytest.mark.parametrize("made", ["pipe", "kernel", "shut", "long"])
def test_what_is_no_file_is_named_and_keeps_no_other_out(
    raid: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    path = _table(tmp_path, "1,2015,One,d,,,,")
    other = {
        "pipe": tmp_path / "pipe.csv",
        "kernel": Path("/proc/version"),
        "shut": tmp_path / "shut",
        "long": tmp_path / ("x" * 300),
    }[made]
    if made == "pipe":
        os.mkfifo(other)
    if made == "shut":
        other.mkdir()
        _shut(monkeypatch, other)
    done = raid(*IMPORT, other, path, *RUTH)
    assert done.code == 3
    assert "input-unreadable" in done.err
    assert [row["source"] for row in done.json()] == ["aiid:1"]


def _shut(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have a folder be one that can't be read, which for its owner it always can."""
    scan = os.scandir

    def scandir(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_near_copies_are_offered_with_reasons_and_not_joined(
    raid: Ringwall, tmp_path: Path
) -> None:
    changed = STORY.replace("sedative", "drug").replace("morning", "day")
    changed = changed.replace("tenfold", "far too large").replace("sheets", "leaflets")
    first, second = raid(
        *(
            *IMPORT,
            _table(tmp_path, f'1,2015,A,"{STORY}",,,,', f'2,2016,B,"{changed}",,,,'),
        ),
        *RUTH,
    ).json()
    assert first["candidates"] == second["candidates"] == []
    third = _table(tmp_path, f'3,2016,C,"{changed} Again.",,,,')
    done = raid(*IMPORT, third, *RUTH)
    [row] = done.json()
    assert row["copy_of"] == ""
    told = {one.split("  ")[0]: one for one in row["candidates"]}
    assert set(told) == {first["report"], second["report"]}
    assert "% of its wording" in told[first["report"]]
    fourth = _table(tmp_path, f'4,2016,D,"{changed} And again.",,,,')
    assert "1 of them may tell of the same as others" in (
        raid.table(*IMPORT, fourth, *RUTH).err
    )


def test_a_scheme_is_one_that_is_known(raid: Ringwall, tmp_path: Path) -> None:
    path = _table(tmp_path, "1,2015,One,d,,,,")
    assert raid(*IMPORT, path, "--as", "oecd", *RUTH).code == 2
    other = raid(*IMPORT, path, "--as", "avid", *RUTH)
    assert (other.code, "json-syntax" in other.err) == (3, True)


def test_too_many_files_at_once_are_refused(
    raid: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_FILES", 1)
    path = _table(tmp_path, "1,2015,One,d,,,,")
    assert raid(*IMPORT, path, path, *RUTH).code == 2


def test_hostile_titles_do_nothing_on_a_terminal(
    raid: Ringwall, tmp_path: Path
) -> None:
    path = _table(tmp_path, "1,2015,a\x1b[2J\u202eb,d,,,,")
    done = raid.table(*IMPORT, path, "--dry-run", *RUTH)
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
