"""Go's x/mod/sumdb reads what we write, and refuses what we would refuse."""

from pathlib import Path

import pytest

from ringwall.record.exporting import export_tiles
from ringwall.record.proving import prove_entry
from ringwall.signing import SigningKey, format_vkey
from ringwall.tlog import format_proof_file, tiles_of
from tests.conformance.sumdb import Sumdb
from tests.conformance.tiles_folder import VKEY, WITNESS_VKEY, SmallLog
from tests.fault.ledger_simulator import VERIFIER
from tests.fault.long_log import LongLog


@pytest.fixture(scope="module")
def sumdb(tmp_path_factory: pytest.TempPathFactory) -> Sumdb:
    """Return the judge, or skip."""
    return Sumdb(tmp_path_factory.mktemp("go"))


def log_of(size: int) -> SmallLog:
    """Return a log of small entries, one of them empty and one of the largest."""
    entries = [b'{"n":%d}' % number for number in range(size)]
    entries[size // 2] = b"x" * 65_535
    entries[size // 3] = b""
    return SmallLog(entries)


LOG = log_of(700)
OTHER_VKEY = format_vkey(SigningKey("other.example", bytes(32)).verifier())


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700, 65_536, 66_000])
def test_a_folder_of_tiles_is_accepted_down_to_every_entry(
    sumdb: Sumdb, tmp_path: Path, size: int
) -> None:
    folder = log_of(size).write(tmp_path / "log")
    tiles = len(list(tiles_of(size)))

    accepted, line = sumdb.tiles(folder, VKEY, WITNESS_VKEY)

    assert accepted, line
    assert line == f"OK: {size} entries and {tiles} tiles under the signed root"


def test_each_damaged_file_of_a_folder_is_refused(sumdb: Sumdb, tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "log")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    # Of 3 + 1 tiles and 3 bundles, and the checkpoint.
    assert len(files) == 8
    for path in files:
        data = path.read_bytes()
        middle = len(data) // 2
        for damaged in (
            bytes([data[0] ^ 1]) + data[1:],
            data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :],
            data[:-1],
            data + b"\x00",
        ):
            path.write_bytes(damaged)
            assert not sumdb.tiles(folder, VKEY, WITNESS_VKEY).accepted
        path.unlink()
        assert not sumdb.tiles(folder, VKEY, WITNESS_VKEY).accepted
        path.write_bytes(data)
    assert sumdb.tiles(folder, VKEY, WITNESS_VKEY).accepted


def test_a_folder_is_of_one_log_and_its_witnesses(sumdb: Sumdb, tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "log")

    assert sumdb.tiles(folder, VKEY).accepted
    assert not sumdb.tiles(folder, OTHER_VKEY).accepted
    assert not sumdb.tiles(folder, VKEY, VKEY).accepted


@pytest.mark.parametrize("index", [0, 1, 255, 256, 511, 512, 698, 699])
def test_a_proof_file_is_accepted_for_its_entry_only(
    sumdb: Sumdb, tmp_path: Path, index: int
) -> None:
    file, leaf = tmp_path / "one.tlog-proof", tmp_path / "leaf"
    file.write_bytes(LOG.proof(index))
    leaf.write_bytes(LOG.entries[index])

    accepted, line = sumdb.proof(file, VKEY)
    assert accepted, line
    assert line == f"OK: entry {index} of 700 under the signed root"
    assert sumdb.proof(file, VKEY, leaf).accepted

    leaf.write_bytes(LOG.entries[index] + b"!")
    assert not sumdb.proof(file, VKEY, leaf).accepted
    assert not sumdb.proof(file, OTHER_VKEY).accepted
    file.write_bytes(LOG.proof(index).replace(b"index ", b"index 1"))
    assert not sumdb.proof(file, VKEY).accepted


def test_what_a_ledger_exports_and_proves_is_accepted(
    sumdb: Sumdb, tmp_path: Path
) -> None:
    file = LongLog(tmp_path, 700)
    folder, proof = tmp_path / "log", tmp_path / "one.tlog-proof"
    vkey = format_vkey(VERIFIER)
    for size in (700, 800):
        with file.opened(writable=False) as ledger:
            export_tiles(ledger, folder)
            for index in (0, 255, 256, size - 1):
                proof.write_bytes(format_proof_file(prove_entry(ledger, index).proof))
                accepted, line = sumdb.proof(proof, vkey)
                assert accepted, line
        accepted, line = sumdb.tiles(folder, vkey)
        assert accepted, line
        assert f"{size} entries" in line
        file.grow(100)
    assert not sumdb.tiles(folder, VKEY).accepted
