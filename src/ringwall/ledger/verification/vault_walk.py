"""The vault's events held against the decisions that they name, and each other.

The gate refuses to record what is found here: so whoever did had the key of the log.
Must never hold against an entry what nobody can tell any more, because it was pruned.
"""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final, Protocol

from ringwall.ledger.in_force import is_decision
from ringwall.ledger.printable import shown
from ringwall.ledger.projections import project
from ringwall.ledger.verification.doubts import Doubts
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.ledger.verification.same_person import SamePerson
from ringwall.ledger.verification.vault_acts import ACTS, VaultActs
from ringwall.ledger.verification.vault_opens import (
    Beside,
    KnownContainer,
    Told,
    VaultOpens,
)
from ringwall.model.events import Event, load_event
from ringwall.model.vault_events import VAULT_MATTERS, VAULT_PASSING

__all__ = ["ContainerFold", "VaultWalk"]

_VAULT: Final = b'"kind":"vault.'
_AMOUNT: Final = b'"kind":"amount.left"'
_LEFT: Final = "amount.left"
_KINDS: Final = VAULT_MATTERS | VAULT_PASSING
# A decision and all that goes on record with it are fewer entries than that.
_MOST_BESIDE: Final = 64
_LEFT_OUT: Final = "the events of the vault: nobody said how containers are told of"


class ContainerFold(Protocol):
    """What becomes of containers, event by event."""

    def take_in(self, index: int, event: dict[str, Any], /) -> None:
        """Take in an event of a container, in the order of the log."""
        ...

    def get(self, container: str, /) -> KnownContainer | None:
        """Return a container by its id, None if there is none."""
        ...


class VaultWalk:
    """Takes in the events of the vault among the entries of a log, in their order.

    Args:
        cursor: to the ledger's database.
        findings: takes in `vault-permit-missing`, `vault-permit-reused`,
            `vault-open-missing`, `vault-range-outside`, `vault-amount-missing`,
            `container-closed` and `container-disputed`.
        fold: makes a new fold of containers; None if nobody knows their rules, and
            then nothing is judged.

    Attributes:
        left_out: what was not looked at, in words; empty for nothing.
    """

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        findings: Findings,
        fold: Callable[[], ContainerFold] | None,
    ) -> None:
        is_same = SamePerson(cursor)
        self._findings = findings
        self._containers = None if fold is None else fold()
        self._acts = VaultActs(is_same)
        self._opens = VaultOpens(is_same)
        self._before = self._stretch = Stretch(0, 0, ())
        self._doubts = Doubts(findings)
        self._left: tuple[int, Event] = (-1, {})
        self.left_out = ""

    def begin(self, stretch: Stretch) -> None:
        """Take in a stretch, before what is in it."""
        self._before, self._stretch = self._stretch, stretch
        self._doubts.begin(stretch)

    def skim(self, stretch: Stretch, entries: Iterable[LeafRow]) -> None:
        """Take in a stretch of which nobody else reads some entries.

        Args:
            stretch: all of it.
            entries: those of it that are no decisions.
        """
        self.begin(stretch)
        for index, _, data in entries:
            if _VAULT in data:
                try:
                    event = _read(index, data)
                except ValueError as error:
                    message = f"entry {index} is not an event: {shown(error)}"
                    self._findings.add_entry("entry-unreadable", index, message)
                else:
                    self.take(index, event)

    def take(self, index: int, event: Event) -> None:
        """Take in an event that has been read and projected without fault."""
        if event["kind"] == _LEFT:
            self._left = index, event
        if event["kind"] not in _KINDS:
            return
        if self._containers is None:
            self.left_out = _LEFT_OUT
        elif event["kind"] in VAULT_PASSING:
            beside = self._beside(index)
            known = self._containers.get(event["container"])
            about = {index} if beside is None else {index, beside.idx}
            for told in self._opens.take(event, beside, known):
                self._tell(told, about)
        else:
            self._take_matter(index, event, self._containers)

    def finish(self, cursor: sqlite3.Cursor) -> None:
        """Look for the permits of all acts, now that all are known."""
        for index, told in self._acts.finish(cursor):
            self._tell(told, {index})

    def _take_matter(self, index: int, event: Event, containers: ContainerFold) -> None:
        """Judge what is said of a container that lasts."""
        box = event["container"]
        known = containers.get(box)
        was_disputed = known is not None and known.is_disputed
        if event["kind"] in ACTS:
            asset = "" if known is None else known.asset
            for told in self._acts.take(index, event, event.get("asset", asset)):
                self._tell(told, {index})
        containers.take_in(index, event)
        now = containers.get(box)
        # What was verified before it was sealed changes nothing.
        is_early = now is None and event["kind"] != "vault.verified"
        if is_early or (now is not None and now.is_disputed and not was_disputed):
            message = (
                f"what it says of `{box}` can't follow on what was on record before: "
                "nobody may open that container any more"
            )
            self._tell(Told("container-disputed", message, "matters"), {index})

    def _beside(self, index: int) -> Beside | None:
        """Return the decision before an entry; None if entries there are gone.

        Of nothing in reach it is one that says nothing.
        """
        amounts: list[Event] = []
        wanted = index
        for row in self._back_from(index):
            wanted -= 1
            if row[0] != wanted:
                return None
            if is_decision(row[2]):
                return Beside(row[0], _decision(row[2]), tuple(amounts))
            amounts += self._amount(row)
            if index - wanted == _MOST_BESIDE:
                return Beside(wanted, {}, ())
        # More than two stretches hold is not beside it: what is before that is gone.
        return None if wanted else Beside(0, {}, ())

    def _back_from(self, index: int) -> Iterator[LeafRow]:
        """Give what is there of this stretch and the one before, from an entry back."""
        entries: Sequence[LeafRow] = self._stretch.entries
        place = bisect_left(entries, index, key=itemgetter(0))
        yield from (entries[at] for at in range(place - 1, -1, -1))
        yield from reversed(self._before.entries)

    def _amount(self, row: LeafRow) -> list[Event]:
        """Return what an entry says of an amount that left, if it does."""
        index, event = self._left
        if row[0] == index:
            return [event]
        if _AMOUNT not in row[2]:
            return []
        try:
            event = _read(row[0], row[2])
        except ValueError:
            return []  # told by whoever reads all of it
        return [event] if event["kind"] == _LEFT else []

    def _tell(self, told: Told, about: set[int]) -> None:
        """Take in what is wrong, unless what that rests on is not all there."""
        index = max(about)
        if self._doubts.holds_back(index, told.rests_on):
            return
        finding = Finding(told.code, f"entry {index}", told.message)
        self._findings.add_row(finding, frozenset(about))


def _read(index: int, data: bytes) -> Event:
    """Return the event of an entry.

    Raises:
        ValueError: it is none.
    """
    event = load_event(data)
    project(index, event)
    return event


def _decision(data: bytes) -> Event:
    """Return what a decision says, nothing if it can't be read."""
    try:
        # Whether it is canonical is told by whoever reads all of it.
        event: Event = json.loads(data)
    except (RecursionError, ValueError):
        return {}
    return event if event.get("kind") == "decision.made" else {}
