"""Who watches the log from outside, and how far they have seen it, as is on record.

Must never count a cosignature that does not verify, nor a witness twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, literal

from ringwall.base.clock import parse_instant
from ringwall.ledger.asking.covering import last_seen, witnesses_of
from ringwall.ledger.basis import Basis
from ringwall.ledger.founded import founded, last_of, table_differs, with_entry
from ringwall.ledger.head import read_head
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.publication.epochs import Keys, recorded_epochs
from ringwall.ledger.publication.published import (
    Published,
    newest_published,
    published_at,
)
from ringwall.ledger.schema import EVENT, LEAF, QUORUM
from ringwall.ledger.store import Store
from ringwall.signing.cosigner_keys import CosignerVerifier

__all__ = [
    "Sight",
    "Witnessing",
    "last_overdue",
    "next_checkpoint",
    "read_witnessing",
    "witnessing_of",
]

_SECOND: Final = 1_000_000


class Sight(NamedTuple):
    """The newest checkpoint that a witness has cosigned.

    Attributes:
        size: entries of the log then.
        at: instant that the witness states.
    """

    size: int
    at: int


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Witnesses and quorum on record, and what they have cosigned.

    Attributes:
        witnesses: name -> key, in the order of the names.
        seen: name -> what it cosigned last; without those that never did.
        need: how many witnesses it takes; 0 if none are asked for.
        seconds: after so long without them there is an alarm.
        mandatory: whether nothing is permitted from then on.
        since: instant at which this was laid down.
    """

    witnesses: Mapping[str, CosignerVerifier] = field(default_factory=dict)
    seen: Mapping[str, Sight] = field(default_factory=dict)
    need: int = 0
    seconds: int = 0
    mandatory: bool = False
    since: int = 0

    @property
    def size(self) -> int:
        """Entries that as many witnesses have seen as it takes; 0 for none."""
        sizes = sorted((seen.size for seen in self.seen.values()), reverse=True)
        return sizes[self.need - 1] if 0 < self.need <= len(sizes) else 0

    @property
    def deadline(self) -> int | None:
        """The instant from which they are overdue, None if none are asked for.

        Counted from the time that as many as it takes have stated, and from the
        time it was laid down until they have.
        """
        if not self.need:
            return None
        stated = sorted((seen.at for seen in self.seen.values()), reverse=True)
        last = stated[self.need - 1] if self.need <= len(stated) else self.since
        return max(last, self.since) + self.seconds * _SECOND


def witnessing_of(store: Store, keys: Keys, spent: Basis | None = None) -> Witnessing:
    """Return what a ledger has on record of witnesses, held against its sealed head.

    Args:
        store: the file.
        keys: of the log.
        spent: the amounts that are known already, which need not be read again.

    Raises:
        IntegrityError: `table-differs`, the rows are not the ones in force when the
            head was sealed; or as `read_witnessing`.
    """
    with store.reading() as connection:
        head = read_head(connection)
        keys.open_head(connection, head)
        basis = stored_basis(connection, spent)
        if (basis.last, basis.tally) != (head.basis, head.tally):
            raise table_differs("witness", "it is not the one that was sealed")
        return read_witnessing(connection, keys.origin)


def read_witnessing(connection: Connection, origin: str) -> Witnessing:
    """Return what is on record of witnesses.

    Args:
        connection: to the ledger's database.
        origin: the log's name.

    Raises:
        IntegrityError: `table-differs`, a row is not what the log says; or a stored
            checkpoint, or a cosignature, is not what was signed.
    """
    witnesses = dict(sorted(witnesses_of(connection).items()))
    if len({key.public for key in witnesses.values()}) != len(witnesses):
        # Under two names one witness would count twice.
        raise table_differs("witness", "two witnesses have the same key")
    seen = {
        last.name: Sight(last.size, last.at)
        for last in last_seen(connection, origin)
        if last.size is not None and last.at is not None
    }
    quorums = [founded("quorum", row) for row in connection.execute(_QUORUM).all()]
    if not quorums:
        return Witnessing(witnesses, seen)
    [quorum] = quorums
    return Witnessing(
        witnesses,
        seen,
        need=quorum["need"],
        seconds=quorum["seconds"],
        mandatory=quorum["mandatory"],
        since=parse_instant(quorum["at"]),
    )


def last_overdue(store: Store) -> int:
    """Return the instant of the last alarm on record that they were overdue.

    Args:
        store: the file.

    Returns:
        The instant that the alarm states, -1 if there is none.

    Raises:
        IntegrityError: its row or its entry is not what was recorded.
    """
    with store.reading() as connection:
        rows = connection.execute(_LAST_OVERDUE).all()
    return max((parse_instant(founded("event", row)["at"]) for row in rows), default=-1)


def next_checkpoint(
    connection: Connection, old: int, *, closing: bool = False
) -> Published | None:
    """Return the checkpoint that a witness is to cosign next, None if there is none.

    Args:
        connection: to the ledger's database.
        old: size that it cosigned last, 0 for none.
        closing: send it once more what closes an epoch, if that was what it cosigned
            last: it did so without taking on the next key.
    """
    end = recorded_epochs(connection).epoch_at(old).end if old else None
    if end is not None and (closing or old < end):
        # Both keys have signed it: there the witness can go from one to the other.
        return published_at(connection, end)
    return newest_published(connection)


# Within a text of canonical JSON a quote has a backslash before it.
_OVERDUE: Final = b'"code":"witnesses-overdue"'
_LAST_OVERDUE: Final = (
    with_entry(EVENT)
    .where(
        EVENT.c.kind == "alarm.raised", func.instr(LEAF.c.entry, literal(_OVERDUE)) > 0
    )
    .order_by(None)
    .order_by(EVENT.c.idx.desc())
    .limit(1)
)
_QUORUM: Final = with_entry(QUORUM).where(last_of(QUORUM))
