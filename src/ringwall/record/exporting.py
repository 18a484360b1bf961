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

_ENTRIES: Final = "tile/entries"
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
            pruned entries can't be made; `export-has-entries`, only hashes are asked
            for and the folder serves more; or as `open_tile_folder`.
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
        self._lost: frozenset[int] = frozenset()
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
            self._refuse_entries()
            return
        first = start // TILE_WIDTH * TILE_WIDTH
        with self._store.reading() as connection:
            bare = pruned_bundles(connection, first, self._size)
        lost = [i for i in sorted(bare) if self._kept_width(self._tile(i)) < bare[i]]
        if lost and not self._scope.without_pruned:
            raise _incomplete(lost, is_begun=self._has_entries())
        self._lost = frozenset(lost)
        self.left_out = len(lost)

    def _refuse_entries(self) -> None:
        """Refuse to go on without entries where there are some.

        Whoever reads them there would take the folder for whole.
        """
        if self._has_entries():
            raise ConfigurationError(
                "export-has-entries",
                f"`{self._folder.path}` serves entries, and would lack the new ones",
                next_step="leave --hashes-only out, or name another folder",
            )

    def _has_entries(self) -> bool:
        return self._folder.has(_ENTRIES)

    def _kept_width(self, tile: Tile) -> int:
        """Return how many entries the folder has of a bundle, 0 for none."""
        if self._folder.has(entries_path(tile)):
            return tile.width
        widths = self._folder.widths(entries_path(Tile(0, tile.index)))
        return next((width for width in widths if width < tile.width), 0)

    def _tile(self, index: int) -> Tile:
        """Return the tile of leaf hashes at a place."""
        return Tile(0, index, min(TILE_WIDTH, self._size - index * TILE_WIDTH))

    def _files(self, tiles: Sequence[Tile]) -> list[tuple[str, bytes]]:
        """Return path and bytes of what belongs to some tiles, all proven."""
        files = []
        with self._store.reading() as connection:
            for tile in tiles:
                hashes = self._tiles.read(connection, tile)
                files.append((tile_path(tile), hashes))
                if tile.level or self._scope.hashes_only or tile.index in self._lost:
                    continue
                first = tile.index * TILE_WIDTH
                found = entries_between(connection, first, hashes)
                files.append((entries_path(tile), self._bundle(tile, hashes, found)))
        return files

    def _bundle(self, tile: Tile, hashes: bytes, found: list[bytes | None]) -> bytes:
        """Return a bundle; what the log lacks of it is taken from the folder.

        Args:
            tile: its place and width.
            hashes: the leaf hashes of its entries in a row.
            found: what the log has of them.
        """
        if None in found:
            kept = self._kept_entries(tile, hashes)
            found[: len(kept)] = kept
        whole = [entry for entry in found if entry is not None]
        # An entry that is pruned in this very moment shows as a gap.
        if len(whole) < len(found):
            raise _pruned_meanwhile(tile)
        return format_bundle(whole)

    def _kept_entries(self, tile: Tile, hashes: bytes) -> Sequence[bytes]:
        """Return the entries of a bundle that the folder has, by their leaf hashes.

        Raises:
            IntegrityError: `export-conflict`, they are others.
        """
        wide = self._kept_width(tile)
        if not wide:
            return ()
        name = entries_path(Tile(0, tile.index, wide))
        try:
            kept = parse_bundle(self._folder.read(name) or b"", wide)
        except IntegrityError as error:
            raise export_conflict(self._folder.path / name) from error
        if not hashes.startswith(b"".join(map(leaf_hash, kept))):
            raise export_conflict(self._folder.path / name)
        return kept


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


def _incomplete(lost: Sequence[int], *, is_begun: bool) -> ConfigurationError:
    """Return the error that bundles can't be made any more.

    Args:
        lost: where they stand.
        is_begun: whether the folder has others: then no other has these.
    """
    step = "export into the folder that has them, leave them out with --without-pruned"
    if is_begun:
        step = "leave them out with --without-pruned: what the folder has stays in it"
    else:
        step += ", or leave out all entries with --hashes-only"
    return ConfigurationError(
        "export-incomplete",
        "entries have been pruned, so of the bundles of 256 entries can't be made any "
        f"more: {len(lost)}, the first from entry {lost[0] * TILE_WIDTH} on",
        next_step=step,
    )


def _pruned_meanwhile(tile: Tile) -> ConfigurationError:
    return ConfigurationError(
        "export-incomplete",
        f"an entry from {tile.index * TILE_WIDTH} on was pruned during the export",
        next_step="export again: it goes on where it stopped",
    )


def _nobody(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""
