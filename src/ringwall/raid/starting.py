"""What a clock is counted from: an instant, what shows it, and where that comes from.

Must never start a clock by what nobody can show, nor put its deadline off.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.clocks.due import Due, due_of
from ringwall.raid.clocks.rule import ClockRule, Stage
from ringwall.raid.guards import is_told
from ringwall.raid.scene import Scene
from ringwall.raid.timing import (
    instant_text,
    is_exercise,
    rule_named,
    starts_kept,
)

if TYPE_CHECKING:
    from ringwall.raid.clocks.book import ClockBook

__all__ = ["Start", "check_past", "started_event"]

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"


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


def started_event(
    scene: Scene, card: RaidCard, starts: Sequence[Start], state: str
) -> Event:
    """Return the event that starts one clock, or corrects its start.

    Args:
        scene: of the act.
        card: of the clock, as the scene has it.
        starts: what it is counted from; of a running one those that are new.
        state: code of the state whose recipient is told; empty for those of the case.

    Raises:
        ActRefused: as `start_events`.
        UnknownItem: `unknown-clock-rule`, `unknown-place`.
    """
    book: ClockBook = scene.rules.clocks
    rule = rule_named(book, str(card.card["rule"]))
    stage = rule.stage(str(card.card["stage"]))
    kept = starts_kept(card)
    # What is not named is what the first limit starts from.
    starts = [one._replace(event=one.event or stage.first.start) for one in starts]
    told = {**kept, **{one.event: _told(one) for one in starts}}
    _check_starts(scene, rule, stage, starts)
    case = scene.card(_CASE, card.case)
    # It is counted as if its case had never been merged: so it comes home.
    home = scene.card(_CASE, str(card.card["home"]) or card.case)
    states = (state.upper(),) if state else tuple(str(home.card["states"]).split())
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
    said: dict[str, Any] = {"starts": told, "steps": list(due.steps)}
    if due.undisputed != due.lawful:
        said["undisputed"] = instant_text(due.undisputed)
    act = "start" if is_new else "correct"
    return scene.event(_CLOCK, card.id, act, card, changes, said)


def check_past(scene: Scene, at: int) -> None:
    """Raise for an instant that has not come yet.

    Args:
        scene: of the act.
        at: instant.

    Raises:
        ActRefused: `clock-start-ahead`.
    """
    if at > scene.now:
        raise ActRefused(
            "clock-start-ahead",
            f"{format_instant(at)} has not come yet",
            next_step="give the instant at which it was",
        )


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
        check_past(scene, one.at)
        day = scene.rules.clocks.places["EU"].local(one.at).date()
        if not rule.applies_on(day):
            raise ActRefused(
                "clock-rule-not-applicable",
                f"{rule.id} does not apply to what starts on {day}: it applies from "
                f"{rule.applies_from or 'no day yet'}",
                next_step="look at `ringwall raid clock rules`",
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
