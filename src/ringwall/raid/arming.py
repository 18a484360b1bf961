"""The arming of clocks: what says that a deadline may run, and shows its worst case.

What the desk has on record starts a clock with it. Must never start one by a claim.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from ringwall.base.errors import ActRefused
from ringwall.model.events import Event
from ringwall.raid.clocks.claims import ClockClaims
from ringwall.raid.clocks.due import worst_of
from ringwall.raid.clocks.rule import ClockRule, Owed, Stage
from ringwall.raid.guards import OWED_BY_HOST
from ringwall.raid.ids import new_id
from ringwall.raid.scene import Scene
from ringwall.raid.starting import Start, started_event
from ringwall.raid.timing import (
    case_clocks,
    instant_text,
    is_exercise,
    rule_named,
    taken,
    with_case,
)

if TYPE_CHECKING:
    from ringwall.raid.clocks.book import ClockBook

__all__ = ["Arming", "arm_event", "arm_events"]

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_RECEIVED: Final = "received"


class Arming(NamedTuple):
    """What is armed.

    Attributes:
        rule: the rule.
        stage: of it.
        owed: by whom.
        why: in words.
        home: id of the case that it goes back to, as what it follows on does.
    """

    rule: ClockRule
    stage: Stage
    owed: Owed
    why: str
    home: str = ""


def arm_event(scene: Scene, case: str, arming: Arming, claims: ClockClaims) -> Event:
    """Return the event that arms one stage, its worst case on the row.

    Args:
        scene: of the act.
        case: id.
        arming: what is armed.
        claims: of the case.
    """
    book: ClockBook = scene.rules.clocks
    rule, stage, owed, why, home = arming
    places = book.places_of(rule, claims.states)
    worst = worst_of(rule, stage.name, claims.earliest_of(stage.first.start), places)
    clock = new_id(_CLOCK)
    card = {
        "rule": rule.id,
        "version": rule.text_version,
        "stage": stage.name,
        "owed": owed,
        "home": home,
        "place": worst.place,
        "worst": instant_text(worst.strict),
    }
    scene.require("rule-sourced", clock, holds=bool(rule.source))
    said = {"why": why, "statement": rule.statement, "steps": list(worst.steps)}
    return scene.event(_CLOCK, clock, "arm", None, card, said, case=case)


def arm_events(
    scene: Scene,
    case: str,
    rules: Iterable[str],
    claims: ClockClaims,
    why: str = "",
) -> list[Event]:
    """Return the events that arm the clocks of some rules, and that of the case.

    What starts from the receipt of a report is started with it: that is on record.
    Left out are rules that don't apply today, under which no clock runs, and stages
    that have a clock in this case. The row of the case is the latest of the scene, so
    that this comes behind whatever else the act does to it.

    Args:
        scene: of the act.
        case: id.
        rules: ids.
        claims: of the case; who owes it, where it is not as a rule says.
        why: in words.

    Raises:
        UnknownItem: `unknown-clock-rule`.
        ActRefused: `clock-not-of-the-host`, the institute can't owe it.
    """
    book: ClockBook = scene.rules.clocks
    today = book.places["EU"].local(scene.now).date()
    known = case_clocks(scene, case)
    standing = taken(known)
    made: list[Event] = []
    for name in dict.fromkeys(rules):
        rule = rule_named(book, name)
        _check_owed(rule, claims.owed)
        if not (rule.is_armable and rule.applies_on(today)):
            continue
        for stage in rule.stages:
            if not stage.follows and (rule.id, stage.name) not in standing:
                arming = Arming(rule, stage, claims.owed or rule.owed, why)
                made.append(arm_event(scene, case, arming, claims))
                made += _received(scene, made[-1]["id"], arming, claims)
    return with_case(scene, case, made, known)


def _received(
    scene: Scene, clock: str, arming: Arming, claims: ClockClaims
) -> list[Event]:
    """Return the event that starts a clock at the receipt on record, if that does."""
    rule, stage = arming.rule, arming.stage
    card = scene.latest(clock)
    if not claims.receipt or {limb.start for limb in stage.limbs} != {_RECEIVED}:
        return []
    day = scene.rules.clocks.places["EU"].local(claims.received).date()
    is_harm = not (rule.serious and is_exercise(scene.card(_CASE, card.case).card))
    # What a person would be refused stays armed.
    if claims.received > scene.now or not rule.applies_on(day) or not is_harm:
        return []
    start = Start(
        *(_RECEIVED, claims.received),
        f"{claims.receipt} was received then",
        "the desk's own record",
    )
    return [started_event(scene, card, [start], "")]


def _check_owed(rule: ClockRule, owed: Owed | None) -> None:
    if owed == OWED_BY_HOST and not rule.host:
        raise ActRefused(
            "clock-not-of-the-host",
            f"{rule.id} is owed by {rule.owner}, which the institute is not",
            next_step="leave --owed out",
        )
