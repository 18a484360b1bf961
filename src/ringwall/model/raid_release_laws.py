"""What has to hold of a release, whoever recorded it.

Gate and verifier ask here, so that both hold a transaction against the same. Must never
judge by words, which may be forgotten: cards alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from operator import eq
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.model.raid_release_kinds import APPROVED, RELEASE, ROUTABLE

__all__ = ["ReleaseLaws", "is_bound", "terms_of"]

_Event = Mapping[str, Any]
_Card = Mapping[str, str | int]

_CHANGES: Final = frozenset({"draft", "amend"})
# Whoever was told is asked for a receipt, or called back, whatever became of the case.
_TELLING: Final = frozenset({"draft", "clear", "approve", "send"})
_CASE: Final = "raid.case"
_SIGNED: Final = "approved"
_EMPTY: Final = ("recipient", "content", "label", "terms")


def terms_of(release: str, case: str, card: _Card) -> str:
    """Return what the two who sign a release are bound to: hex SHA-256.

    Args:
        release: id.
        case: id of the case that it tells of.
        card: its row; the state does not count.
    """
    told = {
        "for": "ringwall raid release",
        "release": release,
        "case": case,
        "recipient": card["recipient"],
        "content": card["content"],
        "exit": card["exit"],
    }
    return sha256(dump_canonical(told)).hexdigest()


def is_bound(event: _Event, binds: str) -> bool:
    """Return whether a permit was bound to what an act is for, where that is asked.

    Args:
        event: of the desk.
        binds: of the permit; empty for none.
    """
    if (event["kind"], event["act"]) != APPROVED:
        return True
    return bool(binds) and event["card"].get("terms") == binds


class ReleaseLaws:
    """The rows of releases and who wrote them, transaction by transaction.

    Args:
        is_same: tells whether two texts surely name one person.
    """

    def __init__(self, is_same: Callable[[str, str], bool] = eq) -> None:
        self._is_same = is_same
        self._rows: dict[str, _Card] = {}
        self._routable: set[str] = set()
        self._authors: dict[str, str] = {}

    def put(self, release: str, card: _Card, author: str) -> None:
        """Take in the row of a release.

        Args:
            release: id.
            card: the row.
            author: who wrote it last; empty where nobody can tell.
        """
        self._rows[release] = card
        self._authors[release] = author

    def put_case(self, case: str, card: _Card) -> None:
        """Take in the row of a case.

        Args:
            case: id.
            card: the row.
        """
        if card["state"] in ROUTABLE:
            self._routable.add(case)
        else:
            self._routable.discard(case)

    def take(self, acts: Sequence[_Event]) -> list[tuple[_Event, str]]:
        """Take in a transaction; return each act that breaks a law, and how.

        Args:
            acts: events of the desk, in their order.
        """
        found: list[tuple[_Event, str]] = []
        for event in acts:
            if event["kind"] == _CASE:
                self.put_case(event["id"], event["card"])
            if event["kind"] == RELEASE:
                found += [(event, told) for told in self._broken(event)]
                self.put(event["id"], event["card"], self._author(event))
        return found

    def _author(self, event: _Event) -> str:
        """Return who has written a release last, now that an act was done."""
        if event["act"] not in _CHANGES:
            return self._authors.get(event["id"], "")
        # Whoever finds at the sending that it was overtaken wrote nothing, and only
        # words tell that from somebody who writes it anew.
        return "" if event["from"] == _SIGNED else str(event["by"])

    def _broken(self, event: _Event) -> Iterator[str]:
        card, before = event["card"], self._rows.get(event["id"], {})
        if not all(card[name] for name in _EMPTY) or not event["case"]:
            yield "it does not say what goes to whom"
        if card["terms"] != terms_of(event["id"], event["case"], card):
            yield "it is bound to something else than what it says"
        is_same = all(
            card[name] == before.get(name) for name in card if name != "state"
        )
        if event["act"] not in _CHANGES and not is_same:
            yield "it was changed by an act that changes nothing"
        if event["act"] in _TELLING and event["case"] not in self._routable:
            yield "nothing is told of a case that nobody works on"
        author = self._authors.get(event["id"], "")
        is_approved = (event["kind"], event["act"]) == APPROVED
        if is_approved and author and self._is_same(author, event["by"]):
            yield "whoever wrote it has approved it"
