"""What has to hold of an inquiry that was answered, whoever recorded it.

Gate and verifier ask here, so that both hold a transaction against the same. Must never
judge by words, which may be forgotten: cards alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.model.raid_inquiry_kinds import DISCLOSE, DISCLOSING, EXITS

__all__ = ["STANDARD_ANSWER", "InquiryLaws"]

_Event = Mapping[str, Any]

STANDARD_ANSWER: Final = dump_canonical(
    {
        "v": 1,
        "kind": "ringwall-inquiry-answer",
        "answer": "RAID says of no single report and no single case whether there is "
        "one. It tells of one where a named provision of law binds it to, where "
        "whoever reported agrees, where a life is in imminent danger, or by an order "
        "of a court. Whoever relies on one of these names it, and what it rests on. "
        "Statistics over all cases are published on fixed dates.",
    }
)
"""The answer to each inquiry that no exit leads past the barrier for; all its bytes."""

_INQUIRY: Final = "raid.inquiry"
_CASE: Final = "raid.case"
_CARRY: Final = ("raid.proposal", "carry")
_STANDARD: Final = sha256(STANDARD_ANSWER).hexdigest()


class InquiryLaws:
    """What is so of inquiries, transaction by transaction.

    Attributes:
        imminent: ids of the cases that are assessed as a danger to life.
    """

    def __init__(self) -> None:
        self.imminent: set[str] = set()

    def put(self, case: str, card: Mapping[str, str | int]) -> None:
        """Take in the row of a case.

        Args:
            case: its id.
            card: the row.
        """
        if card["imminent"]:
            self.imminent.add(case)
        else:
            self.imminent.discard(case)

    def take(self, acts: Sequence[_Event]) -> list[tuple[_Event, str]]:
        """Take in a transaction; return each act that breaks a law, and how.

        Args:
            acts: events of the desk, in their order.
        """
        carried = [e for e in acts if (e["kind"], e["act"]) == _CARRY]
        found: list[tuple[_Event, str]] = []
        for event in acts:
            if event["kind"] == _CASE:
                self.put(event["id"], event["card"])
            if event["kind"] == _INQUIRY:
                found += [(event, told) for told in self._broken(event, carried)]
        return found

    def _broken(self, event: _Event, carried: Sequence[_Event]) -> Iterator[str]:
        card = event["card"]
        if event["act"] != DISCLOSE:
            if event["case"] or card["exit"] or card["ground"]:
                yield "it tells of a case, and by no exit"
            if event["act"] == "answer" and card["answer"] != _STANDARD:
                yield "it was answered without an exit, and not as all others are"
            return
        if card["exit"] not in EXITS or not event["case"] or not card["recipient"]:
            yield "it names no exit, no case or nobody who is told"
        if card["exit"] == "danger" and event["case"] not in self.imminent:
            yield "nobody has assessed its case as a danger to life"
        if not any(_is_of(one, event) for one in carried):
            yield "no ground for its exit was proposed by one and carried by another"


def _is_of(carried: _Event, event: _Event) -> bool:
    """Return whether a proposal told of the ground of an answer, for its case."""
    card = carried["card"]
    what = DISCLOSING.get(event["card"]["exit"])
    wanted = what, event["card"]["ground"], event["case"]
    return (card["what"], card["binds"], carried["case"]) == wanted
