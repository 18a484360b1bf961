"""Histories of grants: mostly what leads to a use, with all sorts of wrong between.

A step says in itself what is done, so that a history stays one when steps are left out.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.oracle.quorum_rows import seats_in
from tests.property.grant_rules import in_force
from tests.property.grant_world import (
    APPROVERS,
    BASE,
    CHANGES,
    HOUR,
    KINDS,
    REQUESTERS,
    SEATED,
    SEATS,
    TEMPLATES,
    Template,
)

__all__ = [
    "APPROVAL_FAULTS",
    "EVERYBODY",
    "OBJECTION_FAULTS",
    "REQUEST_FAULTS",
    "REVIEW_FAULTS",
    "USES",
    "Approve",
    "Close",
    "Duty",
    "Edit",
    "Enforce",
    "History",
    "Leave",
    "Object",
    "Open",
    "Pass",
    "Step",
    "Use",
    "demands_of",
    "histories",
    "history",
]


class Open(NamedTuple):
    """A request for what a template says, hours from now, in one way or another."""

    template: int
    purpose: int = 0
    start: int = 0
    hours: int = 24
    uses: int = 1
    fault: str = ""


class Approve(NamedTuple):
    """An approval of one of the requests so far by somebody in a seat."""

    request: int
    approver: str
    seat: str
    fault: str = ""


class Object(NamedTuple):
    """A refusal or revocation of one of the requests so far."""

    request: int
    by: str
    kind: str
    fault: str = ""


class Edit(NamedTuple):
    """A change of a document."""

    entity: str
    change: str


class Leave(NamedTuple):
    """Somebody leaves the institute."""

    person: str


class Duty(NamedTuple):
    """Somebody, or everybody, passes or fails a duty, hours from now."""

    person: str
    duty: str
    outcome: str
    start: int
    hours: int


class Enforce(NamedTuple):
    """Other policies are put in force: stricter ones, or those that were shipped."""

    stricter: bool


class Pass(NamedTuple):
    """Time passes, in microseconds."""

    time: int


class Use(NamedTuple):
    """A question that one of the requests so far is for, or is nearly for."""

    request: int
    change: str = ""


class Close(NamedTuple):
    """Somebody decides one of the reviews so far."""

    review: int
    by: str
    fault: str = ""


Step = Open | Approve | Object | Edit | Leave | Duty | Enforce | Pass | Use | Close
History = tuple[Step, ...]
_Choose = Callable[[Sequence[Any]], Any]

REQUEST_FAULTS = (
    *("signed by another", "unsigned", "for another institute", "renamed"),
    *("longer than signed", "with more uses than signed", "by another than signed"),
    *("for more than signed", "for another namespace", "opened again", "backdated"),
    *("bound to another", "in another manner"),
)
"""What can be wrong with a request."""
APPROVAL_FAULTS = (
    *("signed by another", "unsigned", "for another institute", "of another digest"),
    *("moved from another request", "of documents as they were", "seat changed"),
    *("approver changed", "documents changed", "for another namespace"),
    *("signed with a new key", "dated later", "dated earlier", "put on record twice"),
    *("said as a refusal", "of other documents"),
)
"""What can be wrong with an approval."""
DUTIES = ("screening", "insider-training", "integrity-test")
EVERYBODY = "user:*"
"""Stands for all who are on record."""
OBJECTION_FAULTS = ("signed by another", "unsigned")
"""What can be wrong with a refusal."""
REVIEW_FAULTS = (
    *("signed by another", "unsigned", "for another institute", "kept"),
    *("of another review", "signed with a new key"),
)
"""What can be wrong with the decision of a review."""
USES = (
    *("by another", "for another purpose", "named", "named, for another purpose"),
    *("under another's name", "of another resource", "bound to another"),
    *("another action", "from the campus", "from the hub", "with a password"),
)
"""How a question can differ from what was granted."""

_ASSETS = tuple(sorted({template.resource for template in TEMPLATES}))
_TIMES = (
    *(1, HOUR - 1, HOUR, 6 * HOUR, 23 * HOUR, 24 * HOUR - 1, 24 * HOUR, 25 * HOUR),
    *(72 * HOUR, -HOUR),
)
_OFTEN = 4
_HOLDERS = {
    role: tuple(name for name in APPROVERS if role in BASE[name]["roles"])
    for role in SEATED
}


def demands_of(template: Template) -> list[dict[str, str]]:
    """Return the rows by which something may be granted."""
    kind = KINDS[template.resource.partition(":")[0]]
    tier = BASE[template.resource]["tier"]
    return [
        row
        for row in in_force().rules.rows
        if row["eft"] == "allow"
        and (row["manner"], row["action"]) == (template.manner, template.action)
        and row["kind"] in {"*", kind}
        and row["tier"] in {"*", tier}
    ]


def history(choose: _Choose, least: int = 10, most: int = 40) -> History:
    """Return a history.

    Args:
        choose: returns one of some values.
        least: how many steps there are at least.
        most: at most.
    """
    steps = _programme() if choose((False, False, True)) else []
    steps += _way(choose, 0)
    if choose((False, False, True)):
        steps += _way(choose, sum(isinstance(step, Open) for step in steps))
    total = choose(range(max(least, len(steps)), max(most, len(steps)) + 1))
    while len(steps) < total:
        stray = _stray(choose)
        # A request before others would shift what the steps of their ways are about.
        opened = [at for at, step in enumerate(steps, 1) if isinstance(step, Open)]
        first = opened[-1] if isinstance(stray, Open) else 0
        steps.insert(choose(range(first, len(steps) + 1)), stray)
    return tuple(steps)


def _programme() -> list[Step]:
    """Return how the institute comes to ask for duties, and all have done them."""
    told = [Duty(EVERYBODY, duty, "passed", -24, 72) for duty in DUTIES[1:]]
    return [Edit("org:institute", "with a programme"), *told]


def _way(choose: _Choose, number: int) -> list[Step]:
    """Return the way to a use that is permitted, if nothing is wrong on it."""
    template = choose(range(len(TEMPLATES)))
    row = choose(demands_of(TEMPLATES[template]))
    hours, uses = float(row["hours"]), row["uses"]
    allowed = range(1, int(uses) + 1) if uses != "*" else (0, 1, 2)
    lasts = choose([h for h in (1, 24, 48, 72, 168, 4380) if h <= hours])
    # Now and then so late that it should not count, and its time is waited for.
    start = choose((0,) * 12 + (1,) * 4 + (30 * 24 + 1,))
    fault = choose(("",) * 6 * len(REQUEST_FAULTS) + REQUEST_FAULTS)
    steps: list[Step] = [Open(template, 0, start, lasts, choose(allowed), fault)]
    steps += _approvals(choose, number, seats_in(row), TEMPLATES[template].subject)
    steps += [Pass(start * HOUR)] if start else []
    steps += [Pass(24 * HOUR)] if row["waited"] != "0" else []
    steps += [Use(number), Use(number)]
    if row["manner"] == "break-glass" and choose((True, False)):
        closed = [Close(0, "user:fay")] if choose((True, False)) else []
        again = Open(template, choose((0, 1)), 0, 1, 1)
        return [*steps, *closed, again, Use(number + 1)]
    return steps


def _approvals(
    choose: _Choose, number: int, seats: list[tuple[str, int]], asking: str
) -> list[Step]:
    """Return the approvals that a row demands, now and then with one that is wrong."""
    steps = list[Step]()
    seated: list[str] = []
    for role, count in seats:
        for _ in range(count):
            free = [p for p in SEATED[role] if p not in seated and p != asking]
            someone = choose((*free * 12, *_HOLDERS[role]))
            seated.append(someone)
            fault = choose(("",) * 9 * len(APPROVAL_FAULTS) + APPROVAL_FAULTS)
            steps.append(Approve(number, someone, role, fault))
    return steps


def _stray(choose: _Choose) -> Step:
    """Return a step that may be anything."""
    make: Callable[[_Choose], Step] = choose(_STRAYS)
    return make(choose)


def _number(choose: _Choose) -> int:
    return int(choose((0, 0, 0, 1, 1, 2)))


def _open(choose: _Choose) -> Step:
    return Open(
        choose(range(len(TEMPLATES))),
        choose((0, 0, 1)),
        choose((-24, 0, 0, 1, 24)),
        choose((0, 1, 24, 72, 73, 4380, 4381)),
        choose((0, 1, 1, 2, 3, 4)),
        choose(("", *REQUEST_FAULTS)),
    )


def _approve(choose: _Choose) -> Step:
    seat = choose(SEATS)
    likely = choose((True, True, False)) and seat in _HOLDERS
    approver = choose(_HOLDERS[seat] if likely else APPROVERS)
    fault = choose(("",) * 8 + APPROVAL_FAULTS)
    return Approve(_number(choose), approver, seat, fault)


def _object(choose: _Choose) -> Step:
    kind = choose(("request.refused", "grant.revoked"))
    fault = choose(("", "", *OBJECTION_FAULTS))
    return Object(_number(choose), choose(APPROVERS), kind, fault)


def _edit(choose: _Choose) -> Step:
    people = (*APPROVERS, *REQUESTERS)
    entity = choose((*people, *people, *_ASSETS, "org:institute"))
    return Edit(entity, choose(("restored",) * _OFTEN + tuple(CHANGES)))


def _leave(choose: _Choose) -> Step:
    return Leave(choose(APPROVERS))


def _duty(choose: _Choose) -> Step:
    return Duty(
        choose((*APPROVERS, *REQUESTERS, EVERYBODY)),
        choose(DUTIES),
        choose(("passed", "passed", "failed")),
        choose((-24, 0, 24)),
        choose((1, 24, 48, 2000)),
    )


def _enforce(choose: _Choose) -> Step:
    return Enforce(choose((True, False)))


def _pass(choose: _Choose) -> Step:
    return Pass(choose(_TIMES))


def _use(choose: _Choose) -> Step:
    return Use(_number(choose), choose(("",) * _OFTEN + USES))


def _close(choose: _Choose) -> Step:
    by = choose((*SEATED["security-officer"], *APPROVERS))
    return Close(_number(choose), by, choose(("", "", *REVIEW_FAULTS)))


_STRAYS = (
    *(_open,) * 2,
    *(_approve,) * 5,
    _object,
    *(_edit,) * 4,
    _leave,
    _duty,
    _enforce,
    *(_pass,) * 2,
    *(_use,) * 5,
    _close,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draw a history of ten to forty steps."""
    return history(lambda values: draw(st.sampled_from(values)))
