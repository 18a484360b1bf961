"""The clocks of a case: what they go by, and what they leave on the row of the case.

Events are made within a scene, to be recorded with whatever else the act does. Must
never start a clock, nor leave the case's own row behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.model.events import Event
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.claims import ClockClaims, Told, claims_of
from ringwall.raid.clocks.rule import ClockRule
from ringwall.raid.guards import OWED_BY_HOST
from ringwall.raid.scene import Scene

__all__ = [
    "OPEN",
    "arithmetic_kept",
    "case_clocks",
    "check_exercise",
    "claims_for",
    "deadline_of",
    "documents_of",
    "dues_of",
    "instant_text",
    "is_exercise",
    "rule_named",
    "starts_kept",
    "taken",
    "with_case",
    "worst_dues",
]

OPEN: Final = frozenset({"armed", "running", "breached"})
"""States of a clock in which something is still to be done."""

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_STARTED: Final = frozenset({"running", "breached"})
_EXERCISES: Final = frozenset({"demonstration", "demonstrated-in-test"})


def documents_of(rows: RaidRows, case: str) -> list[Told]:
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
        received = str(event["card"]["received"] or event["at"])
        found.append(Told(report, parse_instant(received), told))
    return found


def claims_for(rows: RaidRows, case: str, book: ClockBook) -> ClockClaims:
    """Return what the reports of a case claim; without any, that it was opened.

    Args:
        rows: of the desk.
        case: its id.
        book: the clock rules in force.
    """
    told = documents_of(rows, case)
    if told:
        return claims_of(book, told)
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


def arithmetic_kept(card: RaidCard) -> dict[str, Any]:
    """Return what each later event of a clock says again: its starts and arithmetic.

    Args:
        card: of the clock.
    """
    said = card.event["said"]
    known = said if isinstance(said, Mapping) else {}
    kept = {"starts": starts_kept(card), "steps": list(known.get("steps", ()))}
    if known.get("undisputed"):
        kept["undisputed"] = known["undisputed"]
    return kept


def taken(known: Iterable[RaidCard]) -> set[tuple[str, str, str, str]]:
    """Return rule, stage, who owes it and home of each clock that was not voided.

    What one owes is no other's, and what a case brought along is not of the case that
    keeps it: it goes home again.
    """
    return {
        (
            *(str(one.card["rule"]), str(one.card["stage"])),
            *(str(one.card["owed"]), str(one.card["home"])),
        )
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


def worst_dues(rows: RaidRows, cases: Iterable[RaidCard]) -> frozenset[str]:
    """Return the cases whose first deadline is a worst case: of a clock not started.

    Args:
        rows: of the desk.
        cases: rows.
    """
    first = {one.id: str(one.card["due"]) for one in cases if one.card["due"]}
    if not first:
        return frozenset()
    asked = RaidQuestion(_CLOCK, equal={"case_id": frozenset(first), "state": OPEN})
    found = [
        one for one in rows.find(asked) if deadline_of(one.card) == first[one.case]
    ]
    sure = {one.case for one in found if one.card["state"] != "armed"}
    return frozenset(one.case for one in found) - sure


def is_exercise(card: Mapping[str, str | int]) -> bool:
    """Return whether a case is of what was demonstrated and not suffered.

    Args:
        card: row of the case.
    """
    return card["kind"] in _EXERCISES


def check_exercise(
    scene: Scene, clocks: Iterable[RaidCard], case: str, next_step: str
) -> None:
    """Refuse that a case that is an exercise has a clock of serious incidents running.

    Args:
        scene: of the act.
        clocks: those that it would have.
        case: id of the exercise.
        next_step: what to do.

    Raises:
        ActRefused: `clock-of-an-exercise`.
    """
    started = [one for one in clocks if one.card["state"] in _STARTED]
    if not started:
        return
    book: ClockBook = scene.rules.clocks
    for one in started:
        rule = book.rules.get(str(one.card["rule"]))
        # Of a rule that is no longer in force nobody can say that it is not serious.
        if rule is None or rule.serious:
            raise ActRefused(
                "clock-of-an-exercise",
                f"`{case}` is of what was only demonstrated, and `{one.id}` runs "
                "for a serious incident",
                next_step=next_step,
            )


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
    card = scene.card(_CASE, case)
    return [*made, scene.event(_CASE, case, "clock", card, dues_of(rows), {})]


def dues_of(rows: Sequence[Mapping[str, str | int]]) -> dict[str, str | int]:
    """Return the columns of a case that follow from its clocks.

    Args:
        rows: of the clocks.
    """
    hosts = [row for row in rows if row["owed"] == OWED_BY_HOST]
    return {"host_due": _first(hosts), "due": _first(rows)}


def instant_text(instant: int | None) -> str:
    """Return an instant as it stands on a row: empty for none."""
    return "" if instant is None else format_instant(instant)


def _first(rows: Iterable[Mapping[str, str | int]]) -> str:
    """Return the earliest deadline of clocks; empty for none."""
    told = [text for text in map(deadline_of, rows) if text]
    return min(told, key=parse_instant, default="")
