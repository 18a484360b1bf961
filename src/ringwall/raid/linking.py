"""The events by which a report is linked to a case, or a link is taken back.

Must never change what a report says, nor forget that a link once was.
"""

from typing import Final, NamedTuple

from ringwall.base.errors import RequestError
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.ids import new_id
from ringwall.raid.linked import link_between
from ringwall.raid.scene import Scene

__all__ = ["LINK_TYPES", "Link", "check_type", "link_events", "unlink_events"]

LINK_TYPES: Final = (
    "same-event",
    "same-cause",
    "same-model",
    "follow-up",
    "context",
    "refutes",
)
"""What a report may be to a case."""

_LINK: Final = "raid.link"
_REPORT: Final = "raid.report"
_CASE: Final = "raid.case"
_NEW: Final = "new"
# Until a case is triaged the graver hint counts.
_HINTS: Final = ("imminent", "priority", "owned", "compute", "reach")


class Link(NamedTuple):
    """What a report is to a case.

    Attributes:
        type: of `LINK_TYPES`.
        reason: in words.
        score: how alike it was found to be, 0 to 100; 0 if nothing compared it.
    """

    type: str
    reason: str
    score: int = 0


def check_type(kind: str) -> str:
    """Return a type of link.

    Raises:
        RequestError: `link-type-unknown`.
    """
    if kind not in LINK_TYPES:
        raise RequestError(
            "link-type-unknown",
            f"`{kind[:40]}` is no type of link",
            next_step=f"one of {', '.join(LINK_TYPES)}",
        )
    return kind


def link_events(
    scene: Scene, report: RaidCard, case: RaidCard, link: Link
) -> list[Event]:
    """Return the events that link a report to a case.

    Args:
        scene: of the act.
        report: as it is now.
        case: likewise; one that this act opens, or one that is in work.
        link: what the one is to the other.

    Raises:
        ActRefused: `act-not-possible`: they are linked, or one of them is in no state
            for it.
    """
    known = link_between(scene.rows, report.id, case.id)
    before = None if known is None else scene.card(_LINK, known.id)
    name = new_id(_LINK) if before is None else before.id
    card: dict[str, str | int] = {
        "report": report.id,
        "type": link.type,
        "score": link.score,
    }
    said = {"reason": link.reason}
    events = [scene.event(_LINK, name, "link", before, card, said, case=case.id)]
    more = {"cases": int(report.card["cases"]) + 1}
    told = {"type": link.type, "link": name}
    attached = scene.event(
        *(_REPORT, report.id, "attach", report, more, told), case=case.id
    )
    events.append(attached)
    if case.event["act"] == "open" and case.event["decision"] == scene.decision:
        return events
    told = {**told, "report": report.id}
    hints = _hints(report, case) if case.card["state"] == _NEW else {}
    return [*events, scene.event(_CASE, case.id, "attach", case, hints, told)]


def unlink_events(scene: Scene, link: RaidCard, reason: str) -> list[Event]:
    """Return the events that take a link back; it stays on record, and can return.

    Args:
        scene: of the act.
        link: as it is now.
        reason: in words.

    Raises:
        ActRefused: `act-not-possible`: it was taken back, or one end is in no state
            for it.
    """
    report = scene.card(_REPORT, str(link.card["report"]))
    case = scene.card(_CASE, link.case)
    said = {"reason": reason}
    told = {**said, "link": link.id}
    less = {"cases": int(report.card["cases"]) - 1}
    return [
        scene.event(_LINK, link.id, "unlink", link, {}, said),
        scene.event(_REPORT, report.id, "detach", report, less, told, case=case.id),
        scene.event(_CASE, case.id, "detach", case, {}, {**told, "report": report.id}),
    ]


def _hints(report: RaidCard, case: RaidCard) -> dict[str, str | int]:
    return {name: max(int(report.card[name]), int(case.card[name])) for name in _HINTS}
