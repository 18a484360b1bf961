"""The clocks of a case: what arms them, and what they leave on the row of the case.

Events are made within a scene, to be recorded with whatever else the act does. Must
never start a clock, nor leave the case's own row behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.model.events import Event
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.claims import ClockClaims, claims_of
from ringwall.raid.clocks.due import worst_of
from ringwall.raid.clocks.rule import ClockRule, Owed, Stage
from ringwall.raid.guards import OWED_BY_HOST
from ringwall.raid.ids import new_id
from ringwall.raid.scene import Scene

__all__ = [
    "OPEN",
    "Arming",
    "arm_event",
    "arm_events",
    "case_clocks",
    "claims_for",
    "deadline_of",
    "documents_of",
    "instant_text",
    "is_exercise",
    "rule_named",
    "starts_kept",
    "taken",
    "with_case",
]

OPEN: Final = frozenset({"armed", "running", "breached"})
"""States of a clock in which something is still to be done."""

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_EXERCISES: Final = frozenset({"demonstration", "demonstrated-in-test"})


def documents_of(rows: RaidRows, case: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the reports that are linked to a case: when received, and what they say.

    Args:
        rows: of the desk.
        case: its id.
    """
    asked = RaidQuestion("raid.link", equal={"case_id": case, "state": "linked"})
    reports = {str(link.card["report"]) for link in rows.find(asked)}
    made = rows.first(reports)
    found = []
    for report in sorted(made):
        event = made[report].event
        said = event["said"]
        # What was forgotten is no claim any more; that it was received stays known.
        document = said.get("document") if isinstance(said, Mapping) else None
        told = document if isinstance(document, Mapping) else {}
        found.append((str(event["card"]["received"] or event["at"]), told))
    return found


def claims_for(rows: RaidRows, case: str) -> ClockClaims:
    """Return what the reports of a case claim; without any, that it was opened.

    Args:
        rows: of the desk.
        case: its id.
    """
    told = documents_of(rows, case)
    if told:
        received = [parse_instant(instant) for instant, _ in told]
        return claims_of([document for _, document in told], received)
    card = rows.card(_CASE, case)
    opened = parse_instant(str(card.card["opened"] or card.at)) if card else 0
    return ClockClaims(opened, opened)


def case_clocks(scene: Scene, case: str) -> list[RaidCard]:
    """Return the clocks of a case as this act has left them, in order of their making.

    Args:
        scene: of the act.
        case: id.
    """
    asked = RaidQuestion(_CLOCK, equal={"case_id": case}, order=("idx",))
    return [scene.card(_CLOCK, found.id) for found in scene.rows.find(asked)]


def arm_events(
    scene: Scene,
    case: str,
    rules: Iterable[str],
    claims: ClockClaims,
    why: str = "",
) -> list[Event]:
    """Return the events that arm the clocks of some rules, and that of the case.

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
    return with_case(scene, case, made, known)


def rule_named(book: ClockBook, name: str) -> ClockRule:
    """Return a rule by its id.

    Raises:
        UnknownItem: `unknown-clock-rule`.
    """
    rule = book.rules.get(name)
    if rule is None:
        raise UnknownItem(
            "unknown-clock-rule",
            f"there is no clock rule `{name[:40]}`",
            next_step="`ringwall raid clock rules` lists them",
        )
    return rule


def starts_kept(card: RaidCard) -> dict[str, Any]:
    """Return what a clock is counted from, as it was told: event -> instant and so on.

    Args:
        card: of the clock. What was forgotten is none.
    """
    said = card.event["said"]
    kept = said.get("starts") if isinstance(said, Mapping) else None
    return dict(kept) if isinstance(kept, Mapping) else {}


def taken(known: Iterable[RaidCard]) -> set[tuple[str, str]]:
    """Return rule and stage of each clock that was not voided."""
    return {
        (str(one.card["rule"]), str(one.card["stage"]))
        for one in known
        if one.card["state"] != "void"
    }


def deadline_of(card: Mapping[str, str | int]) -> str:
    """Return when a clock that is open has to be met at the latest; empty for none.

    One that has not started counts with its worst case.

    Args:
        card: row of the clock.
    """
    if card["state"] not in OPEN:
        return ""
    return str(card["worst"] if card["state"] == "armed" else card["due"])


def is_exercise(card: Mapping[str, str | int]) -> bool:
    """Return whether a case is of what was demonstrated and not suffered.

    Args:
        card: row of the case.
    """
    return card["kind"] in _EXERCISES


class Arming(NamedTuple):
    """What is armed.

    Attributes:
        rule: the rule.
        stage: of it.
        owed: by whom.
        why: in words.
    """

    rule: ClockRule
    stage: Stage
    owed: Owed
    why: str


def arm_event(scene: Scene, case: str, arming: Arming, claims: ClockClaims) -> Event:
    """Return the event that arms one stage, its worst case on the row.

    Args:
        scene: of the act.
        case: id.
        arming: what is armed.
        claims: of the case.
    """
    book: ClockBook = scene.rules.clocks
    rule, stage, owed, why = arming
    places = book.places_of(rule, claims.states)
    worst = worst_of(rule, stage.name, claims.earliest_of(stage.first.start), places)
    clock = new_id(_CLOCK)
    card = {
        "rule": rule.id,
        "version": rule.text_version,
        "stage": stage.name,
        "owed": owed,
        "place": worst.place,
        "worst": instant_text(worst.strict),
    }
    scene.require("rule-sourced", clock, holds=bool(rule.source))
    said = {"why": why, "statement": rule.statement, "steps": list(worst.steps)}
    return scene.event(_CLOCK, clock, "arm", None, card, said, case=case)


def with_case(
    scene: Scene, case: str, made: Sequence[Event], known: Sequence[RaidCard]
) -> list[Event]:
    """Return events of clocks, and behind them that of their case.

    Args:
        scene: of the act.
        case: id.
        made: events of its clocks; without any nothing is added.
        known: the clocks that it had before.
    """
    if not made:
        return []
    ids = {one.id for one in known} | {
        event["id"] for event in made if event["kind"] == _CLOCK
    }
    rows = [scene.card(_CLOCK, name).card for name in sorted(ids)]
    hosts = [row for row in rows if row["owed"] == OWED_BY_HOST]
    changes = {"host_due": _first(hosts), "due": _first(rows)}
    card = scene.card(_CASE, case)
    return [*made, scene.event(_CASE, case, "clock", card, changes, {})]


def instant_text(instant: int | None) -> str:
    """Return an instant as it stands on a row: empty for none."""
    return "" if instant is None else format_instant(instant)


def _first(rows: Iterable[Mapping[str, str | int]]) -> str:
    """Return the earliest deadline of clocks; empty for none."""
    told = [text for text in map(deadline_of, rows) if text]
    return min(told, key=parse_instant, default="")


def _check_owed(rule: ClockRule, owed: Owed | None) -> None:
    if owed == OWED_BY_HOST and not rule.host:
        raise ActRefused(
            "clock-not-of-the-host",
            f"{rule.id} is owed by {rule.owner}, which the institute is not",
            next_step="leave --owed out",
        )
