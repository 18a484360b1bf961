"""Where the events stand that later ones replace, as one process has seen it.

With it the basis of what others append follows from their entries. Must never learn
from a table what a later event replaces: by then the table may have been edited.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Self

from sqlalchemy import Connection, bindparam, select

from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import Entry, open_entry
from ringwall.ledger.in_force import REPLACED, standing_indices, table_faults
from ringwall.ledger.projections import RowPut
from ringwall.ledger.schema import LEAF
from ringwall.ledger.statements import fetch

__all__ = ["Moving", "Standing"]

_LEAF_AT: Final = select(LEAF.c.hash).where(LEAF.c.idx == bindparam("idx"))
_Indices = dict[tuple[str, object], object]


class Moving(NamedTuple):
    """An entry that moves the basis, checked against nothing yet.

    Attributes:
        place: where it stands.
        leaf: 32-byte leaf hash.
        data: its bytes.
    """

    place: int
    leaf: bytes
    data: bytes


class Standing:
    """The events in force of which there is one about each thing; never changed.

    Args:
        indices: (table, what it is about) -> index of the event.
    """

    __slots__ = ("_indices",)

    def __init__(self, indices: _Indices) -> None:
        self._indices = indices

    @classmethod
    def read(cls, connection: Connection) -> Self:
        """Return what the tables say to whoever has not seen the log before."""
        return cls(standing_indices(connection))

    def extended(self, first: int, entries: Sequence[Entry]) -> Self:
        """Return it with entries that this process appends.

        Args:
            first: index of the first of them.
            entries: what is appended.
        """
        moved: _Indices = {}
        for index, entry in enumerate(entries, first):
            if entry.moves_basis:
                moved.update((key, index) for key in _replacing(entry.puts))
        return self._with(moved)

    def followed(
        self, connection: Connection, basis: Basis, entries: Iterable[Moving]
    ) -> Self:
        """Return it with entries that others appended, and move the basis by them.

        Args:
            connection: to the ledger's database.
            basis: changed in place.
            entries: those that move the basis, in their order.

        Raises:
            IntegrityError: as `open_entry`; or `table-differs`, what an entry
                replaces has lost its leaf hash.
        """
        moved: _Indices = {}
        for index, leaf, data in entries:
            _, puts = open_entry(index, leaf, data)
            for key in _replacing(puts):
                old = moved.get(key, self._indices.get(key))
                if old is not None:
                    _take_out(connection, basis, old)
                moved[key] = index
            basis.put_in_force([(index, leaf)])
        return self._with(moved)

    def _with(self, moved: _Indices) -> Self:
        return type(self)({**self._indices, **moved}) if moved else self


def _replacing(puts: Iterable[RowPut]) -> Iterable[tuple[str, object]]:
    """Give what an event is about, if it takes the place of the one before."""
    for put in puts:
        key = put.standing()
        if key is not None and put.table in REPLACED:
            yield key


def _take_out(connection: Connection, basis: Basis, index: object) -> None:
    with table_faults():
        basis.take_out((index, leaf) for (leaf,) in fetch(connection, _LEAF_AT, index))
