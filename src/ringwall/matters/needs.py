"""Need-to-know of cases: who was admitted by name and until when, and what is shut.

Must never let a name that was dismissed pass under another account of the same person,
nor an admission last that says of no instant until when.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.matters.reviews import instant_told

__all__ = ["Admission", "Needs"]

_ADMIT: Final = "admit"
_PERSONAL: Final = frozenset({_ADMIT, "dismiss"})
_SHUT: Final = "shut"
_UNSHUT: Final = "unshut"


class Admission(NamedTuple):
    """What was last said of one person's need-to-know of a case.

    Attributes:
        entry: its index.
        at: instant.
        by: id of who said so.
        until: instant at which it lapses; `at` for a dismissal.
        reason: in words.
    """

    entry: int
    at: int
    by: str
    until: int
    reason: str

    def holds(self, now: int) -> bool:
        """Return whether it admits at an instant."""
        return now < self.until


_NOBODY: Final[Mapping[str, Admission]] = MappingProxyType({})


class Needs:
    """Need-to-know of all cases of a log; values in it are replaced whole.

    Attributes:
        version: grows with each event.
    """

    def __init__(self) -> None:
        self.version = 0
        self._named: dict[str, Mapping[str, Admission]] = {}
        self._cases: dict[str, frozenset[str]] = {}
        self._shut: frozenset[str] = frozenset()

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event `raid.need`, in the order of the log."""
        case, act = event["case"], event["act"]
        if act in _PERSONAL:
            at = parse_instant(event["at"])
            until = instant_told(event["until"], at) if act == _ADMIT else at
            person = event["person"]
            said = Admission(index, at, event["by"], until, event["reason"])
            self._named[case] = {**self._named.get(case, _NOBODY), person: said}
            self._cases[person] = self._cases.get(person, frozenset()) | {case}
        elif act == _SHUT:
            self._shut |= {case}
        elif act == _UNSHUT:
            self._shut -= {case}
        self.version += 1

    def is_shut(self, case: str) -> bool:
        """Return whether a case is open to nobody but who was admitted by name."""
        return case in self._shut

    def admissions(self, case: str) -> Mapping[str, Admission]:
        """Return id -> what was last said of that person, lapsed or not."""
        return self._named.get(case, _NOBODY)

    def opened_to(
        self, case: str, person: str, now: int, accounts: Collection[str] = ()
    ) -> bool:
        """Return whether somebody is admitted to a case by name at an instant.

        What was said last counts, under whichever of their accounts.

        Args:
            case: its id.
            person: id.
            now: instant.
            accounts: further ids of the natural person.
        """
        named = self._named.get(case, _NOBODY)
        said = [named[one] for one in {person, *accounts} if one in named]
        return bool(said) and max(said).holds(now)

    def cases_of(
        self, person: str, now: int, accounts: Collection[str] = ()
    ) -> frozenset[str]:
        """Return the ids of the cases to which somebody is admitted by name.

        Args:
            person: id.
            now: instant.
            accounts: further ids of the natural person.
        """
        ids = {person, *accounts}
        known = frozenset[str]().union(
            *(self._cases.get(one, frozenset()) for one in ids)
        )
        return frozenset(
            case for case in known if self.opened_to(case, person, now, accounts)
        )
