"""What is to be looked at by somebody else, and what they decided.

Must never say by itself that a review is closed: whether a decision counts is judged
on the facts of the moment.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import parse_instant
from ringwall.base.months import LAST_INSTANT
from ringwall.matters.scene import Scene
from ringwall.matters.statements import statement_of_event
from ringwall.pdp.reviewing import Known, Review, ReviewDecision, counted

__all__ = [
    "Reviews",
    "decision_of",
    "instant_told",
    "is_closed",
    "is_decided",
    "review_id",
]

_ID_CHARACTERS: Final = 20


def review_id(origin: str, at: int, said: Mapping[str, str]) -> str:
    """Return the id of a review to be opened: no two reviews get the same.

    Args:
        origin: name of the log.
        at: instant.
        said: `subject`, `what`, `about` and `due`.

    Returns:
        `rev-` and 20 letters or digits, the first 100 bits of a SHA-256 in base 32.
    """
    digest = sha256(dump_canonical({**said, "origin": origin, "at": at})).digest()
    text = base64.b32encode(digest).decode("ascii").lower()
    return f"rev-{text[:_ID_CHARACTERS]}"


def is_closed(review: Review, scene: Scene) -> bool:
    """Return whether somebody who may has decided a review, for this institute.

    Args:
        review: on record.
        scene: the facts that its decisions are judged on, and the log's name.
    """
    return is_decided(review, scene.facts, scene.origin)


def is_decided(review: Review, known: Known, origin: str) -> bool:
    """Return the same by who is known and the name of the log."""
    own = tuple(one for one in review.decisions if one.origin == origin)
    return bool(counted(replace(review, decisions=own), known).decisions)


def decision_of(index: int, event: Mapping[str, Any]) -> ReviewDecision:
    """Return the decision that an event `review.decided` tells."""
    at = parse_instant(event["at"])
    # Whoever says nothing of an end leaves it to the programme.
    until = instant_told(event["until"], at) if event["until"] else LAST_INSTANT
    return ReviewDecision(
        index=index,
        at=at,
        by=event["by"],
        outcome=event["outcome"],
        until=until,
        reason=event["reason"],
        origin=event["origin"],
        statement=statement_of_event(event),
        signature=event["signature"],
    )


def instant_told(text: str, otherwise: int) -> int:
    """Return the instant that a text on record names.

    Only the log's key makes it name none, and whoever used it must stop no gate.

    Args:
        text: on record.
        otherwise: the instant that counts where it names none.
    """
    try:
        return parse_instant(text)
    except ValueError:
        return otherwise


class Reviews:
    """All reviews of a log; values in it are replaced whole, never changed.

    A decision on a review that is not on record is left out, and so is a second review
    of the same id.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, Review] = {}

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event of a review, in the order of the log."""
        if event["kind"] == "review.opened":
            at = parse_instant(event["at"])
            review = Review(
                id=event["id"],
                index=index,
                at=at,
                subject=event["subject"],
                what=event["what"],
                about=event["about"],
                due=instant_told(event["due"], at),
            )
            self._by_id.setdefault(review.id, review)
            return
        known = self._by_id.get(event["review"])
        if known is not None:
            decisions = (*known.decisions, decision_of(index, event))
            self._by_id[known.id] = replace(known, decisions=decisions)

    def get(self, review: str) -> Review | None:
        """Return a review by its id, None if there is no such."""
        return self._by_id.get(review)

    def all(self) -> tuple[Review, ...]:
        """Return every review there ever was, the oldest first."""
        return tuple(self._by_id.values())

    def open(self, scene: Scene) -> tuple[Review, ...]:
        """Return those that nobody who may has decided, the oldest first."""
        return tuple(one for one in self.all() if not is_closed(one, scene))
