"""What is on record of people: who left, what they passed, what was decided of them.

Must never judge: whether a record counts depends on the facts and on the moment.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.matters.reviews import Reviews, instant_told
from ringwall.pdp.people import DUTIES, FAILED, PASSED, DutyRecord, PersonRecord
from ringwall.pdp.reviewing import POWER, Review

__all__ = ["People"]

_NOBODY: Final = PersonRecord()


class People:
    """The records of all people of a log.

    Attributes:
        version: grows with each event that changes a record.
    """

    def __init__(self) -> None:
        self.version = 0
        self._records: dict[str, PersonRecord] = {}
        self._reviews = Reviews()

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event of a person or of a review, in the order of the log."""
        match event["kind"]:
            case "person.left":
                name = event["person"]
                before = self._records.get(name, _NOBODY)
                # Who has left is gone from then on, however often it is said.
                first = index if before.left_at is None else before.left_at
                known = replace(before, left_at=first)
            case "duty.recorded" if event["duty"] in DUTIES:
                name = event["person"]
                before = self._records.get(name, _NOBODY)
                duties = (*before.duties, _duty(index, event))
                known = replace(before, duties=duties)
            case "review.opened" | "review.decided":
                review = self._reviewed(index, event)
                if review is None or review.what != POWER:
                    return
                name = review.subject
                known = _with_review(self._records.get(name, _NOBODY), review)
            case _:
                return
        self._records[name] = known
        self.version += 1

    def records(self, origin: str) -> Mapping[str, PersonRecord]:
        """Return id -> what is on record of it, not to be changed.

        Args:
            origin: name of the log; what was signed for another is left out.
        """
        return {name: _of_log(known, origin) for name, known in self._records.items()}

    def _reviewed(self, index: int, event: dict[str, Any]) -> Review | None:
        self._reviews.take_in(index, event)
        opened = event["kind"] == "review.opened"
        return self._reviews.get(event["id"] if opened else event["review"])


def _duty(index: int, event: Mapping[str, Any]) -> DutyRecord:
    """Return what an event says of a duty; what can't be read counts as failed."""
    at = parse_instant(event["at"])
    start = instant_told(event["from"], at)
    if event["outcome"] == PASSED:
        return DutyRecord(index, event["duty"], PASSED, start, _end(event, start))
    # A failure counts at once, whenever it is said to begin.
    return DutyRecord(index, event["duty"], FAILED, min(start, at), at)


def _end(event: Mapping[str, Any], start: int) -> int:
    """Return when a duty ends: at its start, where nothing tells."""
    return instant_told(event["until"], start)


def _with_review(record: PersonRecord, review: Review) -> PersonRecord:
    others = tuple(one for one in record.reviews if one.id != review.id)
    return replace(record, reviews=(*others, review))


def _of_log(record: PersonRecord, origin: str) -> PersonRecord:
    """Return a record without the decisions that were signed for another log."""
    reviews = tuple(
        replace(
            review,
            decisions=tuple(d for d in review.decisions if d.origin == origin),
        )
        for review in record.reviews
    )
    return replace(record, reviews=reviews)
