"""Events of the incident desk in words.

One line each; the rest is for `audit show`. Must never tell a word of a case: whoever
may see the log need not know it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ringwall.model.events import Event

__all__ = ["RAID_WORDS", "need_words"]


def need_words(event: "Event") -> str:
    """Return in words that need-to-know of a case was given or taken."""
    person = event["person"] and f" {event['person']}"
    until = event["until"] and f" until {event['until']}"
    return f"{event['case']}: {event['act']}{person}{until} by {event['by']}"


def _act(event: "Event") -> str:
    before, after = event["from"], event["to"]
    states = f", {before} to {after}" if before and before != after else f", {after}"
    of_case = event["case"] not in {"", event["id"]}
    head = f"{event['id']} of {event['case']}" if of_case else event["id"]
    return f"{head}: {event['act']} by {event['by']}{states}"


RAID_WORDS: Final[Mapping[str, Callable[["Event"], str]]] = {
    "raid.report": _act,
    "raid.case": _act,
    "raid.link": _act,
    "raid.clock": _act,
    "raid.handover": _act,
    "raid.proposal": _act,
    "raid.desk": _act,
    "raid.drill": _act,
    "raid.inquiry": _act,
    "raid.matter": _act,
    "raid.embargo": _act,
    "raid.party": _act,
    "raid.identity": _act,
    "raid.message": _act,
    "raid.box": _act,
    "raid.attachment": _act,
    "raid.release": _act,
    "raid.brief": _act,
}
"""Kind of event -> its words."""
