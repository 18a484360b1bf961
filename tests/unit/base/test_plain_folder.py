"""What is read of a folder, and what never is."""

import os
from pathlib import Path

import pytest

from ringwall.base.plain_folder import list_folder, read_plain


def test_names_come_sorted_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).write_text("")

    assert [path.name for path in list_folder(tmp_path, 3)] == ["a", "b"]


def test_a_folder_that_holds_too_much_is_not_read(tmp_path: Path) -> None:
    for name in ("a", "b", ".hidden"):
        (tmp_path / name).write_text("")

    with pytest.raises(OSError, match="more than 2 names in one folder"):
        list_folder(tmp_path, 2)


def test_a_folder_that_is_none_can_not_be_listed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list_folder(tmp_path / "nowhere", 1)


def test_no_more_than_one_byte_beyond_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")

    assert read_plain(path, 5) == b"12345"
    assert read_plain(path, 2) == b"123"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / "it", tmp_path / "target"
    target.write_text("")
    if kind == "link":
        path.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()

    with pytest.raises(OSError, match=r"not a regular file|symbolic links"):
        read_plain(path, 9)
