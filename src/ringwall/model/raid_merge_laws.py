"""What has to hold of a merge of cases, whoever recorded it.

Gate and verifier ask here, so that both hold a transaction against the same. Must never
judge by words, which may be forgotten: cards alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["IDLE", "MERGED", "MergeLaws", "is_lost", "is_stranded"]

_Event = Mapping[str, Any]
_Card = Mapping[str, str | int]

MERGED: Final = ("raid.case", "merge")
"""The act by which a case becomes part of another."""
IDLE: Final = frozenset({"declined", "resolved", "archived", "handed-over"})
"""States of a case in which nobody works on what another one brings along."""
_OVER: Final = frozenset({"resolved", "archived"})
_CASE: Final = "raid.case"


def is_stranded(state: str, is_owned: object, into: _Card) -> bool:
    """Return whether what RAID owns would go where nobody works on it.

    Args:
        state: of the case that goes, before it does.
        is_owned: whether RAID owns it.
        into: row of the case that stays.
    """
    return bool(is_owned) and into["state"] in IDLE and state not in _OVER


def is_lost(is_owned: object, into: _Card) -> bool:
    """Return whether what RAID owns would become part of what it does not own.

    Args:
        is_owned: whether RAID owns the case that goes.
        into: row of the case that stays.
    """
    return bool(is_owned) and not into["owned"]


class MergeLaws:
    """The rows of cases, transaction by transaction."""

    def __init__(self) -> None:
        self._rows: dict[str, _Card] = {}

    def put(self, case: str, card: _Card) -> None:
        """Take in the row of a case.

        Args:
            case: id.
            card: the row.
        """
        self._rows[case] = {"state": card["state"], "owned": card["owned"]}

    def take(self, acts: Sequence[_Event]) -> list[tuple[_Event, str]]:
        """Take in a transaction; return each act that breaks a law, and how.

        Args:
            acts: events of the desk, in their order.
        """
        found: list[tuple[_Event, str]] = []
        for event in acts:
            if (event["kind"], event["act"]) == MERGED:
                found += [(event, told) for told in self._broken(event["card"])]
            if event["kind"] == _CASE:
                self.put(event["id"], event["card"])
        return found

    def _broken(self, card: _Card) -> Iterator[str]:
        into = self._rows.get(str(card["redirect"]))
        if into is None:
            if card["owned"]:
                yield "what RAID owns was merged into a case that is not on record"
            return
        if is_stranded(str(card["was"]), card["owned"], into):
            yield "what RAID owns was merged into a case that nobody works on"
        if is_lost(card["owned"], into):
            yield "what RAID owns was merged into a case that it does not own"
