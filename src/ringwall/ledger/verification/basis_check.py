"""Whether each decision rests on the facts that were in force where it stands.

Followed from entry to entry. Must never take a decision's word, nor that of a head, for
what was in force: only the entries before it say so.
"""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from ringwall.ledger.in_force import is_decision, moves_basis
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.model.events import BASIS_KINDS, Event, load_event

__all__ = ["BasisCheck"]

_MADE: Final = "decision.made"
_MOST_PLACES: Final = 4


class BasisCheck:
    """Takes in the entries of a log in their order.

    Args:
        findings: takes in `basis-stale`.

    Attributes:
        last: index of the last entry so far that moved the basis, -1 for none.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        # Stretches (first, end) of entries after `last` of which nothing is known.
        self._gaps: list[tuple[int, int]] = []
        self.last = -1
        self._named = _named(-1)
        # To look at a place takes a third of the time that it takes to search.
        self._places: list[int] = []

    def skim(self, stretch: Stretch) -> Sequence[LeafRow]:
        """Take in a stretch of entries that nobody else reads.

        What names the present basis anywhere counts as a decision on it: whoever holds
        the key of the log could write one that names another as well, or an event that
        names one at all, and nobody else. `take_event` reads what each says.

        Returns:
            The entries that are no decisions.
        """
        self.begin(stretch)
        named = self._named
        left = stretch.entries
        for place in self._places:
            left = [row for row in left if not row[2].startswith(named, place)]
        others = [row for row in left if not is_decision(row[2])]
        moves = [row[0] for row in others if moves_basis(row[2])]
        if moves or self._gaps:
            # From there on the bulk says nothing: what was right became wrong.
            left = list(stretch.entries)
        moving = frozenset(moves)
        for index, _, data in left:
            if index in moving:
                self._move(index)
            elif is_decision(data):
                self._skim_decision(index, data)
        return others

    def begin(self, stretch: Stretch) -> None:
        """Take in which entries of a stretch are not there, before those that are."""
        index, end = stretch.first, stretch.end
        if len(stretch.entries) == end - index:
            return
        for found in (*(row[0] for row in stretch.entries), end):
            if index < found:
                self._note_gap(index, found)
            index = found + 1

    def take_event(self, index: int, event: Event) -> None:
        """Take in an event that has been read and projected without fault."""
        if event["kind"] == _MADE or "basis" in event:
            self.take(index, event.get("basis"))
        if event["kind"] in BASIS_KINDS:
            self._move(index)

    def take(self, index: int, basis: object) -> None:
        """Take in that an entry names a basis, whatever that is."""
        if basis == self.last and type(basis) is int and not self._gaps:
            return
        if type(basis) is int and self._may_be(index, basis):
            # Thus nothing that is not there and stands between has moved it.
            self._set(basis)
            self._gaps = [gap for gap in self._gaps if gap[1] > index]
        else:
            self._tell(index, basis)

    def _note_gap(self, first: int, end: int) -> None:
        if self._gaps and self._gaps[-1][1] == first:
            first, _ = self._gaps.pop()
        self._gaps.append((first, end))

    def _skim_decision(self, index: int, data: bytes) -> None:
        place = data.find(self._named)
        if place >= 0 and not self._gaps:
            self._learn(place)
            return
        try:
            self.take_event(index, load_event(data))
        except ValueError:
            return  # told by whoever reads all of it

    def _learn(self, place: int) -> None:
        """Keep the places where decisions name their basis: there are but few."""
        if place not in self._places:
            self._places = [place, *self._places[: _MOST_PLACES - 1]]

    def _may_be(self, index: int, basis: int) -> bool:
        """Return whether a basis can be that of an entry."""
        if basis == self.last:
            return True
        if not self.last < basis < index:
            return False
        # They are in order, and none lies within another.
        place = bisect_right(self._gaps, basis, key=itemgetter(0)) - 1
        return place >= 0 and basis < self._gaps[place][1]

    def _move(self, index: int) -> None:
        self._set(index)
        if self._gaps:
            self._gaps = [gap for gap in self._gaps if gap[1] > index]

    def _set(self, last: int) -> None:
        if last != self.last:
            self.last, self._named = last, _named(last)

    def _tell(self, index: int, basis: object) -> None:
        about = {index, self.last}
        message = "it does not say on which facts it rests"
        if type(basis) is int:
            about.add(basis)
            message = (
                f"it rests on what was in force from entry {basis} on; the last entry "
                f"before it that changed this is {self.last}"
            )
        finding = Finding("basis-stale", f"entry {index}", message)
        # Of a damaged or displaced entry something else is told.
        self._findings.add_row(finding, frozenset(about))


def _named(basis: int) -> bytes:
    """Return how a decision names a basis; behind it there is always another key."""
    return b'"basis":%d,' % basis
