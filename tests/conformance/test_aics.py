"""The Python package aics-tlog, a second opinion, reads what we write and proves it."""

from pathlib import Path
from types import ModuleType

import pytest

from ringwall.record.exporting import export_tiles
from ringwall.tlog import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    parse_proof_file,
    root_of,
    tile_path,
    tiles_of,
)
from tests.conformance.tiles_folder import ORIGIN, VKEY, WITNESS, WITNESS_VKEY, SmallLog
from tests.fault.long_log import LongLog

LOG = SmallLog([b'{"n":%d}' % number for number in range(700)])


@pytest.fixture(scope="module")
def aics() -> ModuleType:
    """Return the package, or skip."""
    found: ModuleType = pytest.importorskip(
        "aics_tlog",
        reason="needs aics-tlog (pip install --ignore-requires-python --target DIR"
        " aics-tlog, and DIR in PYTHONPATH)",
        exc_type=ImportError,
    )
    return found


def test_it_finds_the_same_tiles_and_entries(aics: ModuleType, tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "log")
    reader = aics.FileSystemTileReader(folder)

    report = aics.audit_tiles(reader, 700, LOG.head.root)

    tiles = len(list(tiles_of(700)))
    assert (report.size, report.tiles, report.bundles) == (700, tiles, 3)
    written = tmp_path / "theirs"
    aics.tiles.write_tiles(list(LOG.entries), written)
    theirs = {
        path.relative_to(written).as_posix(): path.read_bytes()
        for path in written.rglob("*")
        if path.is_file()
    }
    ours = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "tile").rglob("*")
        if path.is_file()
    }
    assert ours == {path: theirs[path] for path in ours}
    assert {tile_path(tile) for tile in tiles_of(700)} <= set(theirs)


def test_it_accepts_our_checkpoint_and_our_witness(aics: ModuleType) -> None:
    note = aics.parse_note(LOG.note)
    seen = aics.verify_checkpoint(
        note,
        aics.parse_vkey(VKEY),
        [aics.parse_vkey(WITNESS_VKEY)],
        1,
        expected_origin=ORIGIN,
    )

    assert (seen.ok, seen.origin, seen.size) == (True, ORIGIN, 700), seen.error
    assert seen.root == LOG.head.root
    assert seen.witnesses == [WITNESS.name]


def test_its_proofs_are_ours(aics: ModuleType, tmp_path: Path) -> None:
    reader = aics.FileSystemTileReader(LOG.write(tmp_path / "log"))
    for index in (0, 1, 255, 256, 511, 512, 698, 699):
        ours = inclusion_proof(index, 700, LOG.nodes)
        theirs = aics.inclusion_proof_from_tiles(reader, index, 700)
        assert list(ours) == list(theirs)
        leaf = leaf_hash(LOG.entries[index])
        check_inclusion(index, 700, leaf, theirs, LOG.head.root)
        assert aics.verify_inclusion(leaf, index, 700, ours, LOG.head.root)
    for old in (1, 2, 255, 256, 257, 512, 699, 700):
        ours = consistency_proof(old, 700, LOG.nodes)
        theirs = aics.consistency_proof_from_tiles(reader, old, 700)
        assert list(ours) == list(theirs)
        old_root = root_of(old, LOG.nodes)
        check_consistency(old, 700, old_root, LOG.head.root, theirs)
        assert aics.verify_consistency(old, 700, old_root, LOG.head.root, ours)


def test_it_finds_the_entry_of_a_proof_file_under_the_root(aics: ModuleType) -> None:
    proof = parse_proof_file(LOG.proof(321))
    head, _ = aics.checkpoint.checkpoint_from_note(proof.note)

    given = (proof.index, head.size, list(proof.hashes), head.root)
    assert aics.verify_leaf_inclusion(proof.extra, *given)
    assert not aics.verify_leaf_inclusion(proof.extra + b"!", *given)


def test_it_refuses_a_damaged_bundle_or_tile_of_ours(
    aics: ModuleType, tmp_path: Path
) -> None:
    folder = LOG.write(tmp_path / "log")
    for name in ("tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/188"):
        path = folder / name
        data = path.read_bytes()
        path.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
        reader = aics.FileSystemTileReader(folder)
        with pytest.raises((aics.TileVerificationError, aics.TileMissingError)):
            aics.audit_tiles(reader, 700, LOG.head.root)
        path.write_bytes(data)


def test_it_finds_no_fault_in_what_a_ledger_exports(
    aics: ModuleType, tmp_path: Path
) -> None:
    file, folder = LongLog(tmp_path, 700), tmp_path / "log"
    for size in (700, 800):
        with file.opened(writable=False) as ledger:
            head = export_tiles(ledger, folder).checkpoint
        report = aics.audit_tiles(aics.FileSystemTileReader(folder), size, head.root)
        assert (report.size, report.tiles) == (size, len(list(tiles_of(size))))
        file.grow(100)
