"""The state machines of the incident desk, as literal tables.

What an object may become, act by act; docs/raid-states.md is drawn from them. Must
never hold a rule that takes more to judge than the state before: guards stand by name,
and `raid` judges them.
"""

from typing import Final

from ringwall.model.raid_brief_kinds import MACHINES_OF_BRIEFS
from ringwall.model.raid_drill_kinds import MACHINES_OF_DRILLS
from ringwall.model.raid_embargo_kinds import MACHINES_OF_EMBARGO
from ringwall.model.raid_inquiry_kinds import MACHINES_OF_INQUIRIES
from ringwall.model.raid_moves import Move
from ringwall.model.raid_release_kinds import MACHINES_OF_RELEASES
from ringwall.model.raid_shield_kinds import MACHINES_OF_SHIELD

__all__ = ["MACHINES", "next_state"]

_REPORT: Final = (
    Move("", "receive", "received", ("schema-minimum",)),
    Move("received", "validate", "valid", ("credibility-assessed",)),
    Move("received", "invalidate", "invalid", ("second-if-grave",)),
    Move("invalid", "reopen", "received", ("new-evidence",)),
    Move("valid", "attach", "valid"),
    Move("valid", "detach", "valid"),
    Move("valid", "accept", "accepted", ("in-triaged-case",)),
    Move("valid", "defer", "deferred", ("review-date", "no-host-clock")),
    Move("accepted", "attach", "accepted"),
    Move("accepted", "detach", "accepted"),
    Move("accepted", "defer", "deferred", ("review-date", "no-host-clock")),
    Move("deferred", "attach", "deferred"),
    Move("deferred", "detach", "deferred"),
    Move("deferred", "accept", "accepted", ("in-triaged-case",)),
    Move("accepted", "close", "closed", ("feedback",)),
    Move("deferred", "close", "closed", ("feedback",)),
    Move("invalid", "close", "closed", ("feedback",)),
)

_OPEN: Final = (
    *("new", "triaged", "owned", "handed-over", "watch", "declined"),
    *("coordinating", "resolved", "archived"),
)
_WORKED: Final = _OPEN[:-1]
_STAYS: Final = (
    "note",
    "attach",
    "detach",
    "assess",
    "lead",
    "shut",
    "unshut",
    "clock",
)

_BY_TWO: Final = ("two-persons", "reason")
_UNMERGED: Final = ("two-persons", "as-it-was")
_RUNNING: Final = ("armed", "running", "breached")
_DONE: Final = ("met", "late-met", "void")

_CASE: Final = (
    Move("", "open", "new"),
    *(Move(state, act, state) for act in _STAYS for state in _WORKED),
    Move("new", "triage", "triaged", ("points-valued", "assessor-apart")),
    *(
        Move(state, "triage", "triaged", ("points-valued", "assessor-apart"))
        for state in ("triaged", "watch", "declined", "handed-over")
    ),
    # Once RAID owns a case no table takes it away again; two persons do.
    *(
        Move(state, "triage", state, ("points-valued", "assessor-apart"))
        for state in ("owned", "coordinating")
    ),
    *(
        Move(state, "own", "owned", ("raid-owned",))
        for state in ("triaged", "watch", "declined")
    ),
    Move("triaged", "watch", "watch", ("not-raid-owned",)),
    Move("triaged", "decline", "declined", ("not-raid-owned",)),
    Move("triaged", "hand-over", "handed-over", ("not-raid-owned", "accepted")),
    Move("handed-over", "return", "triaged"),
    *(
        Move(state, "deviate", state, _BY_TWO)
        for state in ("triaged", "owned", "watch", "declined", "coordinating")
    ),
    Move("owned", "disown", "triaged", _BY_TWO),
    *(
        Move(state, "coordinate", "coordinating", ("lead-named",))
        for state in ("owned", "handed-over", "watch")
    ),
    Move(
        *("coordinating", "resolve", "resolved"),
        ("host-clocks-done", "embargo-not-active", "lessons"),
    ),
    Move("resolved", "archive", "archived", ("clocks-ended",)),
    Move("declined", "archive", "archived", ("clocks-ended",)),
    *(Move(state, "merge", "merged", _BY_TWO) for state in _OPEN),
    # Back to the state that the case had: `was` on its card.
    *(Move("merged", "unmerge", state, _UNMERGED) for state in _OPEN),
    # What runs in a case goes with a merge to the one that stays, and back at its end.
    *(Move(state, "take-over", state, ("two-persons",)) for state in _WORKED),
    *(Move(state, "give-back", state, ("two-persons",)) for state in _OPEN),
)

_CLOCK: Final = (
    Move("", "arm", "armed", ("rule-sourced",)),
    Move("armed", "start", "running", ("start-sourced", "not-an-exercise")),
    # Evidence of an earlier start makes it due earlier; later takes two persons: void.
    Move("running", "correct", "running", ("start-sourced", "only-earlier")),
    Move("breached", "correct", "breached", ("start-sourced", "only-earlier")),
    Move("running", "meet", "met", ("in-time",)),
    Move("running", "breach", "breached", ("overdue",)),
    Move("breached", "meet", "late-met"),
    *(Move(state, "void", "void", _BY_TWO) for state in _RUNNING),
    # It changes its case, and nothing else; what is done stays where it was done.
    *(Move(state, "take-over", state, ("two-persons",)) for state in _RUNNING),
    *(
        Move(state, "give-back", state, ("two-persons",))
        for state in (*_RUNNING, *_DONE)
    ),
)

_LINK: Final = (
    Move("", "link", "linked"),
    Move("linked", "unlink", "unlinked"),
    Move("unlinked", "link", "linked"),
)

_HANDOVER: Final = (
    Move("", "send", "sent", ("recipient-fit", "not-raid-owned-or-copy")),
    Move("sent", "accept", "accepted", ("signed",)),
    Move("sent", "refuse", "refused"),
    Move("sent", "lapse", "lapsed", ("overdue",)),
)

_PROPOSAL: Final = (
    Move("", "propose", "open", ("reason",)),
    Move("open", "carry", "carried", ("another-person", "unchanged")),
    Move("open", "refuse", "refused"),
    Move("open", "lapse", "lapsed", ("overdue",)),
)

_DESK: Final = (
    Move("", "reject", "rejected"),
    Move("", "adopt", "adopted", _BY_TWO),
    Move("", "found", "adopted"),
    Move("adopted", "adopt", "adopted", _BY_TWO),
    Move("", "cut", "signed"),
    Move("signed", "cut", "signed"),
)

MACHINES: Final[dict[str, tuple[Move, ...]]] = {
    "raid.report": _REPORT,
    "raid.case": _CASE,
    "raid.link": _LINK,
    "raid.clock": _CLOCK,
    "raid.handover": _HANDOVER,
    "raid.proposal": _PROPOSAL,
    "raid.desk": _DESK,
    **MACHINES_OF_DRILLS,
    **MACHINES_OF_EMBARGO,
    **MACHINES_OF_INQUIRIES,
    **MACHINES_OF_RELEASES,
    **MACHINES_OF_BRIEFS,
    **MACHINES_OF_SHIELD,
}
"""Kind of event -> the rows of the machine of its objects."""


def next_state(kind: str, before: str, act: str, after: str = "") -> Move:
    """Return the row by which an act is possible.

    Args:
        kind: of `MACHINES`.
        before: state; empty for a new object.
        act: what is done.
        after: the state wanted, where an act leads to one of several; else empty.

    Raises:
        ValueError: there is none.
    """
    for move in MACHINES[kind]:
        if (move.before, move.act) == (before, act) and after in ("", move.after):
            return move
    what = kind.partition(".")[2]
    article = "an" if what[0] in "aeiou" else "a"
    raise ValueError(f"{article} {what} that is {before or 'new'} allows no `{act}`")
