"""Files that are moved, removed or replaced are noticed, whenever it happens."""

import os
import time
from pathlib import Path

import pytest

from ringwall.ledger.committing import in_place
from ringwall.ledger.committing.in_place import FilesInPlace


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Return two files."""
    found = [tmp_path / name for name in ("ledger.db", "ledger.db-wal")]
    for path in found:
        path.write_bytes(b"x" * 10)
    return found


@pytest.fixture
def settled(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> FilesInPlace:
    """Return files looked at, in a folder that has not been changed for long."""
    files = FilesInPlace(paths)
    assert files.are_there()
    monkeypatch.setattr(in_place, "_SETTLED_SECONDS", -1.0)
    assert files.are_there()
    return files


@pytest.mark.parametrize("name", ["ledger.db", "ledger.db-wal"])
@pytest.mark.parametrize("how", ["moved", "removed", "replaced", "put back as a copy"])
def test_whatever_happens_to_a_file_is_noticed(
    settled: FilesInPlace, tmp_path: Path, name: str, how: str
) -> None:
    path, aside = tmp_path / name, tmp_path / "aside"
    time.sleep(0.02)  # more than the grain of the file system's clock
    if how == "removed":
        path.unlink()
    elif how == "moved":
        path.rename(aside)
    else:
        aside.write_bytes(path.read_bytes())
        aside.replace(path)

    assert [settled.are_there() for _ in range(3)] == [False] * 3


def test_a_folder_in_place_of_another_is_noticed(
    settled: FilesInPlace, tmp_path: Path, paths: list[Path]
) -> None:
    aside = tmp_path.with_name(tmp_path.name + "-aside")
    tmp_path.rename(aside)
    tmp_path.mkdir()
    for path in paths:
        path.write_bytes(b"x" * 10)

    assert not settled.are_there()


def test_a_folder_that_can_not_be_looked_into_is_an_error(
    settled: FilesInPlace, tmp_path: Path
) -> None:
    tmp_path.rename(tmp_path.with_name(tmp_path.name + "-aside"))

    with pytest.raises(FileNotFoundError):
        settled.are_there()


def test_right_after_a_change_in_the_folder_each_file_is_looked_at(
    paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FilesInPlace(paths)
    assert files.are_there()
    stat, seen = os.stat, []

    def watched(path: str) -> os.stat_result:
        seen.append(path)
        return stat(path)

    monkeypatch.setattr(os, "stat", watched)
    assert files.are_there()
    monkeypatch.undo()

    assert len(seen) == 3


def test_the_size_is_taken_again_after_some_looks(
    settled: FilesInPlace, paths: list[Path]
) -> None:
    assert settled.size == 10
    paths[1].write_bytes(b"x" * 20)

    assert all(settled.are_there() for _ in range(in_place._LOOKS + 1))
    assert settled.size == 20


def test_what_is_opened_anew_may_be_another_file(
    settled: FilesInPlace, paths: list[Path]
) -> None:
    paths[1].unlink()
    paths[1].write_bytes(b"")
    settled.forget()

    assert settled.are_there()
