"""A file of an open ledger is known by whatever name, and none is opened for that."""

import os
from pathlib import Path

import pytest

from ringwall.ledger.open_files import OpenFiles, is_ledger_file
from ringwall.ledger.store import Store


def test_the_files_of_an_open_ledger_are_known_by_any_name(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    store = Store.create(path)
    names = [path, tmp_path / "ledger.db-wal", tmp_path / "ledger.db-shm"]

    assert all(is_ledger_file(name) for name in names)
    for name in names:
        other = name.with_name(f"{name.name}.vault")
        os.link(name, other)
        assert is_ledger_file(other)
    (tmp_path / "ledger.db-journal").touch()
    assert is_ledger_file(tmp_path / "ledger.db-journal")
    # No lock is lost by closing what locks it.
    assert not is_ledger_file(tmp_path / "ledger.db-lock")
    store.close()


def test_what_is_no_file_of_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    store = Store.create(path)
    (tmp_path / "weights").write_bytes(b"x")
    (tmp_path / "link").symlink_to(path)

    for name in ("weights", "link", "none", "."):
        assert not is_ledger_file(tmp_path / name)
    store.close()


def test_a_ledger_that_is_reached_through_a_link_is_known(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "real-wal").touch()
    (tmp_path / "link").symlink_to("real")
    files = OpenFiles(tmp_path / "link")

    assert is_ledger_file(tmp_path / "real")
    assert is_ledger_file(tmp_path / "real-wal")
    del files
    assert not is_ledger_file(tmp_path / "real")


def test_nothing_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.touch()
    files = OpenFiles(path)
    monkeypatch.setattr(os, "open", None)

    assert is_ledger_file(path)
    assert files.has(path.stat())
