"""What becomes of a clock: it is started, corrected, met, breached or voided.

Events made within a scene. Must never start a clock without a start that somebody can
show, nor call met what was missed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.raid_events import clock_breached
from ringwall.raid.arming import following_events
from ringwall.raid.guards import is_told
from ringwall.raid.scene import Scene
from ringwall.raid.starting import Start, check_past, started_event
from ringwall.raid.timing import (
    arithmetic_kept,
    case_clocks,
    with_case,
)

__all__ = [
    "breach_events",
    "is_overdue",
    "meet_events",
    "start_events",
    "void_events",
]

_CLOCK: Final = "raid.clock"
_VOID: Final = "raid.clock"
# By these a clock comes to the case that it is in.
_CAME: Final = frozenset({"arm", "take-over", "give-back"})


def start_events(
    scene: Scene, clock: str, starts: Sequence[Start], state: str = ""
) -> list[Event]:
    """Return the events that start a clock, or correct its start to an earlier one.

    Args:
        scene: of the act.
        clock: its id.
        starts: what it is counted from; of a running one those that are new.
        state: code of the state whose recipient is told; empty for those of the case.

    Raises:
        ActRefused: `start-unsourced`, `clock-of-an-exercise`, `clock-start-ahead`,
            `clock-start-foreign`, `clock-rule-not-applicable`, or `clock-start-later`,
            it would be due later.
        UnknownItem: `unknown-clock`, `unknown-clock-rule`, `unknown-place`.
    """
    card = scene.card(_CLOCK, clock)
    known = case_clocks(scene, card.case)
    made = [started_event(scene, card, starts, state)]
    return with_case(scene, card.case, made, known)


def meet_events(
    scene: Scene, clock: str, at: int, said: Mapping[str, str], outcome: str = ""
) -> list[Event]:
    """Return the events by which a clock is met, and the next stages armed.

    Met behind the deadline, its breach goes on record with it.

    Args:
        scene: of the act.
        clock: its id.
        at: instant at which what it runs for was done.
        said: `evidence` and `source`.
        outcome: `incomplete`, `ongoing`, `resolved` or empty; some stages follow only
            on one of these.

    Raises:
        ActRefused: `clock-start-ahead`, it has not been done yet; `clock-met-early`,
            done before it started; `clock-met-unsourced`, nothing shows it.
    """
    card = scene.card(_CLOCK, clock)
    known = case_clocks(scene, card.case)
    _check_done(scene, card, at, said)
    made: list[Event] = []
    lawful = str(card.card["lawful"])
    if card.card["state"] == "running" and lawful and at > parse_instant(lawful):
        made += _breached(scene, card)
        card = scene.latest(clock)
    if card.card["state"] == "running":
        scene.require("in-time", clock, holds=not lawful or at <= parse_instant(lawful))
    told = {
        "at": format_instant(at),
        "outcome": outcome,
        **said,
        **arithmetic_kept(card),
    }
    made.append(scene.event(_CLOCK, clock, "meet", card, {}, told))
    made += following_events(scene, card, at, outcome)
    return with_case(scene, card.case, made, known)


def breach_events(scene: Scene, clocks: Collection[str]) -> list[Event]:
    """Return the events that put it on record that clocks were missed, with alarms.

    Args:
        scene: of the act.
        clocks: ids, all of one case; those that are not overdue are left out.
    """
    made: list[Event] = []
    case = ""
    known: list[RaidCard] = []
    for clock in clocks:
        card = scene.card(_CLOCK, clock)
        if not case:
            case = card.case
            known = case_clocks(scene, case)
        if is_overdue(card, scene.now):
            made += _breached(scene, card)
    return with_case(scene, case, made, known)


def void_events(scene: Scene, clock: str, reason: str) -> list[Event]:
    """Return the events by which a clock counts no longer.

    Args:
        scene: of an act under a permit of `raid.clock`, which takes a grant of two.
        clock: its id.
        reason: in words.

    Raises:
        ActRefused: `reason-missing`; `grant-before-clock`, it was not in the case yet
            when the grant was asked for.
    """
    card = scene.card(_CLOCK, clock)
    known = case_clocks(scene, card.case)
    _check_granted(scene, card)
    scene.require("reason", clock, holds=is_told(reason))
    # The policies give the action to nobody but under a grant that two approved.
    scene.require("two-persons", clock, holds=True)
    said = {"reason": reason, **arithmetic_kept(card)}
    made = [scene.event(_CLOCK, clock, "void", card, {}, said)]
    return with_case(scene, card.case, made, known)


def _check_done(scene: Scene, card: RaidCard, at: int, said: Mapping[str, str]) -> None:
    """Refuse that something was done ahead, before its start, or by hearsay."""
    check_past(scene, at)
    start = str(card.card["start"])
    if start and at < parse_instant(start):
        raise ActRefused(
            "clock-met-early",
            f"{format_instant(at)} lies before the clock started, at {start}",
            next_step="correct the start first: `ringwall raid clock start`",
        )
    if not all(is_told(said[name]) for name in ("evidence", "source")):
        raise ActRefused(
            "clock-met-unsourced",
            "that a clock was met is for somebody to show",
            next_step="give --evidence and --source",
        )


def _check_granted(scene: Scene, card: RaidCard) -> None:
    """Refuse a grant that names the case and was asked for before it had the clock.

    Those who approved it can't have meant a clock that they could not see there. What
    no grant on record tells of was meant by nobody.
    """
    used = [
        request.index
        for request in scene.ground.matters.requests.of(
            *(scene.by, _VOID, card.case),
        )
        if any(use.decision == scene.decision for use in request.used)
    ]
    came = [
        event.index
        for event in scene.rows.events(about=card.id, kind=_CLOCK)
        if event.event["act"] in _CAME
    ]
    if not used or max(came) > used[0]:
        raise ActRefused(
            "grant-before-clock",
            f"`{card.id}` was not in `{card.case}` yet when the grant was asked for",
            next_step="have a new grant approved: "
            f"`ringwall request new --action raid.clock --asset {card.case}`",
        )


def is_overdue(card: RaidCard, now: int) -> bool:
    """Return whether a running clock is past the last instant that the law allows.

    Args:
        card: of the clock.
        now: instant.
    """
    lawful = str(card.card["lawful"])
    is_running = card.card["state"] == "running"
    return is_running and bool(lawful) and now > parse_instant(lawful)


def _breached(scene: Scene, card: RaidCard) -> list[Event]:
    scene.require("overdue", card.id, holds=is_overdue(card, scene.now))
    said = arithmetic_kept(card)
    breach = scene.event(_CLOCK, card.id, "breach", card, {}, said)
    alarm = clock_breached(scene.now, card.id, card.case, scene.decision)
    return [breach, alarm]
