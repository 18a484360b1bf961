"""Replay: a new ledger file made from the entries of another, and nothing else.

If the two are not equal row by row, something other than the log has had a say.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, insert, select

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.rebuild import Difference, Rebuilder, differences
from ringwall.ledger.schema import HEAD, LEAF
from ringwall.ledger.store import Store, scratch_engine
from ringwall.ledger.verify import Progress
from ringwall.model.events import BASIS_KINDS, load_event
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash

__all__ = ["replay_ledger"]

_CHUNK: Final = 1000


def replay_ledger(
    store: Store, target: Path, progress: Progress | None = None
) -> tuple[int, tuple[Difference, ...]]:
    """Write a new ledger from the entries of `store`; return its size and differences.

    The new file's leaf hashes, frontier and root are computed anew; the signed
    note is taken over, and fits only if the root came out the same.

    Raises:
        ConfigurationError: `target-exists`.
        IntegrityError: `entry-unreadable`, an entry is no event.
    """
    if target.exists():
        raise ConfigurationError(
            "target-exists",
            f"`{target}` exists already",
            next_step="name a file that does not",
        )
    engine = scratch_engine(target)
    try:
        with store.reading() as stored, engine.begin() as rebuilt:
            frontier, basis = _replay(stored, rebuilt, progress)
            old = read_head(stored)
            new = Head.of(frontier, basis, old.note)
            rebuilt.execute(insert(HEAD), new.row())
            found = list(differences(stored, rebuilt))
            if new != old:
                message = "the head differs from what the entries add up to"
                found.append(Difference("head", "1", "row-changed", message))
    finally:
        engine.dispose()
    return frontier.size, tuple(found)


def _replay(
    stored: Connection, rebuilt: Connection, progress: Progress | None
) -> tuple[Frontier, int]:
    frontier, basis = Frontier(), -1
    rebuilder = Rebuilder(rebuilt, with_leaves=True)
    total = stored.execute(select(func.count()).select_from(LEAF)).scalar_one()
    rows = stored.execution_options(yield_per=_CHUNK).execute(
        select(LEAF.c.idx, LEAF.c.entry).order_by(LEAF.c.idx)
    )
    for row in rows:
        leaf = leaf_hash(row.entry)
        try:
            event = load_event(row.entry)
            rebuilder.add(frontier.size, event, leaf, row.entry)
        except (KeyError, TypeError, ValueError) as error:
            raise IntegrityError(
                "entry-unreadable",
                f"entry {row.idx} is not an event: {error}",
                next_step="run `ringwall audit verify`",
            ) from error
        if event["kind"] in BASIS_KINDS:
            basis = frontier.size
        frontier.append(leaf)
        if progress is not None and frontier.size % _CHUNK == 0:
            progress(frontier.size, total)
    rebuilder.flush()
    return frontier, basis
