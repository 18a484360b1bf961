"""The tiles of a log at a signed size, each shown to lie under its root.

Goes from the root down, so that no tile has to be read twice. Must never give out a
hash that the checkpoint does not vouch for, nor hold more than two tiles of a level.
"""

import hmac
from typing import Final

from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.tree import stored_tiles
from ringwall.tlog.checkpoints import Checkpoint
from ringwall.tlog.hashing import HASH_SIZE
from ringwall.tlog.subtrees import root_of
from ringwall.tlog.tile_nodes import TileNodes, tile_root
from ringwall.tlog.tiles import TILE_HEIGHT, TILE_WIDTH, Tile

__all__ = ["ProvenTiles"]

_VERIFY: Final = "keep the file and run `ringwall audit verify`"


class ProvenTiles:
    """Reads the tiles of a tree; fastest in the order of `tiles_of`.

    Args:
        connection: to the ledger's database.
        checkpoint: signed, and of this log.

    Raises:
        IntegrityError: `root-differs`, what is stored does not lead to its root; or
            as the reader of `tree_of`.
    """

    def __init__(self, connection: Connection, checkpoint: Checkpoint) -> None:
        self._size = checkpoint.size
        read = stored_tiles(connection, self._size)
        # All perfect subtrees at the right edge lie in the tiles that are not
        # complete, so these alone, and every hash in them, make up the root.
        self._edge = {
            level: read(level, self._hashes(level) // TILE_WIDTH)
            for level in range(self._size.bit_length() // TILE_HEIGHT + 1)
            if self._hashes(level) % TILE_WIDTH
        }
        self._last: dict[int, tuple[int, bytes]] = {}
        node = TileNodes(self._size, lambda level, _: self._edge[level])
        if not hmac.compare_digest(root_of(self._size, node), checkpoint.root):
            raise IntegrityError(
                "root-differs",
                f"the tree of {self._size} entries that is stored has another root "
                "than the one signed",
                next_step=_VERIFY,
            )

    def read(self, connection: Connection, tile: Tile) -> bytes:
        """Return the hashes of a tile of the tree.

        Args:
            connection: to the same database.
            tile: as the tree has it.

        Raises:
            IntegrityError: `tile-changed`, the one stored does not lie under the
                root; or as the reader of `tree_of`.
        """
        if tile.width < TILE_WIDTH:
            return self._edge[tile.level]
        return self._complete(connection, tile.level, tile.index)

    def _complete(self, connection: Connection, level: int, index: int) -> bytes:
        known = self._last.get(level)
        if known is not None and known[0] == index:
            return known[1]
        hashes = stored_tiles(connection, self._size)(level, index)
        if not hmac.compare_digest(
            tile_root(hashes), self._above(connection, level, index)
        ):
            raise IntegrityError(
                "tile-changed",
                f"tile {index} of level {level} does not lie under the signed root",
                next_step=_VERIFY,
            )
        self._last[level] = (index, hashes)
        return hashes

    def _above(self, connection: Connection, level: int, index: int) -> bytes:
        """Return the hash of a complete tile in the level above, which is shown."""
        tile, place = divmod(index, TILE_WIDTH)
        if tile < self._hashes(level + 1) // TILE_WIDTH:
            row = self._complete(connection, level + 1, tile)
        else:
            row = self._edge[level + 1]
        return row[place * HASH_SIZE : (place + 1) * HASH_SIZE]

    def _hashes(self, level: int) -> int:
        """Return how many hashes a level has."""
        return self._size >> TILE_HEIGHT * level
