"""The rules over the rows of a log, one after the other, to what they find.

Pure: no clock but that of the entries. Must never depend on how the log is cut into
pieces: the same rows in the same order give the same findings.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from ringwall.ledger.asking.passed import (
    Done,
    Found,
    Left,
    Passed,
    Raised,
    Refused,
    Seen,
)
from ringwall.watch.counting import (
    Alarms,
    Breadth,
    Deeds,
    Denials,
    PersonOf,
    Proofs,
    each_by_itself,
)
from ringwall.watch.findings import Finding
from ringwall.watch.noticing import Budget, FirstUse, OffHours
from ringwall.watch.rules import (
    BreadthRule,
    BudgetRule,
    DeedRule,
    DenialsRule,
    FirstUseRule,
    OffHoursRule,
    ProofsRule,
    Rule,
)

__all__ = ["A_LITTLE", "Engine"]

A_LITTLE: Final = 5 * 60 * 1_000_000
"""Clocks that go back by less than this, in microseconds, are taken to stand still."""

# Words that a caller makes up as an action must not fill the memory.
_MOST_ROUTES: Final = 4096


class _Judge(Protocol):
    """What looks at decisions for one rule."""

    def takes(self, effect: str, action: str) -> bool:
        """Return whether decisions of this effect and action can count."""
        ...

    def look(self, row: Seen, at: int) -> Finding | None:
        """Look at a decision, which is taken to be of an instant."""
        ...


_Looks = tuple[Callable[[Seen, int], Finding | None], ...]


class Engine:
    """Watch rules, and what they keep of the log so far.

    Args:
        rules: in the order in which their findings on one entry are given.
        person_of: subject -> the one key of all who are the same natural person, so
            that nobody gets by with a little from each of their accounts; each
            subject is counted by itself if left out.
    """

    def __init__(
        self, rules: Sequence[Rule], person_of: PersonOf = each_by_itself
    ) -> None:
        self._judges: list[_Judge] = []
        self._budgets: list[Budget] = []
        self._proofs: list[Proofs | Alarms] = []
        self._deeds: list[Deeds] = []
        for rule in rules:
            self._place(rule, person_of)
        self._routes: dict[tuple[str, str], _Looks] = {}
        self._now = 0

    def take_in(self, rows: Iterable[Passed]) -> list[Finding]:
        """Return what is found in the next rows of the log.

        Args:
            rows: in the order of the log, behind those that were taken in before.
        """
        found: list[Finding] = []
        routes = self._routes
        for row in rows:
            at = self._now
            # INVARIANT: decided entry by entry, so that no cut makes a difference.
            if not at - A_LITTLE <= row[1] < at:
                self._now = at = row[1]
            if isinstance(row, Seen):
                key = row.effect, row.action
                looks = routes.get(key)
                if looks is None:
                    looks = self._route(key)
                for look in looks:
                    finding = look(row, at)
                    if finding is not None:
                        found.append(finding)
            else:
                found += self._look(row, at)
        return found

    def _place(self, rule: Rule, person_of: PersonOf) -> None:
        match rule:
            case DenialsRule():
                self._judges.append(Denials(rule, person_of))
            case BreadthRule():
                self._judges.append(Breadth(rule, person_of))
            case OffHoursRule():
                self._judges.append(OffHours(rule, person_of))
            case FirstUseRule():
                self._judges.append(FirstUse(rule, person_of))
            case BudgetRule():
                self._budgets.append(Budget(rule, person_of))
            case ProofsRule():
                self._proofs.append(Proofs(rule, person_of))
            case DeedRule():
                self._deeds.append(Deeds(rule, person_of))
            case _:
                self._proofs.append(Alarms(rule, person_of))

    def _route(self, key: tuple[str, str]) -> _Looks:
        """Return what has to look at decisions of an effect and an action."""
        if len(self._routes) >= _MOST_ROUTES:
            self._routes.clear()
        looks = tuple(judge.look for judge in self._judges if judge.takes(*key))
        self._routes[key] = looks
        return looks

    def _look(
        self, row: Left | Refused | Raised | Done | Found, at: int
    ) -> list[Finding]:
        """Return what is found in a row that is no decision."""
        found: list[Finding | None] = []
        if isinstance(row, Left):
            found = [budget.look(row, at) for budget in self._budgets]
        elif isinstance(row, Refused | Raised):
            found = [judge.look(row, at) for judge in self._proofs]
        elif isinstance(row, Done):
            found = [deeds.look(row, at) for deeds in self._deeds]
        return [finding for finding in found if finding is not None]
