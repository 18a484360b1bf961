"""A cut line that somebody answers for: who signed what, why, and how far that goes.

Must never stretch a sign-off to a line that leaves graver things undone than it did.
"""

from hashlib import sha256
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows
from ringwall.ledger.asking.raid_waiting import Waiting
from ringwall.model.events import Event
from ringwall.raid.queue.capacity import Capacity
from ringwall.raid.queue.cut import Cut, Staff
from ringwall.raid.queue.order import DAY, lifted
from ringwall.raid.scene import Scene

__all__ = ["SignedCut", "covers", "grave", "last_signed", "sign_event"]

_DESK: Final = "raid.desk"
_MOST_IDS: Final = 500


class SignedCut(NamedTuple):
    """A sign-off of a cut line.

    Attributes:
        id: of it on record.
        by: id of who signed.
        at: instant.
        until: instant from which on it no longer counts.
        staff: for which the line was drawn.
        above: how many items it left above.
        below: how many below.
        gravest: what was gravest below; see `grave`.
        reason: in words.
    """

    id: str
    by: str
    at: int
    until: int
    staff: Staff
    above: int
    below: int
    gravest: tuple[int, ...]
    reason: str


def grave(item: Waiting | None) -> tuple[int, ...]:
    """Return how grave it is to leave an item undone; the greater, the graver.

    Args:
        item: the first below a line; None if there is none.
    """
    if item is None:
        return ()
    keys = item.priority, item.owned, item.compute, item.reach
    return (int(item.is_host_owed), item.imminent, *lifted(*keys, item.steps))


def covers(signed: SignedCut, line: Cut, first_below: Waiting | None) -> bool:
    """Return whether a sign-off covers a line: as much time, nothing graver undone.

    Args:
        signed: the sign-off.
        line: the line as it is now.
        first_below: the first item below it; None if there is none.
    """
    return line.minutes >= signed.staff.minutes and grave(first_below) <= signed.gravest


def last_signed(rows: RaidRows, now: int) -> SignedCut | None:
    """Return the last sign-off that still counts; None if there is none.

    Args:
        rows: of the desk.
        now: instant.
    """
    question = RaidQuestion(_DESK, equal={"state": "signed"}, limit=1)
    for card in rows.find(question):
        told: dict[str, Any] = card.event["said"].get("line", {})
        if not told:
            return None
        signed = SignedCut(
            id=card.id,
            by=card.event["by"],
            at=parse_instant(card.at),
            until=parse_instant(told["until"]),
            staff=Staff(told["minutes"], told["people"]),
            above=told["above"],
            below=told["below"],
            gravest=tuple(told["gravest"]),
            reason=card.event["said"]["reason"],
        )
        return signed if now < signed.until else None
    return None


def sign_event(
    scene: Scene,
    capacity: Capacity,
    line: Cut,
    first_below: Waiting | None,
    reason: str,
) -> Event:
    """Return the event by which somebody answers for a line, as it is.

    Args:
        scene: of the act.
        capacity: of the desk.
        line: the line.
        first_below: the first item below it; None if there is none.
        reason: in words.
    """
    above = [placed.item.id for placed in line.above]
    told = {
        "at": format_instant(scene.now),
        "until": format_instant(scene.now + capacity.signed_days * DAY),
        "people": line.staff.people,
        "minutes": line.minutes,
        "used": line.used,
        "missing": line.missing,
        "above": len(above),
        "above_digest": sha256(dump_canonical(above)).hexdigest(),
        "first_above": above[:_MOST_IDS],
        "below": line.below,
        "first_below": "" if first_below is None else first_below.id,
        "gravest": list(grave(first_below)),
    }
    digest = sha256(dump_canonical([told, reason])).hexdigest()
    name = f"raid:cut-{digest[:16]}"
    said = {"line": told, "reason": reason}
    before = scene.maybe(_DESK, name)
    return scene.event(_DESK, name, "cut", before, {"digest": digest}, said)
