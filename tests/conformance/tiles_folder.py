"""A folder of C2SP tlog-tiles, written with the functions of the tree alone.

It is what programs by others are given to judge where no ledger is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ringwall.signing import CosigningKey, SigningKey, format_vkey
from ringwall.tlog import (
    Checkpoint,
    ProofFile,
    TileNodes,
    entries_path,
    format_bundle,
    format_checkpoint,
    format_proof_file,
    inclusion_proof,
    leaf_hash,
    root_of,
    sign_checkpoint,
    tile_path,
    tile_root,
    tiles_of,
)
from ringwall.tlog.cosignatures import cosign

__all__ = ["KEY", "ORIGIN", "VKEY", "WITNESS", "WITNESS_VKEY", "SmallLog"]

ORIGIN = "log.example/ringwall"
KEY = SigningKey(ORIGIN, bytes(range(32)))
VKEY = format_vkey(KEY.verifier())
WITNESS = CosigningKey("witness.example/one", bytes(range(1, 33)))
WITNESS_VKEY = format_vkey(WITNESS.verifier())

_NOON = 1_795_262_400  # 2026-11-21T12:00:00Z


@dataclass(frozen=True)
class SmallLog:
    """A log in memory.

    Attributes:
        entries: bytes of each entry.
    """

    entries: Sequence[bytes]

    @cached_property
    def tiles(self) -> dict[tuple[int, int], bytes]:
        """The hashes of each tile by level and index, made from the leaves up."""
        row = [leaf_hash(entry) for entry in self.entries]
        tiles: dict[tuple[int, int], bytes] = {}
        level = 0
        while row:
            cut = [b"".join(row[at : at + 256]) for at in range(0, len(row), 256)]
            tiles.update({(level, index): cut[index] for index in range(len(cut))})
            row = [tile_root(cut[index]) for index in range(len(row) // 256)]
            level += 1
        return tiles

    @cached_property
    def nodes(self) -> TileNodes:
        """The node reader over the tiles."""
        return TileNodes(
            len(self.entries), lambda level, index: self.tiles[level, index]
        )

    @cached_property
    def head(self) -> Checkpoint:
        """The checkpoint at its size."""
        size = len(self.entries)
        return Checkpoint(ORIGIN, size, root_of(size, self.nodes))

    @cached_property
    def note(self) -> bytes:
        """The checkpoint signed by the log and cosigned by one witness."""
        line = cosign(format_checkpoint(self.head), WITNESS, _NOON)
        return sign_checkpoint(self.head, KEY) + line

    def proof(self, index: int) -> bytes:
        """Return the proof file of an entry, which it brings along."""
        hashes = inclusion_proof(index, self.head.size, self.nodes)
        return format_proof_file(
            ProofFile(index, hashes, self.note, self.entries[index])
        )

    def write(self, folder: Path) -> Path:
        """Write checkpoint, tiles and bundles below the folder and return it."""
        self._put(folder / "checkpoint", self.note)
        for tile in tiles_of(self.head.size):
            self._put(folder / tile_path(tile), self.tiles[tile.level, tile.index])
            if not tile.level:
                start = tile.index * 256
                below = self.entries[start : start + tile.width]
                self._put(folder / entries_path(tile), format_bundle(below))
        return folder

    @staticmethod
    def _put(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
