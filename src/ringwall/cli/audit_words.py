"""An entry as a row of a list and as words for people.

Only renders. Must never leave a token of an erased person to be read as a name.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ringwall.cli.audit_matters import MATTER_WORDS
from ringwall.cli.audit_raid import RAID_WORDS
from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from ringwall.ledger.asking.listing import Listed
    from ringwall.model.events import Event

__all__ = [
    "COLUMNS",
    "LISTED",
    "alarm_words",
    "instant_text",
    "root_text",
    "row_of",
    "told_words",
    "with_marks",
]

COLUMNS: Final = ("entry", "at", "what")
"""What a table shows of a row."""
LISTED: Final = (
    "entry",
    "at",
    "kind",
    "id",
    "effect",
    "subject",
    "action",
    "resource",
    "code",
    "rules",
    "acknowledged",
    "erased",
)
"""The columns of a row in CSV."""

_DIGEST: Final = 16
_PERSON: Final = "user:"
_TOKEN: Final = re.compile(r"((?:user|text):~[A-Za-z0-9_-]{8})[A-Za-z0-9_-]{35}")


def row_of(listed: "Listed") -> dict[str, Any]:
    """Return the row of an entry."""
    event = listed.event
    kind = event["kind"]
    row = {
        "entry": listed.index,
        "at": event["at"],
        "kind": kind,
        "id": event.get("id", ""),
    }
    for name in ("effect", "subject", "action", "resource", "code"):
        if name in event:
            row[name] = event[name]
    if kind == "decision.made":
        reasons = event["reasons"]
        row["code"] = reasons[0]["code"] if reasons else ""
        named = {*event["rules"], *(reason.get("rule", "") for reason in reasons)}
        row["rules"] = sorted(named - {""})
    row["acknowledged"] = listed.is_acknowledged
    row["erased"] = sorted(t for t, why in listed.withheld.items() if why == "erased")
    doubt = "" if listed.is_acknowledged else "not acknowledged: "
    return {**row, "what": doubt + with_marks(_WORDS[kind](event), listed.withheld)}


def with_marks(words: str, withheld: Mapping[str, str]) -> str:
    """Return words in which tokens are short and say why they are there."""

    def marked(match: re.Match[str]) -> str:
        why = withheld.get(match[0])
        return f"{match[1]} ({why})" if why else match[0]

    return _TOKEN.sub(marked, words)


def root_text(root: bytes) -> str:
    """Return a root as a checkpoint has it in its third line (C2SP tlog-checkpoint)."""
    from ringwall.signing.base64text import encode_base64

    return encode_base64(root)


def instant_text(at: int) -> str:
    """Return an instant that a witness stated, maybe one that no calendar has."""
    from ringwall.base.clock import format_instant

    try:
        return format_instant(at)
    except ValueError:
        return f"{at // 1_000_000} s after 1970"


def told_words(token: str, told: object) -> str:
    """Return in words what a token stands for; of a text that it does is enough.

    Args:
        token: of a person or of a text.
        told: what it was made of.
    """
    return f"{told} for {token}" if token.startswith(_PERSON) else token


_ALARMS: Final[Mapping[str, str]] = {
    "decoy-touched": "a decoy was asked for in {decision}",
    "decoy-requested": "a decoy was asked for in {request} by {subject}",
    "break-glass": "glass broken: {request} used in {decision}",
    "credentials-changed": "credentials changed: {entity}",
    "container-damaged": "container damaged: {container}, {found}",
    "handover-silent": "hand-over {found}: {handover} of {case}",
    "clock-breached": "deadline passed: {clock} of {case}",
    "embargo-expired": "embargo over, {found} until now: {embargo} of {case}",
}
"""Code of an alarm -> its words, where no more has to be worked out."""


def alarm_words(event: "Event") -> str:
    """Return an alarm in words, with all that it says."""
    if event["code"] == "witnesses-overdue":
        lapsed = f"{event['need']} needed within {event['seconds']} s"
        saw = f"together they have seen {event['size']} entries"
        return f"witnesses overdue since {event['since']} ({lapsed}); {saw}"
    if event["code"] in _ALARMS:
        return _ALARMS[event["code"]].format_map(event)
    answers = f"compiled: {event['compiled']}; Casbin: {event['casbin']}"
    return f"engines disagree on {event['concern']} ({answers}) in {event['decision']}"


def _decision(event: "Event") -> str:
    code = event["reasons"][0]["code"] if event["reasons"] else ""
    words = (event["effect"], event["subject"], event["action"], event["resource"])
    return " ".join((*words, code)).rstrip()


def _left(event: "Event") -> str:
    """Return in words what a permit took off the budgets."""
    copies = f" and {event['copies']} copy" if event["copies"] else ""
    amount = f"{event['bytes']:,} bytes{copies} of {event['resource']}"
    return f"left: {amount} with {event['subject']} in {event['decision']}"


def _activated(event: "Event") -> str:
    approved = f", as {event['request']} asked" if "request" in event else ""
    return f"policies put in force: {event['digest'][:_DIGEST]}{approved}"


def _quorum(event: "Event") -> str:
    then = "nothing is permitted" if event["mandatory"] else "an alarm"
    return f"witnesses needed: {event['need']} in {event['seconds']} s, else {then}"


def _erased(event: "Event") -> str:
    return f"erased: {counted(len(event['tokens']), 'token')}, {event['reason']}"


def _recovered(event: "Event") -> str:
    first, last = event["first"], event["size"] - 1
    return f"recovered: entries {first} to {last} may not have been acknowledged"


_WORDS: Final[Mapping[str, "Callable[[Event], str]"]] = {
    "decision.made": _decision,
    "fact.declared": lambda event: f"declared {event['id']}",
    "fact.removed": lambda event: f"removed {event['id']}",
    "policy.activated": _activated,
    "amount.left": _left,
    "alarm.raised": lambda event: f"alarm: {alarm_words(event)}",
    "institute.created": lambda event: f"institute created: {event['name']}",
    "institute.grown": lambda e: f"institute has {e['tiers']} tiers: {e['name']}",
    "key.rotated": lambda event: f"key of the log changed to {event['vkey']}",
    "witness.added": lambda event: f"witness added: {event['name']}",
    "witness.removed": lambda event: f"witness removed: {event['name']}",
    "witness.quorum": _quorum,
    "subject.erased": _erased,
    "log.pruned": lambda e: f"pruned: entries before {e['before']}, {e['reason']}",
    "log.recovered": _recovered,
    "anchor.begun": lambda event: f"second place begun: {event['reason']}",
    "anchor.ended": lambda event: f"second place given up: {event['reason']}",
    **MATTER_WORDS,
    **RAID_WORDS,
}
