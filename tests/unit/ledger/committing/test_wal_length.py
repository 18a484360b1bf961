"""A write-ahead log that becomes shorter is noticed, unless it was folded."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.ledger.committing.wal_length import WalLength

MAGIC = b"\x37\x7f\x06\x82"
HEADER = MAGIC + b"1" * 28
OTHER = MAGIC + b"2" * 28


def folded() -> bool:
    """Say that there is nothing in the log."""
    return True


def unfolded() -> bool:
    """Say that there is something in the log."""
    return False


def never() -> bool:
    raise AssertionError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a log."""
    path = tmp_path / "ledger.db-wal"
    path.write_bytes(HEADER + b"frame" * 10)
    return path


@pytest.fixture
def length(path: Path) -> WalLength:
    """Return its length, as one commit has left it."""
    length = WalLength(path)
    assert length.note()
    return length


def test_of_a_log_that_was_not_noted_nothing_is_missing(tmp_path: Path) -> None:
    length = WalLength(tmp_path / "ledger.db-wal")

    assert length.is_whole(never)
    assert length.is_kept()
    length.forget()


def test_a_log_that_is_not_there_can_not_be_noted(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        WalLength(tmp_path / "ledger.db-wal").note()


@pytest.mark.parametrize("more", [b"", b"frame"])
def test_a_log_that_grows_is_whole(length: WalLength, path: Path, more: bytes) -> None:
    path.write_bytes(path.read_bytes() + more)

    assert length.is_whole(never)
    assert length.is_kept()
    assert length.note()


@pytest.mark.parametrize("size", [81, 40, 32, 31, 1])
def test_a_log_that_was_cut_is_not_whole(
    length: WalLength, path: Path, size: int
) -> None:
    os.truncate(path, size)

    assert not length.is_whole(folded)


@pytest.mark.parametrize(("is_folded", "answer"), [(folded, True), (unfolded, False)])
def test_an_empty_log_is_whole_if_it_was_folded(
    length: WalLength, path: Path, is_folded: Callable[[], bool], answer: bool
) -> None:
    os.truncate(path, 0)

    assert length.is_whole(is_folded) is answer


@pytest.mark.parametrize(
    ("begins", "answer"), [(OTHER, True), (HEADER, False), (bytes(32), False)]
)
def test_a_shorter_log_is_whole_if_it_has_begun_anew(
    length: WalLength, path: Path, begins: bytes, answer: bool
) -> None:
    path.write_bytes(begins + b"frame")

    assert length.is_whole(never) is answer


@pytest.mark.parametrize("size", [0, 32, 81])
def test_what_goes_while_a_transaction_lasts_is_noticed(
    length: WalLength, path: Path, size: int
) -> None:
    assert length.is_whole(never)
    os.truncate(path, size)

    assert not length.is_kept()
    assert not length.note()


def test_what_is_written_behind_a_hole_is_noticed(
    length: WalLength, path: Path
) -> None:
    whole = path.read_bytes()
    assert length.is_whole(never)
    path.write_bytes(bytes(len(whole)) + b"frame")

    assert not length.note()


def test_a_log_that_was_folded_here_may_be_empty(length: WalLength, path: Path) -> None:
    assert length.is_whole(never)
    os.truncate(path, 0)
    length.note_folded()

    assert length.is_whole(never)
    assert length.is_kept()
    assert length.note()
    path.write_bytes(OTHER)
    assert length.note()


def test_a_log_that_was_opened_anew_is_another(length: WalLength, path: Path) -> None:
    os.truncate(path, 0)
    length.forget()

    assert length.is_whole(never)
    assert length.note()


def test_another_log_of_that_name_is_not_looked_at(
    length: WalLength, path: Path
) -> None:
    path.rename(path.with_name("aside"))
    path.write_bytes(b"")

    assert length.is_whole(never)
