from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, RecordUnavailable
from ringwall.raid.rule_files import (
    PARTS,
    digest_of,
    keep_files,
    kept_folder,
    read_files,
)
from ringwall.shipped import shipped_path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a folder with a file in each part."""
    for part in PARTS:
        (tmp_path / "raid" / part).mkdir(parents=True)
        (tmp_path / "raid" / part / "rows.csv").write_text(f"id\n{part}\n")
    return tmp_path / "raid"


def test_the_files_of_all_parts_are_read_by_name(rules: Path) -> None:
    (rules / "desk" / "README.md").write_text("notes")
    (rules / "desk" / ".draft.csv").write_text("x")

    files = read_files(rules)

    assert set(files) == {f"{part}/rows.csv" for part in PARTS}
    assert files["desk/rows.csv"] == b"id\ndesk\n"


def test_a_digest_tells_names_and_contents_apart(rules: Path) -> None:
    files = read_files(rules)
    renamed = {f"{name}x": data for name, data in files.items()}
    changed = {**files, "desk/rows.csv": b"id\nother\n"}

    assert len({digest_of(one) for one in (files, renamed, changed)}) == 3
    assert len(digest_of(files)) == 64


@pytest.mark.parametrize("name", ["Rows.csv", "rows.txt", "rows.csv.bak", "r ows.csv"])
def test_a_file_that_no_reader_knows_is_refused(rules: Path, name: str) -> None:
    (rules / "triage" / name).write_text("id\n")

    with pytest.raises(DeclarationError) as caught:
        read_files(rules)

    assert caught.value.code == "raid-rules-unreadable"
    assert caught.value.faults[0].message == "no rules have such a name"


def test_a_link_a_folder_and_a_missing_part_are_refused(rules: Path) -> None:
    (rules / "clocks" / "more.csv").symlink_to(rules / "desk" / "rows.csv")
    with pytest.raises(DeclarationError, match=r"more\.csv"):
        read_files(rules)
    (rules / "clocks" / "more.csv").unlink()

    (rules / "clocks" / "more.csv").mkdir()
    with pytest.raises(DeclarationError, match=r"more\.csv"):
        read_files(rules)
    (rules / "clocks" / "more.csv").rmdir()

    (rules / "clocks" / "rows.csv").unlink()
    (rules / "clocks").rmdir()
    with pytest.raises(DeclarationError, match="clocks"):
        read_files(rules)


def test_a_file_that_is_too_large_is_refused(rules: Path) -> None:
    with (rules / "desk" / "rows.csv").open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)

    with pytest.raises(DeclarationError, match="more than 8388608 bytes"):
        read_files(rules)


def test_a_copy_is_kept_whole_under_its_digest(rules: Path, tmp_path: Path) -> None:
    files = read_files(rules)

    place = keep_files(tmp_path / "institute", files)

    assert place == kept_folder(tmp_path / "institute", digest_of(files))
    assert read_files(place) == files
    assert keep_files(tmp_path / "institute", files) == place
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_damaged_copy_gives_way_to_a_whole_one(rules: Path, tmp_path: Path) -> None:
    files = read_files(rules)
    place = keep_files(tmp_path, files)
    (place / "desk" / "rows.csv").write_text("id\nforged\n")

    assert read_files(keep_files(tmp_path, files)) == files


def test_where_no_copy_can_be_kept_that_is_told(rules: Path, tmp_path: Path) -> None:
    files = read_files(rules)
    (tmp_path / "institute").mkdir()
    (tmp_path / "institute" / "raid").write_text("in the way")

    with pytest.raises(RecordUnavailable) as caught:
        keep_files(tmp_path / "institute", files)

    assert caught.value.code == "raid-rules-unwritable"
    assert caught.value.next_step


def test_the_shipped_rules_are_read() -> None:
    parts = {name.split("/")[0] for name in read_files(shipped_path("raid"))}

    assert parts == set(PARTS)
