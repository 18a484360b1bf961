"""The arming of clocks: what says that a deadline may run, and shows its worst case.

What the desk has on record starts a clock with it. Must never start one by a claim, nor
take the clock of one who owes, or of one case, for that of another.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.base.errors import ActRefused
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.clocks.claims import ClockClaims
from ringwall.raid.clocks.due import worst_of
from ringwall.raid.clocks.rule import SENT, ClockRule, Owed, Stage
from ringwall.raid.guards import OWED_BY_HOST
from ringwall.raid.ids import new_id
from ringwall.raid.scene import Scene
from ringwall.raid.starting import Start, started_event
from ringwall.raid.timing import (
    OPEN,
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

__all__ = ["Arming", "arm_event", "arm_events", "following_events"]

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_RECEIVED: Final = "received"
_RESOLVED: Final = "resolved"
_MET: Final = frozenset({"met", "late-met"})


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
    that have a clock of this case: whoever owes it, or of the one who is named. A stage
    that follows on one that was met is armed too, where it is missing. The row of the
    case is the latest of the scene, so that this comes behind whatever else the act
    does to it.

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
            if stage.follows or _stands(standing, rule, stage, claims.owed):
                continue
            arming = Arming(rule, stage, claims.owed or rule.owed, why)
            made.append(arm_event(scene, case, arming, claims))
            made += _received(scene, made[-1]["id"], arming, claims)
        made += _missing(scene, rule, claims.owed, known)
    return with_case(scene, case, made, known)


def following_events(
    scene: Scene, card: RaidCard, at: int, outcome: str
) -> list[Event]:
    """Return what the meeting of a clock arms, and starts where the sending does.

    Each stage once for whoever owes it, and once for each case that it goes home to.

    Args:
        scene: of the meeting.
        card: of the clock, as it was before.
        at: instant at which what it runs for was done.
        outcome: as of `meet_events`.
    """
    others = [one for one in case_clocks(scene, card.case) if one.id != card.id]
    ever = taken(others)
    still = taken(one for one in others if one.card["state"] in OPEN)
    made: list[Event] = []
    for rule, stage in _next(scene, card, at, outcome):
        if _key(card, rule, stage) not in (still if stage.recurs else ever):
            made += _chained(scene, card, (rule, stage), at)
    return made


def _missing(
    scene: Scene, rule: ClockRule, owed: Owed | None, known: Sequence[RaidCard]
) -> list[Event]:
    """Return what arms the stages of a rule that no clock follows on what was met."""
    made: list[Event] = []
    ever = taken(known)
    for card in known:
        if card.card["state"] not in _MET:
            continue
        asked = {"about": card.id, "kind": _CLOCK, "act": "meet"}
        [met] = scene.rows.events(**asked, newest=True, limit=1)
        said = met.event["said"]
        told = said if isinstance(said, Mapping) else {}
        # What was forgotten counts as the day on which it was put on record.
        at = parse_instant(str(told.get("at") or met.event["at"]))
        outcome = str(told.get("outcome", ""))
        for after, stage in _next(scene, card, at, outcome):
            key = _key(card, after, stage)
            if after.id == rule.id and key not in ever and owed in (None, key[2]):
                ever.add(key)
                made += _chained(scene, card, (after, stage), at)
    return made


def _next(
    scene: Scene, card: RaidCard, at: int, outcome: str
) -> list[tuple[ClockRule, Stage]]:
    """Return the stages that follow on a clock that was met with an outcome."""
    book: ClockBook = scene.rules.clocks
    day = book.places["EU"].local(at).date()
    return [
        (rule, stage)
        for rule, stage in book.following(
            str(card.card["rule"]), str(card.card["stage"])
        )
        if stage.when in ("", outcome) and rule.applies_on(day)
        if not (stage.recurs and outcome == _RESOLVED)
    ]


def _key(before: RaidCard, rule: ClockRule, stage: Stage) -> tuple[str, str, Owed, str]:
    """Return what a clock that follows on another is known by; see `taken`."""
    is_host = before.card["owed"] == OWED_BY_HOST and rule.host
    owed: Owed = OWED_BY_HOST if is_host else rule.owed
    return rule.id, stage.name, owed, str(before.card["home"])


def _chained(
    scene: Scene, before: RaidCard, next_one: tuple[ClockRule, Stage], at: int
) -> list[Event]:
    """Return the events that arm a stage behind another, and start it if that does."""
    rule, stage = next_one
    _, _, owed, home = _key(before, rule, stage)
    arming = Arming(rule, stage, owed, f"{before.id} was met", home)
    # As if its case had never been merged.
    claims = claims_for(scene.rows, home or before.case, scene.rules.clocks)
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
        made.append(started_event(scene, card, [*earlier, sent], ""))
    return made


def _stands(
    standing: Iterable[tuple[str, str, str, str]],
    rule: ClockRule,
    stage: Stage,
    owed: Owed | None,
) -> bool:
    """Return whether a case has a clock of its own for a stage, of whom is named."""
    return any(
        (name, step, home) == (rule.id, stage.name, "") and owed in (None, by)
        for name, step, by, home in standing
    )


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
