"""Durable files: whole or not at all, and nothing left lying about."""

import os
from pathlib import Path

import pytest

from ringwall.base.durable_file import flush_folder, replace_durably


@pytest.mark.parametrize("before", [None, b"", b"old"])
def test_a_file_holds_what_was_asked_and_nothing_lies_beside_it(
    tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / "note"
    if before is not None:
        path.write_bytes(before)
    replace_durably(path, b"new", 0o600)

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("deed", ["rename", "fsync"])
def test_what_fails_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    path = tmp_path / "note"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(os, deed, fail)
    with pytest.raises(OSError, match="input/output"):
        replace_durably(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_both_the_file_and_the_name_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    real = os.fsync

    def count(handle: int) -> None:
        flushed.append(handle)
        real(handle)

    monkeypatch.setattr(os, "fsync", count)
    replace_durably(tmp_path / "note", b"new")

    assert len(flushed) == 2


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        flush_folder(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        replace_durably(tmp_path / "gone" / "note", b"")
