"""Exports: the signed tree as files, added to and never changed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import ConfigurationError, RingwallError
from ringwall.model.events import log_pruned
from ringwall.record.exporting import Export, ExportScope, export_tiles
from ringwall.signing.keys import SigningKey
from ringwall.tlog.bundles import parse_bundle
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.subtrees import root_of
from ringwall.tlog.tile_nodes import TileNodes
from ringwall.tlog.tiles import Tile, entries_path, tile_path, tiles_of
from tests.fault.ledger_simulator import AT, KEY, ORIGIN, VERIFIER, LedgerFile
from tests.fault.long_log import LongLog

SIZE = 700


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> LongLog:
    """Return a log of 700 entries; for reading only."""
    return LongLog(tmp_path_factory.mktemp("kept"), SIZE)


@pytest.fixture
def long(kept: LongLog, tmp_path: Path) -> LongLog:
    """Return a copy of the log that may be changed."""
    copy = object.__new__(LongLog)
    copy.path = tmp_path / "ledger.db"
    shutil.copy(kept.path, copy.path)
    return copy


def export(file: LedgerFile, folder: Path, **scope: bool) -> Export:
    """Export a log."""
    with file.opened(writable=False) as ledger:
        return export_tiles(ledger, folder, ExportScope(**scope))


def export_code(file: LedgerFile, folder: Path, **scope: bool) -> str:
    """Return the code for which a log is not exported."""
    with pytest.raises(RingwallError) as caught:
        export(file, folder, **scope)
    return caught.value.code


def files_in(path: Path) -> dict[str, bytes]:
    """Return name -> bytes of all files below a folder."""
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file()
    }


def check(folder: Path, *, entries: bool = True) -> Checkpoint:
    """Check every file of an export; return what it serves."""
    files = files_in(folder)
    checkpoint = open_checkpoint(files.pop("checkpoint"), VERIFIER, ORIGIN)
    tiles = {tile: files[tile_path(tile)] for tile in tiles_of(checkpoint.size)}
    hashes = {(tile.level, tile.index): data for tile, data in tiles.items()}
    node = TileNodes(checkpoint.size, lambda level, index: hashes[level, index])
    assert root_of(checkpoint.size, node) == checkpoint.root
    for tile, data in tiles.items():
        if entries and not tile.level:
            bundle = parse_bundle(files[entries_path(tile)], tile.width)
            assert b"".join(map(leaf_hash, bundle)) == data
    return checkpoint


def test_an_export_holds_tiles_bundles_and_checkpoint(
    kept: LongLog, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    with kept.opened(writable=False) as ledger:
        done = export_tiles(
            ledger, tmp_path, progress=lambda *numbers: told.append(numbers)
        )

    assert check(tmp_path) == done.checkpoint
    assert (done.checkpoint.size, done.before, done.written) == (SIZE, 0, 7)
    assert set(files_in(tmp_path)) == {
        "checkpoint",
        *("tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"),
        *("tile/entries/000", "tile/entries/001", "tile/entries/002.p/188"),
    }
    assert told == [(4, 4)]


def test_only_what_is_new_is_written(long: LongLog, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*/00[01]")}
    assert export(long, folder)[1:] == (SIZE, 0, 0, 0)
    long.grow(100)
    done = export(long, folder)

    # Tile 2 and its bundle are complete now, tile 3 has begun.
    assert (done.before, done.written, done.removed) == (SIZE, 5, 2)
    assert check(folder).size == 800
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert "tile/1/000.p/2" in files_in(folder)
    assert "tile/0/002.p/188" not in files_in(folder)


def test_all_in_one_go_or_bit_by_bit_is_the_same(long: LongLog, tmp_path: Path) -> None:
    for _ in range(4):
        long.grow(70)
        export(long, tmp_path / "bit by bit")
    export(long, tmp_path / "at once")

    at_once = files_in(tmp_path / "at once")
    assert at_once.items() <= files_in(tmp_path / "bit by bit").items()


def test_hashes_go_without_entries_and_entries_can_follow(
    kept: LongLog, tmp_path: Path
) -> None:
    done = export(kept, tmp_path, hashes_only=True)
    assert check(tmp_path, entries=False) == done.checkpoint
    assert not (tmp_path / "tile/entries").exists()

    assert export(kept, tmp_path).written == 3
    assert check(tmp_path) == done.checkpoint


@pytest.mark.parametrize("name", ["tile/0/001", "tile/entries/001"])
def test_a_tile_that_was_changed_is_an_alarm(
    kept: LongLog, tmp_path: Path, name: str
) -> None:
    export(kept, tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    changed = path.read_bytes()

    assert export(kept, tmp_path).written == 0  # nothing is new
    assert export_code(kept, tmp_path, whole=True) == "export-conflict"
    assert path.read_bytes() == changed


def test_a_file_that_was_lost_is_written_again_on_demand(
    kept: LongLog, tmp_path: Path
) -> None:
    export(kept, tmp_path)
    (tmp_path / "tile/0/000").unlink()

    assert export(kept, tmp_path, whole=True).written == 1
    check(tmp_path)


def test_an_export_of_another_log_is_left_alone(kept: LongLog, tmp_path: Path) -> None:
    other = SigningKey("other.example", bytes(32))
    note = sign_checkpoint(Checkpoint("other.example", 5, bytes(32)), other)
    (tmp_path / "checkpoint").write_bytes(note)

    assert export_code(kept, tmp_path) == "export-of-another-log"
    assert files_in(tmp_path) == {"checkpoint": note}


@pytest.mark.parametrize(
    ("size", "key", "code"),
    [
        (SIZE + 1, KEY, "log-rolled-back"),
        (SIZE, KEY, "log-forked"),
        (300, KEY, "log-forked"),
        (300, SigningKey(ORIGIN, bytes(32)), "signature-missing"),
    ],
)
def test_an_export_that_the_log_does_not_continue_is_an_alarm(
    kept: LongLog, tmp_path: Path, size: int, key: SigningKey, code: str
) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), key)
    (tmp_path / "checkpoint").write_bytes(note)

    assert export_code(kept, tmp_path) == code
    assert files_in(tmp_path) == {"checkpoint": note}


def test_a_log_that_was_put_back_is_found_by_its_export(
    long: LongLog, tmp_path: Path
) -> None:
    put_back = long.saved(tmp_path / "saved.db")
    long.grow(10)
    export(long, tmp_path / "log")
    for name in ("-wal", "-shm"):
        long.path.with_name(long.path.name + name).unlink(missing_ok=True)
    put_back()

    assert export_code(long, tmp_path / "log") == "log-rolled-back"


def test_an_export_ahead_of_the_stored_checkpoints_stays(
    long: LongLog, tmp_path: Path
) -> None:
    export(long, tmp_path / "log")
    before = files_in(tmp_path / "log")
    long.edit("DELETE FROM checkpoint WHERE size = 700")

    assert export(long, tmp_path / "log").checkpoint.size == SIZE
    assert files_in(tmp_path / "log") == before


def test_a_log_without_a_checkpoint_is_not_exported(
    long: LongLog, tmp_path: Path
) -> None:
    long.edit("DELETE FROM checkpoint")

    assert export_code(long, tmp_path / "log") == "checkpoint-unknown"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE leaf SET entry = CAST('{}' AS BLOB) WHERE idx = 300", "entry-changed"),
        ("DELETE FROM leaf WHERE idx = 300", "entry-missing"),
        ("UPDATE tile SET hashes = zeroblob(8192) WHERE idx = 1", "tile-changed"),
        ("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 699", "root-differs"),
    ],
)
def test_what_is_not_as_it_was_signed_is_never_exported(
    long: LongLog, tmp_path: Path, sql: str, code: str
) -> None:
    long.edit(sql)
    folder = tmp_path / "log"

    assert export_code(long, folder) == code
    assert not (folder / "checkpoint").exists()
    assert not (folder / "tile/entries/001").exists()


# --- pruned -------------------------------------------------------------------


def prune(file: LongLog, before: int) -> None:
    """Take the bytes off the decisions before an index."""
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, before, "old")])


def test_bundles_that_were_exported_before_are_kept(
    long: LongLog, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    prune(long, 300)

    done = export(long, folder, whole=True)
    assert (done.checkpoint.size, done.left_out) == (SIZE + 1, 0)
    assert check(folder).size == SIZE + 1


@pytest.mark.parametrize("data", [b"", b"\x00\x00" * 256])
def test_a_kept_bundle_that_was_changed_is_an_alarm(
    long: LongLog, tmp_path: Path, data: bytes
) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    prune(long, 300)
    (folder / "tile/entries/001").write_bytes(data)

    assert export_code(long, folder, whole=True) == "export-conflict"


def test_bundles_that_can_not_be_made_any_more_are_not_passed_over(
    long: LongLog, tmp_path: Path
) -> None:
    prune(long, 300)
    folder = tmp_path / "log"

    assert export_code(long, folder) == "export-incomplete"
    assert files_in(folder) == {}
    done = export(long, folder, without_pruned=True)
    assert (done.left_out, check(folder, entries=False)) == (2, done.checkpoint)
    assert set(files_in(folder / "tile/entries")) == {"002.p/189"}
    assert export(long, tmp_path / "hashes", hashes_only=True).left_out == 0


@pytest.mark.parametrize(("grown", "before"), [(1, 690), (30, 700), (100, 650)])
def test_a_bundle_that_was_partial_goes_on_from_the_one_in_the_folder(
    long: LongLog, tmp_path: Path, grown: int, before: int
) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    long.grow(grown)
    expected = tmp_path / "expected"
    export(long, expected)
    prune(long, before)

    done = export(long, folder)

    assert done.left_out == 0
    assert check(folder) == done.checkpoint
    name = f"tile/entries/002{'.p/189' if grown == 1 else ''}"
    if grown == 100:
        assert files_in(folder)[name] == files_in(expected)[name]
        assert not (folder / "tile/entries/002.p").exists()


def test_what_neither_log_nor_folder_has_is_lost(long: LongLog, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    before = files_in(folder)
    long.grow(100)
    prune(long, 701)

    with pytest.raises(RingwallError) as caught:
        export(long, folder)
    assert caught.value.code == "export-incomplete"
    # Not to itself: that would lead round in a circle.
    assert caught.value.next_step == (
        "leave them out with --without-pruned: what the folder has stays in it"
    )
    assert files_in(folder) == before

    done = export(long, folder, without_pruned=True)
    assert (done.left_out, check(folder, entries=False)) == (1, done.checkpoint)
    assert (
        files_in(folder)["tile/entries/002.p/188"] == before["tile/entries/002.p/188"]
    )
    long.grow(10)
    assert export(long, folder).left_out == 0


@pytest.mark.parametrize("data", [b"", b"\x00\x00" * 188])
def test_a_partial_bundle_that_was_changed_is_an_alarm(
    long: LongLog, tmp_path: Path, data: bytes
) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    prune(long, 690)
    (folder / "tile/entries/002.p/188").write_bytes(data)

    assert export_code(long, folder) == "export-conflict"


def test_a_folder_with_entries_does_not_go_on_without(
    long: LongLog, tmp_path: Path
) -> None:
    export(long, tmp_path / "log")
    long.grow(10)
    before = files_in(tmp_path / "log")

    assert export_code(long, tmp_path / "log", hashes_only=True) == "export-has-entries"
    assert files_in(tmp_path / "log") == before


def test_an_entry_that_is_pruned_meanwhile_stops_the_export(
    long: LongLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prune(long, 300)
    name = "ringwall.record.exporting.pruned_bundles"
    monkeypatch.setattr(name, lambda *_: {})

    assert export_code(long, tmp_path / "log") == "export-incomplete"


# --- killed -------------------------------------------------------------------


class Killed(BaseException):
    """Stands for a kill: nothing that the product catches."""


CALLS = ("fsync", "link", "rename", "unlink", "mkdir", "rmdir")


def counting(monkeypatch: pytest.MonkeyPatch, last: int | None) -> list[str]:
    """Count the calls to the system; kill before one of them."""
    seen: list[str] = []

    def wrapped(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as os has it
            seen.append(name)
            if last is not None and len(seen) > last:
                raise Killed
            return call(*given, **named)

        return counted

    for name in CALLS:
        monkeypatch.setattr(os, name, wrapped(name, getattr(os, name)))
    return seen


def killed(file: LedgerFile, folder: Path, last: int) -> None:
    """Export a log and be killed after so many calls to the system."""
    with pytest.MonkeyPatch.context() as patch:
        counting(patch, last)
        with pytest.raises(Killed):
            export(file, folder)


def test_killed_at_any_call_an_export_goes_on_where_it_stopped(
    long: LongLog, tmp_path: Path
) -> None:
    base, whole = tmp_path / "base", tmp_path / "whole"
    export(long, base)
    long.grow(100)
    shutil.copytree(base, whole)
    export(long, whole)
    expected = files_in(whole)
    with pytest.MonkeyPatch.context() as patch:
        shutil.copytree(base, tmp_path / "counted")
        seen = counting(patch, None)
        export(long, tmp_path / "counted")
    assert set(seen) == set(CALLS)
    step = 1 if os.environ.get("RINGWALL_HYPOTHESIS") == "deep" else 3
    for last in range(0, len(seen), step):
        folder = tmp_path / f"killed-{last}"
        shutil.copytree(base, folder)
        killed(long, folder, last)
        assert check_served(folder) in {SIZE, SIZE + 100}
        export(long, folder)
        assert files_in(folder) == expected
        shutil.rmtree(folder)


def check_served(folder: Path) -> int:
    """Return the size that is served; a client gets it whole, partial tile or not."""
    files = files_in(folder)
    size = open_checkpoint(files["checkpoint"], VERIFIER, ORIGIN).size
    for tile in tiles_of(size):
        complete = Tile(tile.level, tile.index)
        data = files.get(tile_path(tile)) or files[tile_path(complete)]
        assert len(data) >= tile.width * 32
    return size


def test_a_first_export_that_was_killed_goes_on(kept: LongLog, tmp_path: Path) -> None:
    export(kept, tmp_path / "whole")
    killed(kept, tmp_path / "log", 20)
    assert not (tmp_path / "log/checkpoint").exists()
    export(kept, tmp_path / "log")
    assert files_in(tmp_path / "log") == files_in(tmp_path / "whole")


def test_a_disk_that_is_full_is_told(
    kept: LongLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError) as caught:
        export(kept, tmp_path / "log")
    assert caught.value.code == "export-unwritable"
    assert "No space left" in caught.value.message


def test_a_checkpoint_with_more_cosignatures_takes_the_place_of_the_old(
    long: LongLog, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    export(long, folder)
    [(note,)] = long.query("SELECT note FROM checkpoint WHERE size = 700")
    more = note + "\N{EM DASH} witness AAAAAAAA\n".encode()
    long.edit("UPDATE checkpoint SET note = ? WHERE size = 700", more)
    export(long, folder)

    assert files_in(folder)["checkpoint"] == more
