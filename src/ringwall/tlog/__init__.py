"""A Merkle tree log after RFC 6962, with C2SP checkpoints as its heads.

Hashes and bytes in, hashes and bytes out. Must never read a store, a clock or
the environment: who keeps the hashes is the caller's affair.
"""

from ringwall.tlog.bundles import MAX_BUNDLED_BYTES, format_bundle, parse_bundle
from ringwall.tlog.checkpoints import (
    MAX_TREE_SIZE,
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash, node_hash
from ringwall.tlog.proof_file import (
    MAX_PROOF_BYTES,
    MAX_PROOF_HASHES,
    ProofFile,
    check_proof_file,
    format_proof_file,
    parse_proof_file,
)
from ringwall.tlog.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
)
from ringwall.tlog.subtrees import NodeReader, root_of
from ringwall.tlog.tile_nodes import TILE_BYTES, TileNodes, TileReader, tile_root
from ringwall.tlog.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    entries_path,
    new_tiles,
    parse_entries_path,
    parse_tile_path,
    tile_path,
    tiles_of,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "MAX_BUNDLED_BYTES",
    "MAX_PROOF_BYTES",
    "MAX_PROOF_HASHES",
    "MAX_TREE_SIZE",
    "TILE_BYTES",
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "Checkpoint",
    "Frontier",
    "NodeReader",
    "ProofFile",
    "Tile",
    "TileNodes",
    "TileReader",
    "check_consistency",
    "check_inclusion",
    "check_proof_file",
    "consistency_proof",
    "entries_path",
    "format_bundle",
    "format_checkpoint",
    "format_proof_file",
    "inclusion_proof",
    "leaf_hash",
    "new_tiles",
    "node_hash",
    "open_checkpoint",
    "parse_bundle",
    "parse_checkpoint",
    "parse_entries_path",
    "parse_proof_file",
    "parse_tile_path",
    "root_of",
    "sign_checkpoint",
    "tile_path",
    "tile_root",
    "tiles_of",
]
