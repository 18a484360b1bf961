"""Replay: a new ledger file made from the entries of another, and nothing else.

If the two are not equal row by row, something other than the log has had a say.
Must never touch the source, nor leave half a copy behind.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.ledger.entries import open_entry
from ringwall.ledger.head import read_head
from ringwall.ledger.rebuild import Rebuilder, differences, scratch_database
from ringwall.ledger.row_difference import Difference
from ringwall.ledger.schema import CHECKPOINT, DISCLOSURE, LEAF
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Progress
from ringwall.ledger.verification.plain_words import PlainWords
from ringwall.tlog.frontier import Frontier

__all__ = ["replay_ledger"]

_CHUNK: Final = 1000
# What no entry tells; who has the log open is not true of a copy.
_COPIED: Final = (CHECKPOINT, DISCLOSURE)


def replay_ledger(
    store: Store, target: Path, progress: Progress | None = None
) -> tuple[int, tuple[Difference, ...]]:
    """Write a new ledger from the entries of `store`; return its size and differences.

    The new file's leaf hashes, tiles, slices, frontier, root and basis are computed
    anew; the signed notes are taken over, and fit only if those came out the same.
    Taken over are also what is disclosed, and the leaf hashes of pruned entries.

    Raises:
        ConfigurationError: `target-exists` or `target-unwritable`.
        IntegrityError: `entry-missing`, `entry-changed` or `entry-unreadable`,
            the log is damaged; `head-differs` or `ledger-unreadable`.
        RecordUnavailable: `rebuild-failed`, there is no room for the target.
    """
    _make(target)
    try:
        with store.reading() as stored, scratch_database(target) as rebuilt:
            return _replay(stored, rebuilt, progress)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _make(target: Path) -> None:
    try:
        # As private as the ledger itself.
        target.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise ConfigurationError(
            "target-exists",
            f"`{target}` exists already",
            next_step="name a file that does not",
        ) from None
    except OSError as error:
        raise ConfigurationError(
            "target-unwritable",
            f"`{target}` can't be written: {error.strerror}",
            next_step="name a file in a folder that you may write",
        ) from error


def _replay(
    stored: Connection, rebuilt: Connection, progress: Progress | None
) -> tuple[int, tuple[Difference, ...]]:
    old = read_head(stored)
    rebuilder = Rebuilder(rebuilt, with_leaves=True)
    frontier = _copy_entries(stored, rebuilder, progress)
    basis = rebuilder.basis()
    new = old._replace(
        size=frontier.size,
        root=frontier.root(),
        frontier=frontier.dump(),
        basis=basis.last,
        tally=basis.tally,
    )
    rebuilder.write_head(new)
    for table in _COPIED:
        rebuilder.copy_rows(table, stored)
    plain = PlainWords(stored)
    found = [
        replace(one, key=plain(one.key), message=plain(one.message))
        for one in differences(stored, rebuilt)
    ]
    if new != old:
        message = "the head differs from what the entries add up to"
        found.append(Difference("head", "1", "row-changed", message))
    return frontier.size, tuple(found)


def _copy_entries(
    stored: Connection, rebuilder: Rebuilder, progress: Progress | None
) -> Frontier:
    frontier = Frontier()
    total = stored.execute(select(func.count()).select_from(LEAF)).scalar_one()
    query = select(LEAF).order_by(LEAF.c.idx)
    for row in stored.execute(query, execution_options={"yield_per": _CHUNK}):
        if row.idx != frontier.size:
            raise IntegrityError(
                "entry-missing",
                f"entry {row.idx} follows entry {frontier.size - 1}",
                next_step="run `ringwall audit verify`",
            )
        if row.entry is None and isinstance(row.hash, bytes):
            rebuilder.add_pruned(row.idx, row.hash)
        else:
            event, _ = open_entry(row.idx, row.hash, row.entry)
            rebuilder.add(row.idx, event, row.hash, row.entry)
        frontier.append(row.hash)
        if progress is not None and frontier.size % _CHUNK == 0:
            progress(frontier.size, total)
    rebuilder.flush()
    rebuilder.slice_blocks()
    return frontier
