"""A Merkle tree log after RFC 6962, with C2SP checkpoints as its heads.

Hashes and bytes in, hashes and bytes out. Must never read a store, a clock or
the environment: who keeps the hashes is the caller's affair.
"""

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

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "MAX_TREE_SIZE",
    "Checkpoint",
    "Frontier",
    "format_checkpoint",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "parse_checkpoint",
    "sign_checkpoint",
]
