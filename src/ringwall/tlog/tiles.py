"""Tiles: a tree cut into files of 256 hashes that never change (C2SP tlog-tiles).

Here are their names and which of them a tree has. Must never take two names for the
same tile.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ringwall.base.errors import IntegrityError
from ringwall.tlog.checkpoints import MAX_TREE_SIZE

__all__ = [
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "Tile",
    "entries_path",
    "new_tiles",
    "parse_entries_path",
    "parse_tile_path",
    "tile_path",
    "tiles_of",
]

TILE_HEIGHT = 8
"""Levels of the tree that one tile spans."""

TILE_WIDTH = 1 << TILE_HEIGHT
"""Hashes in a complete tile."""

_MAX_PATH = 64
_LEVEL = r"(?P<level>0|[1-9][0-9]?)"
_INDEX = r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
_WIDTH = r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
_TILE_PATH = re.compile(f"tile/{_LEVEL}/(?P<place>{_INDEX}{_WIDTH})")
_ENTRIES_PATH = re.compile(f"tile/(?P<level>entries)/(?P<place>{_INDEX}{_WIDTH})")


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, as it is in the trees that have it at this width.

    Args:
        level: 0 for tiles of leaf hashes; a hash at a level is the root of a complete
            tile of the level below.
        index: which tile of that level, counted from 0 on the left.
        width: hashes in it, 256 in a complete one, 1 to 255 in a partial one.

    Raises:
        ValueError: no tree of at most 2^63 - 1 leaves has such a tile.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what no tree has."""
        if self.level < 0 or self.index < 0 or not 1 <= self.width <= TILE_WIDTH:
            raise ValueError("a tile has a place and 1 to 256 hashes")
        # Compared from above: a shift to the left might take all memory.
        hashes = MAX_TREE_SIZE >> TILE_HEIGHT * self.level
        if self.index * TILE_WIDTH + self.width > hashes:
            raise ValueError("the tile is beyond the end of every tree")


def tile_path(tile: Tile) -> str:
    """Return where the hashes of the tile are, such as `tile/0/x001/x234/067.p/5`."""
    return f"tile/{tile.level}/{_place(tile)}"


def entries_path(tile: Tile) -> str:
    """Return where the entries below a tile are, such as `tile/entries/x001/234`.

    Args:
        tile: the tile of level 0 that holds their leaf hashes.

    Raises:
        ValueError: the tile is of another level.
    """
    if tile.level:
        raise ValueError("entries are below the tiles of level 0")
    return f"tile/entries/{_place(tile)}"


def parse_tile_path(path: str) -> Tile:
    """Return the tile whose hashes are at this path.

    Raises:
        IntegrityError: `tile-path-malformed`, `tile_path` prints it for no tile.
    """
    return _parse(path, _TILE_PATH)


def parse_entries_path(path: str) -> Tile:
    """Return the tile of level 0 whose entries are at this path.

    Raises:
        IntegrityError: `tile-path-malformed`, `entries_path` prints it for no tile.
    """
    return _parse(path, _ENTRIES_PATH)


def tiles_of(size: int) -> Iterator[Tile]:
    """Give each tile of the tree of this size, partial ones included.

    Level by level from the leaves up, each from left to right.

    Raises:
        ValueError: the size is negative or above 2^63 - 1.
    """
    return new_tiles(0, size)


def new_tiles(old_size: int, size: int) -> Iterator[Tile]:
    """Give each tile that a grown tree has and its beginning did not have.

    A partial tile that became wider is a new tile; in the order of `tiles_of`.

    Args:
        old_size: leaves in the tree before.
        size: leaves in the tree now.

    Raises:
        ValueError: the tree has shrunk, or a size is negative or above 2^63 - 1.
    """
    if not 0 <= old_size <= size <= MAX_TREE_SIZE:
        raise ValueError(f"a tree does not grow from {old_size} leaves to {size}")
    return _new_tiles(old_size, size)


def _new_tiles(old_size: int, size: int) -> Iterator[Tile]:
    # A generator of its own, so that a wrong size is refused at the call.
    level = 0
    while size:
        # `old_size` and `size` are now the hashes of this level before and after;
        # where nothing was added here, nothing was above.
        if old_size == size:
            return
        complete, rest = divmod(size, TILE_WIDTH)
        for index in range(old_size // TILE_WIDTH, complete):
            yield Tile(level, index)
        if rest:
            yield Tile(level, complete, rest)
        old_size //= TILE_WIDTH
        size //= TILE_WIDTH
        level += 1


def _place(tile: Tile) -> str:
    # Groups of three digits, an `x` before all but the last, so that no name is a
    # file and a folder at once.
    rest, last = divmod(tile.index, 1000)
    place = f"{last:03}"
    while rest:
        rest, group = divmod(rest, 1000)
        place = f"x{group:03}/{place}"
    return place if tile.width == TILE_WIDTH else f"{place}.p/{tile.width}"


def _parse(path: str, pattern: re.Pattern[str]) -> Tile:
    found = pattern.fullmatch(path) if len(path) <= _MAX_PATH else None
    if not found:
        raise _malformed(path)
    index = int(found["index"].replace("x", "").replace("/", ""))
    level = 0 if found["level"] == "entries" else int(found["level"])
    try:
        tile = Tile(level, index, int(found["width"] or TILE_WIDTH))
    except ValueError:
        raise _malformed(path) from None
    # Refuses groups of zeros in front and a full tile that calls itself partial.
    if found["place"] != _place(tile):
        raise _malformed(path)
    return tile


def _malformed(path: str) -> IntegrityError:
    shown = ascii(path[:_MAX_PATH])[1:-1]
    return IntegrityError("tile-path-malformed", f"`{shown}` is the path of no tile")
