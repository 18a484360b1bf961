"""What has to hold of a merge, whoever recorded it.

Gate and verifier ask here, so that both hold a transaction against the same. Must never
judge by words, which may be forgotten: cards alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["IDLE", "OVER_STATES", "MergeLaws"]

_Event = Mapping[str, Any]

IDLE: Final = frozenset({"declined", "resolved", "archived", "handed-over"})
"""States of a case in which nobody works on what it is given."""
OVER_STATES: Final = frozenset({"resolved", "archived"})
"""States of a case of which nothing is left to be worked on."""

_CASE: Final = "raid.case"
_MERGED: Final = "merged"


class MergeLaws:
    """What is so of the cases that merges tell of, transaction by transaction.

    Attributes:
        owned: ids of the cases that are RAID's own.
        idle: ids of the cases that nobody works on.
        merged: ids of the cases that are part of another.
    """

    def __init__(self) -> None:
        self.owned: set[str] = set()
        self.idle: set[str] = set()
        self.merged: set[str] = set()

    def put(self, case: str, card: Mapping[str, str | int]) -> None:
        """Take in the row of a case.

        Args:
            case: its id.
            card: the row.
        """
        for cases, is_in in (
            (self.owned, card["owned"]),
            (self.idle, card["state"] in IDLE),
            (self.merged, card["state"] == _MERGED),
        ):
            if is_in:
                cases.add(case)
            else:
                cases.discard(case)

    def take(self, acts: Sequence[_Event]) -> list[tuple[_Event, str]]:
        """Take in a transaction; return each act that breaks a law, and how.

        Args:
            acts: events of the desk, in their order.
        """
        found: list[tuple[_Event, str]] = []
        for event in acts:
            if event["kind"] != _CASE:
                continue
            if event["act"] == "merge":
                found += [(event, told) for told in self._broken(event)]
            self.put(event["id"], event["card"])
        return found

    def _broken(self, event: _Event) -> Iterator[str]:
        case, into = event["id"], event["card"]["redirect"]
        if into == case or into in self.merged:
            yield "it was merged into itself, or into what is part of another case"
        # By its row before, too: the merge itself gives nobody's case away.
        if case not in self.owned and not event["card"]["owned"]:
            return
        if into not in self.owned:
            yield "RAID's own case was merged into one that it does not own"
        if into in self.idle and event["from"] not in OVER_STATES:
            yield "RAID's own case was merged into one that nobody works on"
