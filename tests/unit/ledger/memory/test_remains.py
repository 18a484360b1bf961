"""Remains: words are found in the file and in its write-ahead log, wherever."""

import re
from pathlib import Path

import pytest

from ringwall.ledger.memory.remains import files_with

ADA = re.compile(b"user:ada")


@pytest.mark.parametrize("before", [0, 5, (1 << 20) - 4, 1 << 20, (2 << 20) - 1])
def test_words_are_found_wherever_they_lie(tmp_path: Path, before: int) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"x" * before + b"user:ada" + b"x" * 100)

    assert files_with(path, ADA) == ("ledger.db",)
    assert files_with(path, re.compile(b"user:bob")) == ()


def test_the_write_ahead_log_is_searched_too(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"nothing")
    (tmp_path / "ledger.db-wal").write_bytes(b"of user:ada")

    assert files_with(tmp_path / "ledger.db", ADA) == ("ledger.db-wal",)


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert files_with(tmp_path / "ledger.db", ADA) == ()
