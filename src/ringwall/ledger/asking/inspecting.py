"""One entry, what is disclosed of it, and what covers it.

Must never show an entry whose bytes do not match their leaf hash.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from ringwall.ledger.asking.covering import Coverage, coverage_of
from ringwall.ledger.asking.listing import Listed, told
from ringwall.ledger.committing.recovery import unacknowledged
from ringwall.ledger.entries import open_entry
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.memory.disclosing import known_in
from ringwall.ledger.schema import LEAF
from ringwall.ledger.statements import fetch

__all__ = ["Inspected", "inspect_entry"]

_LAST: Final = "last"
_DIGITS: Final = 16


class Inspected(NamedTuple):
    """An entry and what is known of it.

    Attributes:
        listed: the entry as it may be shown.
        disclosed: token -> what it stands for, for those that it holds.
        coverage: the checkpoints that cover it.
    """

    listed: Listed
    disclosed: Mapping[str, Any]
    coverage: Coverage


def inspect_entry(ledger: Ledger, name: str) -> Inspected:
    """Return one entry and what is known of it.

    Args:
        ledger: opened for reading.
        name: its index, the id of a decision, or `last` for the last of the log.

    Raises:
        UnknownItem: `unknown-entry`, `unknown-decision` or `entry-pruned`.
        IntegrityError: something that it takes is not what was recorded or signed.
    """
    index = _index_of(ledger, name)
    ledger.entry(index)  # first: says what is wrong with it, if anything is
    with ledger.store.reading() as connection:
        [(leaf, data)] = fetch(connection, _LEAF, index)
        open_entry(index, leaf, data)
        known = known_in(connection, [data])
        listed = told(connection, [(index, leaf, data)], unacknowledged(connection))
        coverage = coverage_of(connection, ledger.origin, index)
    disclosed = {token: json.loads(value) for token, value in sorted(known.items())}
    return Inspected(listed[0], disclosed, coverage)


def _index_of(ledger: Ledger, name: str) -> int:
    if name == _LAST:
        return ledger.head().size - 1
    if name.isascii() and name.isdigit() and len(name) < _DIGITS:
        return int(name)
    return ledger.decision(name).index


_LEAF: Final = select(LEAF.c.hash, LEAF.c.entry).where(LEAF.c.idx == bindparam("idx"))
