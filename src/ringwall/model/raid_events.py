"""Events of the incident desk: each is one act on one object, and the row it leaves.

Builders only, in the shape that docs/ledger-format.md tells. Whatever is told in words
stands in `said`, which is concealed; `card` has codes and ids, never a word of a case.
Must never look at the state of anything: `raid_states` says what may follow on what.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.model.raid_brief_kinds import ACTIONS_OF_BRIEFS, CARDS_OF_BRIEFS
from ringwall.model.raid_drill_kinds import ACTIONS_OF_DRILLS, CARDS_OF_DRILLS
from ringwall.model.raid_embargo_kinds import ACTIONS_OF_EMBARGO, CARDS_OF_EMBARGO
from ringwall.model.raid_inquiry_kinds import ACTIONS_OF_INQUIRIES, CARDS_OF_INQUIRIES
from ringwall.model.raid_release_kinds import ACTIONS_OF_RELEASES, CARDS_OF_RELEASES
from ringwall.model.raid_shield_kinds import ACTIONS_OF_SHIELD, CARDS_OF_SHIELD

__all__ = [
    "CARDS",
    "CLOCK_BREACHED",
    "DESK",
    "EMBARGO_EXPIRED",
    "HANDOVER_SILENT",
    "INBOX",
    "RAID_ACTIONS",
    "RAID_ALARMS",
    "RAID_KINDS",
    "Act",
    "clock_breached",
    "embargo_expired",
    "handover_silent",
    "raid_event",
    "raid_need",
]

_Event = dict[str, Any]

CARDS: Final[Mapping[str, Mapping[str, type]]] = {
    "raid.report": {
        "state": str,
        "received": str,
        "channel": str,
        "source": str,
        "digest": str,
        "receipt": str,
        "kind": str,
        "tlp": str,
        "alike": str,
        "cases": int,
        "imminent": int,
        "priority": int,
        "owned": int,
        "compute": int,
        "reach": int,
    },
    "raid.case": {
        "state": str,
        "was": str,
        "opened": str,
        "team": str,
        "lead": str,
        "authors": str,
        "redirect": str,
        "owner": str,
        "lane": str,
        "kind": str,
        "class": str,
        "tlp": str,
        "states": str,
        "severity": int,
        "imminent": int,
        "priority": int,
        "owned": int,
        "compute": int,
        "reach": int,
        "host_due": str,
        "due": str,
        "rules": str,
        "row": str,
    },
    "raid.link": {
        "state": str,
        "report": str,
        "type": str,
        "score": int,
    },
    "raid.clock": {
        "state": str,
        "rule": str,
        "version": str,
        "stage": str,
        "owed": str,
        "home": str,
        "place": str,
        "start": str,
        "due": str,
        "lawful": str,
        "worst": str,
    },
    "raid.handover": {
        "state": str,
        "route": str,
        "role": str,
        "recipient": str,
        "package": str,
        "limit": str,
    },
    "raid.proposal": {
        "state": str,
        "what": str,
        "binds": str,
        "until": str,
    },
    "raid.desk": {
        "state": str,
        "digest": str,
    },
    **CARDS_OF_DRILLS,
    **CARDS_OF_EMBARGO,
    **CARDS_OF_INQUIRIES,
    **CARDS_OF_RELEASES,
    **CARDS_OF_BRIEFS,
    **CARDS_OF_SHIELD,
}
"""Kind -> the columns of the row that an event of it leaves, and their types.

Instants are text, RFC 3339, empty for none; flags are 0 or 1. Of a report or case,
`priority` runs from 0 (decline) to 4 (immediate), `owned` says whether RAID owns it,
`compute` from 0 (below 1e25 operations) to 3 (the interval straddles 1e26), `reach`
from 0 (one user) to 4 (Union). `authors` and `states` are ids or codes in one text,
parted by spaces, in order. `home` of a clock is the case that it goes back to, where a
merge brought it to another one; else empty.
"""

RAID_KINDS: Final = frozenset(CARDS)
"""Kinds of the desk on which no decision rests; `raid.need` is the one that moves."""

INBOX: Final = "report:inbox"
"""Stands for the desk where a report is taken in that has no id yet."""
DESK: Final = "case:desk"
"""Stands for the desk as a whole: its lists, its queue, its rules."""

CLOCK_BREACHED: Final = "clock-breached"
"""Code of the alarm that a legal deadline or service level has passed unmet."""
HANDOVER_SILENT: Final = "handover-silent"
"""Code of the alarm that a hand-over came back: refused, or nobody answered in time."""
EMBARGO_EXPIRED: Final = "embargo-expired"
"""Code of the alarm that an embargo ended since its time is over."""
RAID_ALARMS: Final = frozenset({CLOCK_BREACHED, EMBARGO_EXPIRED, HANDOVER_SILENT})
"""Codes of the alarms that go on record with an act of the desk."""

_INTAKE: Final = ("raid.intake", "inbox")
_OPEN: Final = ("raid.write", "desk")
_REPORT: Final = ("raid.write", "report")
_WRITE: Final = ("raid.write", "case")
_ASSESS: Final = ("raid.assess", "case")
_APPROVE: Final = ("raid.approve", "case")
_COMPARTMENT: Final = ("raid.compartment", "case")
_APPROVE_GONE: Final = ("raid.approve", "gone")
_COMPARTMENT_GONE: Final = ("raid.compartment", "gone")
_ARM: Final = ("raid.arm", "case")
_VOID: Final = ("raid.clock", "case")
_ROUTE: Final = ("raid.route", "case")
_DIRECT: Final = ("raid.direct", "desk")
_DIRECT_LOOSE: Final = ("raid.direct", "loose")

RAID_ACTIONS: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("raid.report", "receive"): (_INTAKE,),
    ("raid.report", "validate"): (_REPORT, _OPEN),
    ("raid.report", "invalidate"): (_REPORT, _APPROVE),
    ("raid.report", "reopen"): (_REPORT,),
    ("raid.report", "defer"): (_REPORT,),
    ("raid.report", "close"): (_REPORT,),
    ("raid.report", "attach"): (_WRITE, _OPEN),
    ("raid.report", "detach"): (_WRITE,),
    ("raid.report", "accept"): (_ASSESS,),
    ("raid.case", "open"): (_OPEN,),
    ("raid.case", "note"): (_WRITE,),
    ("raid.case", "attach"): (_WRITE,),
    ("raid.case", "detach"): (_WRITE,),
    ("raid.case", "lead"): (_WRITE,),
    ("raid.case", "coordinate"): (_WRITE,),
    ("raid.case", "resolve"): (_WRITE,),
    ("raid.case", "archive"): (_WRITE,),
    ("raid.case", "assess"): (_ASSESS,),
    ("raid.case", "triage"): (_ASSESS,),
    # By a triage, or by the second of two who give to RAID what the tables did not.
    ("raid.case", "own"): (_ASSESS, _APPROVE),
    ("raid.case", "watch"): (_ASSESS,),
    ("raid.case", "decline"): (_ASSESS,),
    ("raid.case", "deviate"): (_APPROVE,),
    ("raid.case", "disown"): (_APPROVE,),
    ("raid.case", "merge"): (_APPROVE, _COMPARTMENT),
    ("raid.case", "unmerge"): (_APPROVE,),
    ("raid.case", "take-over"): (_APPROVE_GONE, _COMPARTMENT_GONE),
    ("raid.case", "give-back"): (_APPROVE_GONE,),
    ("raid.case", "hand-over"): (_ROUTE,),
    ("raid.case", "return"): (_ROUTE, _ASSESS),
    ("raid.case", "shut"): (_COMPARTMENT, _ASSESS),
    ("raid.case", "unshut"): (_COMPARTMENT,),
    ("raid.case", "clock"): (_ARM, _VOID, _ASSESS),
    ("raid.link", "link"): (_WRITE, _OPEN),
    ("raid.link", "unlink"): (_WRITE,),
    ("raid.clock", "arm"): (_ARM, _ASSESS),
    ("raid.clock", "start"): (_ARM,),
    ("raid.clock", "correct"): (_ARM,),
    ("raid.clock", "meet"): (_ARM,),
    ("raid.clock", "breach"): (_ARM,),
    ("raid.clock", "void"): (_VOID,),
    ("raid.clock", "take-over"): (_APPROVE_GONE, _COMPARTMENT_GONE),
    ("raid.clock", "give-back"): (_APPROVE,),
    ("raid.handover", "send"): (_ROUTE, _APPROVE),
    ("raid.handover", "accept"): (_ROUTE,),
    ("raid.handover", "refuse"): (_ROUTE,),
    ("raid.handover", "lapse"): (_ROUTE,),
    ("raid.proposal", "propose"): (
        *(_WRITE, _ASSESS, _REPORT, _ROUTE, _DIRECT_LOOSE),
        # The legal officer, of an order of a court alone.
        _ARM,
    ),
    ("raid.proposal", "carry"): (_APPROVE, _COMPARTMENT),
    ("raid.proposal", "refuse"): (_APPROVE, _COMPARTMENT),
    ("raid.proposal", "lapse"): (_WRITE,),
    ("raid.desk", "reject"): (_INTAKE,),
    ("raid.desk", "adopt"): (_APPROVE,),
    ("raid.desk", "found"): (_INTAKE,),
    ("raid.desk", "cut"): (_DIRECT,),
    ("raid.need", "admit"): (_COMPARTMENT, _OPEN),
    ("raid.need", "dismiss"): (_COMPARTMENT,),
    ("raid.need", "shut"): (_COMPARTMENT, _ASSESS),
    ("raid.need", "unshut"): (_COMPARTMENT,),
    **ACTIONS_OF_DRILLS,
    **ACTIONS_OF_EMBARGO,
    **ACTIONS_OF_INQUIRIES,
    **ACTIONS_OF_RELEASES,
    **ACTIONS_OF_BRIEFS,
    **ACTIONS_OF_SHIELD,
}
"""Kind and act -> each action whose permit it may be recorded under, and on what.

`report` and `case` are the object's own (of an object that belongs to a case, that
case), `inbox` and `desk` stand for the desk, `loose` for the desk too, but only for
what is of no case, `gone` for a case that the same
transaction merges into that case, or parts from it. All events of one transaction are
recorded under one permit, and each permit serves for one transaction.
"""


class Act(NamedTuple):
    """One act on one object.

    Attributes:
        id: of the object, e.g. `case:...` or `clk-...`.
        case: id of the case that it belongs to, its own for a case; of what shields a
            reporter, the report's; empty for none.
        act: what is done.
        before: the state before; empty for a new object.
        after: the state after.
        by: id of the person who does it.
        decision: id of the permit.
    """

    id: str
    case: str
    act: str
    before: str
    after: str
    by: str
    decision: str


def raid_event(
    kind: str,
    at: int,
    act: Act,
    card: Mapping[str, str | int],
    said: Mapping[str, Any],
) -> _Event:
    """Return the event of one act on one object of the desk.

    Args:
        kind: one of `CARDS`.
        at: instant.
        act: what is done, on what and by whom.
        card: the row that it leaves, all columns of the kind.
        said: what is told in words; must not name anybody by an id.

    Raises:
        ValueError: a column is missing, unknown or of another type; or the state on
            the card is another than the one after the act.
    """
    columns = CARDS[kind]
    if card.keys() != columns.keys():
        odd = sorted(card.keys() ^ columns.keys())
        raise ValueError(f"`{kind}` has other columns than {', '.join(odd)}")
    for name, value in card.items():
        if type(value) is not columns[name]:
            raise ValueError(f"`{name}` of `{kind}` is of another type")
    if card["state"] != act.after:
        raise ValueError(f"`{kind}` is not in the state that the act leads to")
    told = act._asdict()
    move = {"from": told.pop("before"), "to": told.pop("after")}
    head = {"v": 1, "kind": kind, "at": format_instant(at), **told, **move}
    return {**head, "card": dict(card), "said": dict(said)}


def raid_need(
    at: int, case: str, act: str, by: tuple[str, str], said: Mapping[str, str]
) -> _Event:
    """Return the event by which need-to-know of a case is given or taken.

    Args:
        at: instant.
        case: its id.
        act: `admit` or `dismiss` a person, `shut` the case to all who are not admitted
            by name, or `unshut` it to its team again.
        by: id of the compartment officer, and of the decision that permits it.
        said: `person` (id; empty for `shut` and `unshut`), `until` (RFC 3339, of
            `admit`; else empty) and `reason`.
    """
    head = {"v": 1, "kind": "raid.need", "at": format_instant(at), "case": case}
    return {**head, "act": act, "by": by[0], "decision": by[1], **said}


def clock_breached(at: int, clock: str, case: str, decision: str) -> _Event:
    """Return the alarm that a deadline has passed and was not met.

    Args:
        at: instant at which it was found.
        clock: its id.
        case: id of the case that it belongs to.
        decision: id of the permit under which the breach went on record.
    """
    head = {"v": 1, "kind": "alarm.raised", "at": format_instant(at)}
    said = {"clock": clock, "case": case, "decision": decision}
    return {**head, "code": CLOCK_BREACHED, **said}


def handover_silent(
    at: int, handover: str, case: str, found: str, decision: str
) -> _Event:
    """Return the alarm that a hand-over came back without a signed acceptance.

    Args:
        at: instant.
        handover: its id.
        case: id of the case that is the desk's again.
        found: `lapsed` where nobody answered in time, or `refused`.
        decision: id of the permit under which that went on record.
    """
    head = {"v": 1, "kind": "alarm.raised", "at": format_instant(at)}
    said = {"handover": handover, "case": case, "found": found, "decision": decision}
    return {**head, "code": HANDOVER_SILENT, **said}


def embargo_expired(
    at: int, embargo: str, case: str, found: str, decision: str
) -> _Event:
    """Return the alarm that the time of an embargo is over: what it kept may come out.

    Args:
        at: instant at which it was found.
        embargo: its id.
        case: id of the case whose matter it kept.
        found: its state until then; `proposed` where it never was in force.
        decision: id of the permit under which its end went on record.
    """
    head = {"v": 1, "kind": "alarm.raised", "at": format_instant(at)}
    said = {"embargo": embargo, "case": case, "found": found, "decision": decision}
    return {**head, "code": EMBARGO_EXPIRED, **said}
