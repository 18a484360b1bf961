"""Stored tiles: each that is changed, missing or one too many is named."""

from pathlib import Path

import pytest

from tests.unit.ledger.written_log import WrittenLog, decisions


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a ledger with two complete tiles."""
    return WrittenLog(tmp_path_factory.mktemp("log"), decisions(530)).path.read_bytes()


@pytest.fixture
def log(tmp_path: Path, sound: bytes) -> WrittenLog:
    """Return a copy of that ledger."""
    file = object.__new__(WrittenLog)
    file.path = tmp_path / "ledger.db"
    file.path.write_bytes(sound)
    return file


def test_tiles_of_a_sound_log_are_sound(log: WrittenLog) -> None:
    assert log.query("SELECT level, idx FROM tile") == [(0, 0), (0, 1)]
    assert log.verify().is_sound


@pytest.mark.parametrize(
    ("edit", "code", "place"),
    [
        ("UPDATE tile SET root = zeroblob(32) WHERE idx = 1", "tile-changed", "0/1"),
        (
            "UPDATE tile SET hashes = zeroblob(8192) WHERE idx = 0",
            "tile-changed",
            "0/0",
        ),
        ("UPDATE tile SET hashes = hex(hashes) WHERE idx = 0", "tile-changed", "0/0"),
        ("DELETE FROM tile WHERE idx = 1", "tile-missing", "0/1"),
        (
            "INSERT INTO tile SELECT 0, 2, root, hashes FROM tile WHERE idx = 1",
            "tile-unfounded",
            "0/2",
        ),
        (
            "INSERT INTO tile SELECT 1, 0, root, hashes FROM tile WHERE idx = 1",
            "tile-unfounded",
            "1/0",
        ),
        (
            (
                "INSERT INTO tile SELECT char(27), -1, root, hashes FROM tile "
                "WHERE idx = 1"
            ),
            "tile-unfounded",
            r"\x1b/-1",
        ),
    ],
)
def test_an_edit_of_a_tile_is_told_and_no_entry_is_blamed(
    log: WrittenLog, edit: str, code: str, place: str
) -> None:
    assert log.edit(edit) == 1

    assert log.places() == {(code, f"tile {place}")}
    assert log.verify().first_bad is None


def test_a_tile_that_was_made_to_fit_another_entry_is_changed(log: WrittenLog) -> None:
    [(root, hashes)] = log.query("SELECT root, hashes FROM tile WHERE idx = 1")
    log.edit("UPDATE tile SET root = ?, hashes = ? WHERE idx = 0", root, hashes)

    assert log.places() == {("tile-changed", "tile 0/0")}


def test_entries_that_do_not_fit_a_tile_are_blamed_themselves(log: WrittenLog) -> None:
    log.exchange(3, 520)

    assert log.places() == {("entries-reordered", "entry 3")}
    assert "entries 3, 520 do not stand" in log.verify().findings[0].message


def test_an_entry_put_in_the_place_of_another_is_named(log: WrittenLog) -> None:
    log.edit(
        "UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE idx = 9), "
        "entry = (SELECT entry FROM leaf WHERE idx = 9) WHERE idx = 3"
    )

    assert log.places() == {("entry-changed", "entry 3")}
    assert log.verify().first_bad == 3


def test_a_tile_is_missing_whatever_its_entries_are(log: WrittenLog) -> None:
    log.edit("DELETE FROM tile WHERE idx = 1")
    log.exchange(3, 4)

    assert log.places() == {
        ("entries-reordered", "entry 3"),
        ("tile-missing", "tile 0/1"),
    }


def test_an_entry_whose_hash_was_changed_is_told_once(log: WrittenLog) -> None:
    log.edit("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 3")

    assert log.places() == {("entry-changed", "entry 3")}
    assert len(log.verify().findings) == 1
