"""How a request stands at an instant, in one word and in a sentence.

Judged by what decides at use, so that it can't promise what is then denied. Must never
call something granted because it once was.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.grants.asking import HOUR
from ringwall.grants.ways import Use, Way, demands_of, ways_of
from ringwall.matters.judging import Judgement, judge_grant
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.model.levels import Quorum
from ringwall.model.requests import AccessRequest
from ringwall.pdp.approvals import Demand

__all__ = ["Standing", "State", "closed_by", "standing_of"]


class State(StrEnum):
    """What a request has come to."""

    OPEN = "open"
    WAITING = "waiting"
    GRANTED = "granted"
    SPENT = "spent"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REFUSED = "refused"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands.

    Attributes:
        state: in one word.
        told: one line for people.
        demands: each way to reach the approvals that it takes.
        judgement: which approvals count; None where nothing is judged any more.
        usable: instant from which it can be used, given that all stays as it is; 0
            where it can't.
        lacking: of an open one, the roles whose seats the first demand finds empty.
    """

    state: State
    told: str
    demands: tuple[Demand, ...] = ()
    judgement: Judgement | None = None
    usable: int = 0
    lacking: tuple[str, ...] = ()


# What only time or approvals mend, so that it makes nothing void.
_MENDABLE: Final = frozenset({"approval-missing", "grant-not-yet"})


def closed_by(request: GrantRequest, now: int) -> Standing | None:
    """Return what has ended a request for good; None if nothing has."""
    if request.revocations:
        last = request.revocations[-1]
        used = f"used {_times(len(request.used))}, then " if request.used else ""
        told = f"{used}taken back by {last.by}: {last.reason}"
        return Standing(State.REVOKED, told)
    if request.refusals:
        last = request.refusals[-1]
        return Standing(State.REFUSED, f"refused by {last.by}: {last.reason}")
    if request.left == 0:
        return Standing(State.SPENT, f"used {_times(len(request.used))}, as granted")
    if now >= request.until:
        return Standing(State.EXPIRED, f"ended at {format_instant(request.until)}")
    return None


def standing_of(request: GrantRequest, scene: Scene) -> Standing:
    """Return how a request stands at the instant of a scene."""
    closed = closed_by(request, scene.now)
    if closed is not None:
        return closed
    use = Use(request.subject, request.action, request.resource, request.manner)
    ways = tuple(w for w in ways_of(use, scene) if w.needed is not Quorum.NONE)
    if not ways:
        told = "it would be denied now, whatever was approved"
        return Standing(State.VOID, told)
    demands = demands_of(ways)
    judged = [_judged(request, way, scene) for way in ways]
    judgement = judged[0]
    bad = [r for r in judgement.reasons if r.code not in _MENDABLE]
    if bad:
        return Standing(State.VOID, bad[0].message, demands, judgement)
    if _serves(ways, judged):
        return Standing(State.GRANTED, _granted(request), demands, judgement, scene.now)
    later = _later(request, demands, judgement, scene)
    if later:
        told = f"approved; counts from {format_instant(later)}"
        return Standing(State.WAITING, told, demands, judgement, later)
    lacking = tuple(_seats_lacking(demands[0], judgement)) if demands else ()
    told = _lacking(demands, judgement)
    return Standing(State.OPEN, told, demands, judgement, lacking=lacking)


def _judged(request: GrantRequest, way: Way, scene: Scene) -> Judgement:
    question = AccessRequest(
        request.subject,
        request.action,
        request.resource,
        way.point,
        purpose=request.purpose,
        grant=request.id,
        binds=request.binds,
    )
    return judge_grant(request, question, scene)


def _serves(ways: tuple[Way, ...], judged: list[Judgement]) -> bool:
    pairs = zip(ways, judged, strict=True)
    return any(judgement.quorum >= way.needed for way, judgement in pairs)


def _later(
    request: GrantRequest,
    demands: tuple[Demand, ...],
    judgement: Judgement,
    scene: Scene,
) -> int:
    """Return from when it counts if nothing more is approved; 0 for never."""
    instants = sorted(
        max(request.start, request.at + demand.waited * HOUR)
        for demand in demands
        if not _seats_lacking(demand, judgement)
    )
    later = (one for one in instants if scene.now < one < request.until)
    # The facts of today at the time to come: screening may lapse meanwhile.
    counting = (one for one in later if _counts(request, scene._replace(now=one)))
    return next(counting, 0)


def _counts(request: GrantRequest, scene: Scene) -> bool:
    use = Use(request.subject, request.action, request.resource, request.manner)
    ways = tuple(w for w in ways_of(use, scene) if w.needed is not Quorum.NONE)
    return _serves(ways, [_judged(request, way, scene) for way in ways])


def _seats_lacking(demand: Demand, judgement: Judgement) -> dict[str, int]:
    """Return how many of each role a demand still lacks."""
    filled = Counter(approval.seat for approval in judgement.counted)
    lacking = {role: count - filled[role] for role, count in demand.seats}
    return {role: count for role, count in lacking.items() if count > 0}


def _lacking(demands: tuple[Demand, ...], judgement: Judgement) -> str:
    ways = []
    for demand in demands:
        lacking = _seats_lacking(demand, judgement)
        people = " AND ".join(f"{count} {role}" for role, count in lacking.items())
        ways.append(people or "another length or number of uses")
    return f"lacks {', or '.join(dict.fromkeys(ways))}"


def _granted(request: GrantRequest) -> str:
    until = format_instant(request.until)
    if request.left is None:
        return f"as often as wanted until {until}"
    return f"{_times(request.left)} more until {until}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
