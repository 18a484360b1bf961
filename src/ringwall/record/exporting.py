"""Exporting the log as C2SP tlog-tiles: a folder that any static web server serves.

Only what is new is written, and each file only once it is shown to lie under the
signed root. Must never go on with a folder that holds another log, or a longer one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.proven_tiles import ProvenTiles
from ringwall.ledger.prover import OpenLog, open_log
from ringwall.ledger.stored_entries import entries_between, pruned_bundles
from ringwall.record.tile_folder import (
    TileFolder,
    export_conflict,
    open_tile_folder,
)
from ringwall.tlog.bundles import format_bundle, parse_bundle
from ringwall.tlog.checkpoints import Checkpoint
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.tiles import TILE_WIDTH, Tile, entries_path, new_tiles, tile_path

__all__ = ["Export", "ExportScope", "export_tiles"]

_Progress = Callable[[int, int], None]

_AT_ONCE: Final = 64  # tiles that are written and flushed together
_OF_THE_LOG: Final = frozenset({"log-rolled-back", "log-forked"})


class ExportScope(NamedTuple):
    """What goes into an export.

    Attributes:
        hashes_only: no entries at all.
        without_pruned: no bundles of 256 entries of which one has been pruned.
        whole: look at every file, not only at what is new since the last export.
    """

    hashes_only: bool = False
    without_pruned: bool = False
    whole: bool = False


class Export(NamedTuple):
    """What was done.

    Attributes:
        checkpoint: what the folder now serves.
        before: size that it served before, 0 for a new one.
        written: tiles and bundles that are new.
        left_out: bundles that can't be made any more.
        removed: partial tiles and bundles of which the complete one is there.
    """

    checkpoint: Checkpoint
    before: int
    written: int
    left_out: int
    removed: int


def export_tiles(
    ledger: Ledger,
    path: Path,
    scope: ExportScope | None = None,
    progress: _Progress | None = None,
) -> Export:
    """Bring a folder of tiles up to the newest checkpoint of the log.

    Killed at any point it leaves a folder that serves what it served before; run
    again it goes on.

    Args:
        ledger: to read from.
        path: of the folder, made if it is missing.
        scope: what goes into it; all if left out.
        progress: told now and then how many tiles are done, and of how many.

    Raises:
        ConfigurationError: `export-of-another-log`; `export-incomplete`, bundles of
            pruned entries can't be made; or as `open_tile_folder`.
        UnknownItem: `checkpoint-unknown`, the log has published none.
        IntegrityError: `log-rolled-back` or `log-forked`, the log is not what it was
            when it was exported before; `export-conflict`, a file is there and
            differs; or what is stored is not what was signed.
    """
    with open_tile_folder(path) as folder:
        with open_log(ledger.store, ledger.keys) as log:
            checkpoint, note = log.newest()
            before = _exported(folder, log, ledger.origin)
        if before.size > checkpoint.size:
            return Export(before, before.size, 0, 0, 0)
        writer = _Writer(ledger, folder, checkpoint, scope or ExportScope())
        written = writer.write(before.size, progress or _nobody)
        if folder.checkpoint() != note:
            folder.publish(note)
        removed = folder.tidy()
    return Export(checkpoint, before.size, written, writer.left_out, removed)


class _Writer:
    """Writes the tiles and bundles of a checkpoint into a folder.

    Args:
        ledger: to read from.
        folder: to write to.
        checkpoint: signed, and of this log.
        scope: what to write.

    Attributes:
        left_out: bundles that could not be made.
    """

    def __init__(
        self,
        ledger: Ledger,
        folder: TileFolder,
        checkpoint: Checkpoint,
        scope: ExportScope,
    ) -> None:
        self._store = ledger.store
        self._folder = folder
        self._size = checkpoint.size
        self._scope = scope
        self._bare: frozenset[int] = frozenset()
        self.left_out = 0
        with self._store.reading() as connection:
            self._tiles = ProvenTiles(connection, checkpoint)

    def write(self, before: int, progress: _Progress) -> int:
        """Write what the tree has beyond a size; return how many files are new."""
        start = 0 if self._scope.whole else before
        start = start if self._has_bundles(start) else 0
        self._refuse_pruned(start)
        total = sum(1 for _ in new_tiles(start, self._size))
        written = done = 0
        for tiles in _batches(new_tiles(start, self._size)):
            # A reading for each, so that the write-ahead log is not kept from folding.
            written += self._folder.put(self._files(tiles))
            done += len(tiles)
            progress(done, total)
        return written

    def _has_bundles(self, size: int) -> bool:
        """Return whether the folder holds the last bundle of a size, if it is to."""
        if self._scope.hashes_only or not size:
            return True
        index, width = divmod(size - 1, TILE_WIDTH)
        return any(
            self._folder.has(entries_path(Tile(0, index, wide)))
            for wide in {width + 1, TILE_WIDTH}
        )

    def _refuse_pruned(self, start: int) -> None:
        """Refuse, before anything is written, what can't be made any more."""
        if self._scope.hashes_only:
            return
        first = start // TILE_WIDTH
        with self._store.reading() as connection:
            self._bare = pruned_bundles(connection, first * TILE_WIDTH, self._size)
        lost = [index for index in sorted(self._bare) if not self._is_there(index)]
        if lost and not self._scope.without_pruned:
            raise ConfigurationError(
                "export-incomplete",
                f"{len(lost)} bundles of 256 entries can't be made any more, the first "
                f"from entry {lost[0] * TILE_WIDTH} on: entries have been pruned",
                next_step="export into the folder that has them, leave them out with "
                "--without-pruned, or leave out all entries with --hashes-only",
            )
        self.left_out = len(lost)

    def _is_there(self, index: int) -> bool:
        return self._folder.has(entries_path(self._tile(index)))

    def _tile(self, index: int) -> Tile:
        """Return the tile of leaf hashes at a place."""
        return Tile(0, index, min(TILE_WIDTH, self._size - index * TILE_WIDTH))

    def _files(self, tiles: Sequence[Tile]) -> list[tuple[str, bytes]]:
        """Return names and bytes of tiles and of the bundles below them, all proven."""
        files = []
        with self._store.reading() as connection:
            for tile in tiles:
                hashes = self._tiles.read(connection, tile)
                files.append((tile_path(tile), hashes))
                if tile.level or self._scope.hashes_only:
                    continue
                if tile.index in self._bare:
                    self._check_kept(tile, hashes)
                    continue
                first = tile.index * TILE_WIDTH
                entries = entries_between(connection, first, hashes)
                # An entry that is pruned in this very moment shows as a gap.
                if None in entries:
                    raise _pruned_meanwhile(tile)
                whole = [entry for entry in entries if entry is not None]
                files.append((entries_path(tile), format_bundle(whole)))
        return files

    def _check_kept(self, tile: Tile, hashes: bytes) -> None:
        """Compare a bundle that can't be made any more with the leaf hashes."""
        name = entries_path(tile)
        kept = self._folder.read(name)
        if kept is None:
            return
        try:
            found = b"".join(map(leaf_hash, parse_bundle(kept, tile.width)))
        except IntegrityError:
            found = b""
        if found != hashes:
            raise export_conflict(self._folder.path / name)


def _exported(folder: TileFolder, log: OpenLog, origin: str) -> Checkpoint:
    """Return the checkpoint that a folder serves, which the log begins with."""
    note = folder.checkpoint()
    if note is None:
        return log.at(0)
    try:
        return log.held(note)
    except IntegrityError as error:
        named = note.partition(b"\n")[0]
        if error.code in _OF_THE_LOG or named == origin.encode():
            raise
        raise ConfigurationError(
            "export-of-another-log",
            f"`{folder.path}` holds an export of another log",
            next_step="name another folder with --tiles",
        ) from error


def _batches(tiles: Iterable[Tile]) -> Iterator[list[Tile]]:
    waiting = iter(tiles)
    while batch := list(islice(waiting, _AT_ONCE)):
        yield batch


def _pruned_meanwhile(tile: Tile) -> ConfigurationError:
    return ConfigurationError(
        "export-incomplete",
        f"an entry from {tile.index * TILE_WIDTH} on was pruned during the export",
        next_step="export again: it goes on where it stopped",
    )


def _nobody(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""
