"""Which permits an event of the incident desk may be recorded under.

Gate and verifier ask here, so that both hold an act against the same. Must never let a
permit for one case serve for another.
"""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.model.raid_events import DESK, INBOX, RAID_ACTIONS
from ringwall.model.raid_inquiry_kinds import DISCLOSING
from ringwall.model.raid_shield_kinds import ERASE
from ringwall.model.raid_states import MACHINES

__all__ = [
    "ADOPT",
    "BROUGHT",
    "OPENING",
    "alone_in",
    "digest_bound",
    "gone_in",
    "is_opened_in",
    "is_permit_for",
    "keeps_to_opening",
]

_Event = Mapping[str, Any]

OPENING: Final = ("raid.write", DESK)
"""Action and asset of the permit by which a case is opened, and what goes with it."""
BROUGHT: Final = frozenset({"take-over", "give-back"})
"""Acts that go with a merge or its end: they bring clocks from one case to another."""
ADOPT: Final = "adopt"
"""What is proposed where other rules are to be put in force; also the act."""

_WHOLE: Final[Mapping[str, str]] = {"desk": DESK, "inbox": INBOX, "loose": DESK}
_OF_REPORT: Final = "report:r-"
_REPORT: Final = "raid.report"
_PROPOSAL: Final = "raid.proposal"
_APPROVE: Final = "raid.approve"
_VOID: Final = ("raid.clock", "void")
_CASE: Final = "raid.case"
_PARTED: Final = frozenset({"merge", "unmerge"})
_TWO: Final = "two-persons"
_OPEN: Final = ("raid.case", "open")
_CARRY: Final = (_PROPOSAL, "carry")
_PROPOSE: Final = (_PROPOSAL, "propose")
_ADOPTED: Final = ("raid.desk", ADOPT)
_ERASED: Final = ("raid.box", "erase")
_DIRECT: Final = "raid.direct"
_DIRECTED: Final = frozenset({ADOPT, ERASE})
_ARM: Final = "raid.arm"
# A clock is voided by two as well, but by a grant: its permit shows that.
_BY_TWO: Final = frozenset(
    (kind, move.act)
    for kind, moves in MACHINES.items()
    for move in moves
    if _TWO in move.guards and (kind, move.act) != _VOID
)


def is_permit_for(
    event: _Event, action: str, resource: str, linked: Collection[str] = ()
) -> bool:
    """Return whether a permit is one that an event may be recorded under.

    What belongs to no case is the desk's: to propose, and to approve.

    Args:
        event: of the desk, or `raid.need`.
        action: of the permit.
        resource: likewise.
        linked: ids of the cases that a report was ever linked to; of what goes with a
            merge or its end, those cases of `gone_in` that are under the event's case.
    """
    named = RAID_ACTIONS.get((event["kind"], event["act"]), ())
    return any(
        what == action
        and _is_theirs(event, what)
        and _stands_for(place, event, resource, what, linked)
        for what, place in named
    )


def _is_theirs(event: _Event, action: str) -> bool:
    """Return whether who directs proposes what is theirs alone to propose, no more.

    That is other rules, and to destroy a box. Likewise an order of a court, by whoever
    arms clocks: of these the legal officer.
    """
    if (event["kind"], event["act"]) != _PROPOSE:
        return True
    what = event.get("card", {}).get("what")
    is_order = what == DISCLOSING["order"]
    return bool(
        (what in _DIRECTED) == (action == _DIRECT) and is_order == (action == _ARM)
    )


def _stands_for(
    place: str, event: _Event, resource: str, action: str, linked: Collection[str]
) -> bool:
    """Return whether an asset is what a table row calls by a word."""
    kind, case = event["kind"], event["case"]
    if place in _WHOLE:
        return resource == _WHOLE[place] and not (case and place == "loose")
    if place == "gone":
        return resource in linked
    if place == "report":
        if kind == _PROPOSAL:
            # What it is about stands in words only; a case would be named.
            return not case and resource.startswith(_OF_REPORT)
        return bool(resource == event["id"])
    if case:
        return bool(resource == case)
    is_linked = kind == _REPORT and resource in linked
    is_loose = action == _APPROVE or kind == _PROPOSAL
    return is_linked or (resource == DESK and is_loose)


def keeps_to_opening(event: _Event, events: Sequence[_Event]) -> bool:
    """Return whether an event is of no other case than one that is opened with it.

    Whoever may open cases may not, by that, write into those that there are.

    Args:
        event: of the transaction.
        events: all of it.
    """
    is_proposal = event["kind"] == _PROPOSAL and not event["case"]
    return is_proposal or is_opened_in(event["case"], events)


def is_opened_in(case: str, events: Sequence[_Event]) -> bool:
    """Return whether a transaction opens a case.

    Args:
        case: its id; empty for any.
        events: of the transaction.
    """
    return any(
        (event["kind"], event["act"]) == _OPEN and case in ("", event["case"])
        for event in events
    )


def gone_in(events: Sequence[_Event]) -> frozenset[str]:
    """Return the ids of the cases that a transaction merges away, or parts again.

    Args:
        events: of the transaction.
    """
    return frozenset(
        event["id"]
        for event in events
        if event["kind"] == _CASE and event["act"] in _PARTED
    )


def digest_bound(doc: Mapping[str, Any]) -> str:
    """Return what a proposal binds itself to: 64 hex digits of SHA-256.

    Args:
        doc: what is to be done, in full, as JSON.
    """
    return sha256(dump_canonical(dict(doc))).hexdigest()


def alone_in(events: Sequence[_Event], rules: str = "") -> tuple[_Event, ...]:
    """Return the events of a transaction that take two persons, and have but one.

    Rules are told by their digests: so of these it shows that just they were proposed,
    in place of just those before. Likewise of a box, that just it was to be destroyed.

    Args:
        events: of the transaction.
        rules: digest of the rules on record before it; empty for none.
    """
    carried = [e for e in events if (e["kind"], e["act"]) == _CARRY]
    by_two = tuple(e for e in events if (e["kind"], e["act"]) in _BY_TWO)
    if not carried:
        return by_two
    return tuple(
        e for e in by_two if not any(_is_bound(one, e, rules) for one in carried)
    )


def _is_bound(carried: _Event, event: _Event, rules: str) -> bool:
    """Return whether a proposal that is carried can be the one to do just this."""
    names = event["kind"], event["act"]
    if names == _ADOPTED:
        what, doc = ADOPT, {"before": rules, "digest": event["card"]["digest"]}
    elif names == _ERASED:
        what, doc = ERASE, {"report": event["case"], "box": event["card"]["digest"]}
    else:
        # What was proposed stands in words; that it was another is for who carries.
        return True
    card = carried["card"]
    return bool((card["what"], card["binds"]) == (what, digest_bound(doc)))
