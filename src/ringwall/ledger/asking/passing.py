"""The log from one entry on, block for block, as the small rows of a watch.

Read from the tables, which is fast, and looked at for gaps; an entry that matters is
to be held against its row by `check`. Must never keep the file open between blocks,
nor tell one person apart from himself because he has several tokens.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, Final, cast

from sqlalchemy import Connection, bindparam, func, select, text

from ringwall.base.clock import parse_instant
from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.block_walk import decision_place
from ringwall.ledger.asking.listing import pruned_before, said_by_rows
from ringwall.ledger.asking.passed import (
    TOLD_KINDS,
    Done,
    Found,
    Left,
    Passed,
    Raised,
    Refused,
    Seen,
)
from ringwall.ledger.asking.questions import DECIDED
from ringwall.ledger.entries import is_leaf_of, open_entry
from ringwall.ledger.founded import table_differs
from ringwall.ledger.head import read_head
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.memory.disclosing import disclosures_of
from ringwall.ledger.schema import AMOUNT, DECISION, EVENT, LEAF
from ringwall.ledger.statements import fetch
from ringwall.model.events import Event

__all__ = ["Passing"]

_BLOCK: Final = 8192
_MOST_TOKENS: Final = 200_000
# An alarm lands with its decision; one of a sample comes a little later.
_NEAR: Final = 512
_PERSON: Final = "user:~"
_WHOLE: Final = len("2026-11-21T12:00:00Z")
_TO_THE_SECOND: Final = _WHOLE - 1
_TO_THE_MICROSECOND: Final = len("2026-11-21T12:00:00.000001Z")


class Passing:
    """Gives what is on record, and then what is appended, in the order of the log.

    Args:
        ledger: opened for reading or writing.
        start: index of the first entry to give.
        block: how many entries are looked at in one go.

    Attributes:
        pruned: index before which entries may be gone.
    """

    def __init__(self, ledger: Ledger, start: int = 0, block: int = _BLOCK) -> None:
        self._ledger = ledger
        self._next = start
        self._block = block
        self._people = _People()
        self._is_behind = True
        self.pruned = 0

    @property
    def is_behind(self) -> bool:
        """Whether there was more in the log than has been given."""
        return self._is_behind

    def news(self) -> list[Passed]:
        """Return what is in the next entries; ask again while `is_behind`.

        Entries that say nothing to a watch are left out.

        Raises:
            IntegrityError: `log-rolled-back`, there are fewer entries than have been
                given; `entry-missing`; `table-differs`, a row is not what one can be;
                or as `open_entry`.
            RecordUnavailable: `ledger-busy`, somebody else has locked the file.
        """
        with self._ledger.store.reading() as connection:
            head = read_head(connection)
            self._ledger.keys.open_head(connection, head)
            if head.size < self._next:
                raise _rolled_back(head.size, self._next)
            low, end = self._next, min(head.size, self._next + self._block)
            self._is_behind = end < head.size
            if low == end:
                return []
            self.pruned = pruned_before(connection)
            found = self._read(connection, low, end)
        self._next = end
        return found

    def check(self, entries: Iterable[int]) -> None:
        """Hold what the tables said of entries against the entries themselves.

        Of an entry that has been pruned nothing is left to compare.

        Args:
            entries: indices.

        Raises:
            IntegrityError: `table-differs`, a row is not what its entry says; or as
                `open_entry`.
        """
        with self._ledger.store.reading() as connection:
            for index in entries:
                for row in fetch(connection, _WHOLE_ROW, index):
                    leaf, data, *decision = row
                    if data is None and index < self.pruned:
                        continue
                    if not _is_said(leaf, data, decision):
                        _, puts = open_entry(index, leaf, data)
                        said_by_rows(connection, index, puts)

    def names(self, tokens: Iterable[str]) -> Mapping[str, str]:
        """Return token -> id of the people who are on record; the others are left out.

        Raises:
            IntegrityError: `disclosure-changed`.
        """
        with self._ledger.store.reading() as connection:
            found = disclosures_of(connection, tokens)
        return {token: str(json.loads(one.value)) for token, one in found.items()}

    def _read(self, connection: Connection, low: int, end: int) -> list[Passed]:
        kept = max(low, min(self.pruned, end))
        with _plain_texts(connection):
            decisions = fetch(connection, _DECISIONS, low, end)
        [(others,)] = fetch(connection, _OTHERS, kept, end)
        whole = sum(row[0] >= kept for row in decisions) if kept > low else None
        if (len(decisions) if whole is None else whole) + others != end - kept:
            raise _missing(low, end)
        found: list[Passed] = [*self._seen(connection, decisions)]
        more = [*self._left(connection, low, end), *self._told(connection, low, end)]
        if more:
            found = sorted([*found, *more], key=itemgetter(0))
        return found

    def _seen(
        self, connection: Connection, rows: Sequence[tuple[Any, ...]]
    ) -> Iterable[Seen]:
        if not rows:
            return ()
        index, at, subject, *others = zip(*rows, strict=True)
        _check_texts("decision", at, subject, *others)
        instants = _instants("decision", at)
        people = self._people.ones(connection, subject)
        return map(Seen, index, instants, people, *others)

    def _left(self, connection: Connection, low: int, end: int) -> Iterable[Left]:
        rows = fetch(connection, _AMOUNTS, low, end)
        if not rows:
            return ()
        index, at, subject, point, size = zip(*rows, strict=True)
        _check_texts("amount", at, subject, point)
        if {*map(type, size)} != {int}:
            raise table_differs("amount", "a number of bytes is none")
        people = self._people.ones(connection, subject)
        return map(Left, index, _instants("amount", at), people, point, size)

    def _told(self, connection: Connection, low: int, end: int) -> list[Passed]:
        """Return what is told by entries themselves, each of which is opened."""
        found: list[Passed] = []
        for index, leaf, data in fetch(connection, _TELLING, low, end):
            event, _ = open_entry(index, leaf, data)
            if event["kind"] not in _ROWS:
                raise table_differs("event", f"entry {index} is of another kind")
            row = _ROWS[event["kind"]](connection, index, event)
            if not isinstance(row, Found):
                [person] = self._people.ones(connection, (row.subject,))
                row = row._replace(subject=person)
            found.append(row)
        return found


class _People:
    """One token for each person, the first that was met; others are taken for it."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._first: dict[bytes, str] = {}

    def ones(self, connection: Connection, subjects: Sequence[str]) -> Iterable[str]:
        """Return subjects, each person among them by the one token.

        Raises:
            IntegrityError: `disclosure-changed`.
        """
        new = {s for s in {*subjects} - self._known.keys() if s.startswith(_PERSON)}
        if new:
            self._meet(connection, new, subjects)
        known = self._known
        return [known.get(subject, subject) for subject in subjects]

    def _meet(
        self, connection: Connection, new: set[str], subjects: Sequence[str]
    ) -> None:
        if len(self._known) + len(new) > _MOST_TOKENS:
            self._known.clear()
            self._first.clear()
            new = {subject for subject in subjects if subject.startswith(_PERSON)}
        disclosed = disclosures_of(connection, new)
        for token in dict.fromkeys(s for s in subjects if s in new):
            one = disclosed.get(token)
            first = token
            if one is not None:
                first = self._first.setdefault(one.value, token)
            self._known[token] = first


def _refusal(_: Connection, index: int, event: Event) -> Refused:
    at = parse_instant(event["at"])
    return Refused(index, at, event["subject"], event["point"], event["code"])


def _alarm(connection: Connection, index: int, event: Event) -> Raised:
    subject, point = _decided(connection, index, event.get("decision", ""))
    subject = event.get("subject", subject)
    return Raised(index, parse_instant(event["at"]), subject, point, event["code"])


def _deed(_: Connection, index: int, event: Event) -> Done:
    at = parse_instant(event["at"])
    return Done(index, at, event.get("by", ""), event["kind"])


def _finding(_: Connection, index: int, event: Event) -> Found:
    at = parse_instant(event["at"])
    return Found(index, at, event["rule"], tuple(event["entries"]))


def _decided(connection: Connection, index: int, name: str) -> tuple[str, str]:
    """Return subject and point of the decision that an alarm is about."""
    if not name:
        return "", ""
    rows = fetch(connection, _NAMED, max(0, index - _NEAR), index + _NEAR, name)
    if not rows:
        place = decision_place(connection, name)
        if place is not None:
            rows = fetch(connection, _NAMED, place, place + 1, name)
    if not rows:
        return "", ""
    subject, point = rows[0]
    _check_texts("decision", (subject,), (point,))
    return subject, point


@contextmanager
def _plain_texts(connection: Connection) -> Iterator[None]:
    """Have texts decoded by the driver itself, which is faster by far.

    What is no UTF-8 is an error then, not a text: `Store.reading` tells it.
    """
    driver: Any = connection.connection.driver_connection
    decoder, driver.text_factory = driver.text_factory, str
    try:
        yield
    finally:
        driver.text_factory = decoder


def _check_texts(table: str, *columns: Sequence[object]) -> None:
    if any({*map(type, column)} != {str} for column in columns):
        raise table_differs(table, "a cell is no text")


def _instants(table: str, texts: Sequence[str]) -> list[int]:
    """Return instants; those of one second are read only once."""
    seconds: dict[str, int] = {}
    found = []
    try:
        for at in texts:
            second = at[:_TO_THE_SECOND]
            base = seconds.get(second)
            if base is None:
                base = seconds[second] = parse_instant(second + "Z")
            if len(at) == _WHOLE:
                found.append(base)
            elif len(at) == _TO_THE_MICROSECOND and at[-1] == "Z":
                found.append(base + int(at[_WHOLE:-1]))
            else:
                found.append(parse_instant(at))
    except ValueError:
        raise table_differs(table, "an instant is none") from None
    return found


def _is_said(leaf: object, data: object, row: list[object]) -> bool:
    """Return whether an entry plainly says the row of a decision.

    Takes a third of `open_entry`, which says what is wrong wherever this is false.
    """
    if not is_leaf_of(leaf, data):
        return False
    try:
        event = json.loads(cast("bytes", data))
        reasons = event["reasons"]
        code = reasons[0]["code"] if reasons else ""
        said = [event["kind"], *map(event.__getitem__, _TOLD), code]
    except (LookupError, RecursionError, TypeError, ValueError):
        return False
    return said == [DECIDED, *row]


def _rolled_back(size: int, seen: int) -> IntegrityError:
    return IntegrityError(
        "log-rolled-back",
        f"the log has {size} entries, {seen} have been seen",
        next_step="run `ringwall audit verify`",
    )


def _missing(low: int, end: int) -> IntegrityError:
    return IntegrityError(
        "entry-missing",
        f"of the entries {low} to {end - 1} the tables do not tell each once",
        next_step="run `ringwall audit verify`",
    )


_ROWS: Final[
    dict[str, Callable[[Connection, int, Event], Refused | Raised | Done | Found]]
] = {
    "proof.refused": _refusal,
    "alarm.raised": _alarm,
    "finding.recorded": _finding,
    **dict.fromkeys(TOLD_KINDS, _deed),
}
# In the order of `Seen`.
_TOLD: Final = ("at", "subject", "action", "resource", "point", "effect")
_CELLS: Final = tuple(DECISION.c[name] for name in (*_TOLD, "code"))
_WHOLE_ROW: Final = (
    select(LEAF.c.hash, LEAF.c.entry, *_CELLS)
    .join_from(LEAF, DECISION, LEAF.c.idx == DECISION.c.idx, isouter=True)
    .where(LEAF.c.idx == bindparam("entry"))
)
_DECISIONS: Final = (
    select(DECISION.c.idx, *_CELLS)
    .where(DECISION.c.idx >= bindparam("low"), DECISION.c.idx < bindparam("end"))
    .order_by(DECISION.c.idx)
)
_OTHERS: Final = select(func.count()).where(
    EVENT.c.idx >= bindparam("low"), EVENT.c.idx < bindparam("end")
)
_AMOUNTS: Final = (
    select(AMOUNT.c.idx, AMOUNT.c.at, AMOUNT.c.subject, AMOUNT.c.point, AMOUNT.c.bytes)
    .where(AMOUNT.c.idx >= bindparam("low"), AMOUNT.c.idx < bindparam("end"))
    .order_by(AMOUNT.c.idx)
)
# By the places, not by the index on kinds: of those there may be many elsewhere.
_TELLING: Final = text(
    "SELECT event.idx, leaf.hash, leaf.entry FROM event NOT INDEXED "  # noqa: S608 - our own words
    "LEFT JOIN leaf ON leaf.idx = event.idx "
    "WHERE event.idx >= :low AND event.idx < :end AND "
    f"kind IN ({', '.join(repr(kind) for kind in _ROWS)})"
)
_NAMED: Final = select(DECISION.c.subject, DECISION.c.point).where(
    DECISION.c.idx >= bindparam("low"),
    DECISION.c.idx < bindparam("end"),
    DECISION.c.id == bindparam("name"),
)
