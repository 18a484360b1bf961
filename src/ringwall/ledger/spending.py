"""What has left so far: the amounts on record, added up by point, person and asset.

Grows with the log and is shared by all threads, and hands the events of matters on to
whoever follows them. Must never forget an amount, nor take one in that the signed head
does not vouch for.
"""

import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.ledger.basis import Basis
from ringwall.model.events import Event
from ringwall.model.facts import WINDOWS

__all__ = ["Spending", "Spent"]

_AMOUNT: Final = "amount.left"
_HOUR: Final = WINDOWS["hour"]
_MONTH: Final = WINDOWS["month"]
_YEAR: Final = WINDOWS["year"]


def _ignore(_: int, __: Event) -> None:
    """Follow no matter."""


class Spent(NamedTuple):
    """What had left before a request.

    Attributes:
        hour: bytes through its point in the last hour.
        month: bytes by its subject in the last 30 days.
        year: bytes of its resource in the last 365 days, by everybody.
        copies: copies made of its resource, ever.
    """

    hour: int
    month: int
    year: int
    copies: int


class Spending:
    """The amounts of a log, from the first on; new ones know of none.

    Args:
        hear: is given index and event of each entry that is no amount, in the order of
            the log, by one thread at a time.
    """

    def __init__(self, hear: Callable[[int, Event], None] = _ignore) -> None:
        self._hear = hear
        self._guard = threading.Lock()
        self._basis = Basis()
        self._points: dict[str, _Account] = {}
        self._subjects: dict[str, _Account] = {}
        self._resources: dict[str, _Account] = {}
        # The same by the point through which it left.
        self._through: Mapping[str, dict[str, dict[str, _Account]]] = MappingProxyType(
            {"point": {}, "subject": {}, "resource": {}}
        )
        self._copies: Counter[str] = Counter()
        self._copied: set[tuple[str, str, str, str]] = set()

    def basis(self) -> Basis:
        """Return what was taken in so far, as a part of the basis of the log."""
        with self._guard:
            return self._basis.copy()

    def take_in(self, amounts: Iterable[tuple[int, bytes, Event]]) -> None:
        """Take in amounts and events of matters, in the order of the log.

        Args:
            amounts: index, leaf hash and event of each; one known already is left
                out.
        """
        with self._guard:
            for index, leaf, event in amounts:
                if index > self._basis.last:
                    self._basis.put_in_force([(index, leaf)])
                    if event["kind"] == _AMOUNT:
                        self._add(event)
                    else:
                        self._hear(index, event)

    def before(self, subject: str, resource: str, point: str, now: int) -> Spent:
        """Return what had left when a request is made.

        What the clock of another program has put later than `now` counts, too.

        Args:
            subject: id of who asks.
            resource: id of the asset.
            point: id of the enforcement point.
            now: instant of the decision.
        """
        with self._guard:
            return Spent(
                _since(self._points, point, now - _HOUR),
                _since(self._subjects, subject, now - _MONTH),
                _since(self._resources, resource, now - _YEAR),
                self._copies[resource],
            )

    def since(
        self, name: str, ids: Iterable[str], counts: Callable[[str], bool], start: int
    ) -> int:
        """Return the bytes that have left on some accounts through some points.

        What the clock of another program has put later than now counts, too.

        Args:
            name: what they are the accounts of: `point`, `subject` or `resource`.
            ids: of the accounts, each once; one that nothing left on counts nothing.
            counts: whether a point counts, given its id.
            start: instant from which on amounts count.
        """
        accounts = self._through[name]
        with self._guard:
            return sum(
                account.since(start)
                for one in ids
                for point, account in accounts.get(one, _NOTHING).items()
                if counts(point)
            )

    def points(self) -> tuple[str, ...]:
        """Return the ids of all points that anything ever left through."""
        with self._guard:
            return tuple(self._points)

    def has_copied(
        self, decision: str, subject: str, resource: str, point: str
    ) -> bool:
        """Return whether a decision is on record as one that made a copy.

        Args:
            decision: its id.
            subject: id of who asked.
            resource: id of the asset.
            point: id of the enforcement point.
        """
        with self._guard:
            return (decision, subject, resource, point) in self._copied

    def _add(self, event: Event) -> None:
        at, size = parse_instant(event["at"]), event["bytes"]
        for accounts, name in (
            (self._points, "point"),
            (self._subjects, "subject"),
            (self._resources, "resource"),
        ):
            accounts.setdefault(event[name], _Account()).add(at, size)
        point = event["point"]
        self._through["point"].setdefault(point, {point: self._points[point]})
        for name in ("subject", "resource"):
            points = self._through[name].setdefault(event[name], {})
            points.setdefault(point, _Account()).add(at, size)
        if event["copies"]:
            self._copies[event["resource"]] += event["copies"]
            names = ("decision", "subject", "resource", "point")
            one, subject, resource, point = (event[name] for name in names)
            self._copied.add((one, subject, resource, point))


class _Account:
    """Amounts of one point, person or asset by instant, each with what came before."""

    __slots__ = ("_instants", "_totals")

    def __init__(self) -> None:
        self._instants: list[int] = []
        self._totals: list[int] = []

    def add(self, at: int, size: int) -> None:
        """Add an amount; most are the latest, unless clocks differ."""
        place = bisect_right(self._instants, at)
        before = self._totals[place - 1] if place else 0
        self._instants.insert(place, at)
        self._totals.insert(place, before + size)
        for later in range(place + 1, len(self._totals)):
            self._totals[later] += size

    def since(self, start: int) -> int:
        """Return the sum of the amounts from an instant on."""
        place = bisect_left(self._instants, start)
        return self._totals[-1] - (self._totals[place - 1] if place else 0)


_NOTHING: Final[Mapping[str, _Account]] = MappingProxyType({})


def _since(accounts: dict[str, _Account], name: str, start: int) -> int:
    account = accounts.get(name)
    return 0 if account is None else account.since(start)
