"""What becomes of a clock: it is started, corrected, met, breached or voided.

Events made within a scene. Must never start a clock without a start that somebody can
show, nor call met what was missed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.raid_events import clock_breached
from ringwall.raid.clocks.due import Due, due_of
from ringwall.raid.clocks.rule import SENT, ClockRule, Stage
from ringwall.raid.guards import is_told
from ringwall.raid.scene import Scene
from ringwall.raid.timing import (
    OPEN,
    Arming,
    arm_event,
    case_clocks,
    claims_for,
    instant_text,
    is_exercise,
    rule_named,
    starts_kept,
    taken,
    with_case,
)

if TYPE_CHECKING:
    from ringwall.raid.clocks.book import ClockBook

__all__ = [
    "Start",
    "breach_events",
    "is_overdue",
    "meet_events",
    "start_events",
    "void_events",
]

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_RESOLVED: Final = "resolved"


class Start(NamedTuple):
    """An instant that a clock is counted from, and how it is shown.

    Attributes:
        event: of `rule.EVENTS`; empty for what the first limit of its stage is counted
            from.
        at: instant.
        evidence: what shows it.
        source: where that comes from.
    """

    event: str
    at: int
    evidence: str
    source: str


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
    made = [_started(scene, card, starts, state)]
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
        **_kept(card),
    }
    made.append(scene.event(_CLOCK, clock, "meet", card, {}, told))
    made += _following(scene, card, at, outcome)
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
        ActRefused: `reason-missing`.
    """
    card = scene.card(_CLOCK, clock)
    known = case_clocks(scene, card.case)
    scene.require("reason", clock, holds=is_told(reason))
    # The policies give the action to nobody but under a grant that two approved.
    scene.require("two-persons", clock, holds=True)
    said = {"reason": reason, **_kept(card)}
    made = [scene.event(_CLOCK, clock, "void", card, {}, said)]
    return with_case(scene, card.case, made, known)


def _started(
    scene: Scene, card: RaidCard, starts: Sequence[Start], state: str
) -> Event:
    """Return the event that starts one clock, or corrects its start."""
    book: ClockBook = scene.rules.clocks
    rule = rule_named(book, str(card.card["rule"]))
    stage = rule.stage(str(card.card["stage"]))
    kept = starts_kept(card)
    # What is not named is what the first limit starts from.
    starts = [one._replace(event=one.event or stage.first.start) for one in starts]
    told = {**kept, **{one.event: _told(one) for one in starts}}
    _check_starts(scene, rule, stage, starts)
    case = scene.card(_CASE, card.case)
    states = (state.upper(),) if state else tuple(str(case.card["states"]).split())
    if state and state.upper() not in book.places:
        raise UnknownItem(
            "unknown-place",
            f"there is no place `{state[:20]}`",
            next_step="name a state by its ISO code, such as FR",
        )
    instants = {event: parse_instant(one["at"]) for event, one in told.items()}
    due = due_of(rule, stage.name, instants, book.places_of(rule, states))
    if due is None:
        raise ActRefused(
            "start-unsourced",
            "a clock starts at an instant that somebody can show",
            next_step="give --at, --evidence and --source",
        )
    is_new = card.card["state"] == "armed"
    scene.require("start-sourced", card.id, holds=True)
    if is_new:
        is_harm = not (rule.serious and is_exercise(case.card))
        scene.require("not-an-exercise", card.id, holds=is_harm)
    else:
        scene.require("only-earlier", card.id, holds=_is_earlier(card, due))
    changes = {
        "version": rule.text_version,
        "place": due.place,
        "start": format_instant(min(instants.values())),
        "due": instant_text(due.strict),
        "lawful": instant_text(due.lawful),
    }
    said = {"starts": told, "steps": list(due.steps)}
    act = "start" if is_new else "correct"
    return scene.event(_CLOCK, card.id, act, card, changes, said)


def _check_starts(
    scene: Scene, rule: ClockRule, stage: Stage, starts: Sequence[Start]
) -> None:
    """Refuse starts that are ahead, of another event, or that nobody can show."""
    wanted = {limb.start for limb in stage.limbs}
    for one in starts:
        if one.event not in wanted:
            raise ActRefused(
                "clock-start-foreign",
                f"{rule.id}, {stage.name}, does not start from `{one.event[:40]}`",
                next_step=f"give {' or '.join(sorted(wanted))}",
            )
        if not (is_told(one.evidence) and is_told(one.source)):
            raise ActRefused(
                "start-unsourced",
                "a clock starts at an instant that somebody can show",
                next_step="give --evidence and --source",
            )
        _check_past(scene, one.at)
        day = scene.rules.clocks.places["EU"].local(one.at).date()
        if not rule.applies_on(day):
            raise ActRefused(
                "clock-rule-not-applicable",
                f"{rule.id} does not apply to what starts on {day}: it applies from "
                f"{rule.applies_from or 'no day yet'}",
                next_step="look at `ringwall raid clock rules`",
            )


def _check_past(scene: Scene, at: int) -> None:
    if at > scene.now:
        raise ActRefused(
            "clock-start-ahead",
            f"{format_instant(at)} has not come yet",
            next_step="give the instant at which it was",
        )


def _check_done(scene: Scene, card: RaidCard, at: int, said: Mapping[str, str]) -> None:
    """Refuse that something was done ahead, before its start, or by hearsay."""
    _check_past(scene, at)
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


def _is_earlier(card: RaidCard, due: Due) -> bool:
    """Return whether a corrected clock is due earlier than it was, and never later."""
    if due.strict is None or due.lawful is None or not card.card["due"]:
        return False
    before = [parse_instant(str(card.card[name])) for name in ("due", "lawful")]
    after = [due.strict, due.lawful]
    return after != before and all(
        new <= old for new, old in zip(after, before, strict=True)
    )


def _told(start: Start) -> dict[str, str]:
    return {
        "at": format_instant(start.at),
        "evidence": start.evidence,
        "source": start.source,
    }


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
    said = _kept(card)
    breach = scene.event(_CLOCK, card.id, "breach", card, {}, said)
    alarm = clock_breached(scene.now, card.id, card.case, scene.decision)
    return [breach, alarm]


def _following(scene: Scene, card: RaidCard, at: int, outcome: str) -> list[Event]:
    """Return what the meeting of a clock arms, and starts where the sending does."""
    book: ClockBook = scene.rules.clocks
    rule, stage = str(card.card["rule"]), str(card.card["stage"])
    others = [one for one in case_clocks(scene, card.case) if one.id != card.id]
    ever = taken(others)
    still = taken(one for one in others if one.card["state"] in OPEN)
    day = book.places["EU"].local(at).date()
    made: list[Event] = []
    for after, step in book.following(rule, stage):
        key = (after.id, step.name)
        is_wanted = step.when in ("", outcome) and after.applies_on(day)
        is_over = step.recurs and outcome == _RESOLVED
        if is_wanted and not is_over and key not in (still if step.recurs else ever):
            made += _chained(scene, card, (after, step), at)
    return made


def _chained(
    scene: Scene, before: RaidCard, next_one: tuple[ClockRule, Stage], at: int
) -> list[Event]:
    """Return the events that arm a stage behind another, and start it if that does."""
    rule, stage = next_one
    owed = before.card["owed"]
    who = "host" if owed == "host" and rule.host else rule.owed
    arming = Arming(rule, stage, who, f"{before.id} was met")
    claims = claims_for(scene.rows, before.case)
    armed = arm_event(scene, before.case, arming, claims)
    made = [armed]
    case = scene.card(_CASE, before.case)
    if stage.first.start in SENT and not (rule.serious and is_exercise(case.card)):
        sent = Start(stage.first.start, at, f"{before.id} was met", before.id)
        wanted = {limb.start for limb in stage.limbs}
        earlier = [
            Start(event, parse_instant(one["at"]), one["evidence"], one["source"])
            for event, one in starts_kept(before).items()
            if event in wanted and event != sent.event
        ]
        card = scene.latest(armed["id"])
        made.append(_started(scene, card, [*earlier, sent], ""))
    return made


def _kept(card: RaidCard) -> dict[str, Any]:
    """Return what each later event of a clock says again: its starts and arithmetic."""
    said = card.event["said"]
    steps = said.get("steps", ()) if isinstance(said, Mapping) else ()
    return {"starts": starts_kept(card), "steps": list(steps)}
