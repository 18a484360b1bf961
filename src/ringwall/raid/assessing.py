"""Assessments of cases: for each decision point what the evidence leaves open, and why.

Made within a scene, or read from the rows. Must never lose an earlier answer when
another one is given, nor take an assessment from whoever took in a report of the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ringwall.base.errors import RequestError
from ringwall.ledger.asking.raid_rows import RaidCard, RaidRows
from ringwall.model.events import Event
from ringwall.raid.conflicts import check_outside
from ringwall.raid.guards import apart, demand
from ringwall.raid.linked import clerks_of, linked_reports
from ringwall.raid.scene import Scene
from ringwall.raid.timing import case_clocks, check_exercise, is_exercise
from ringwall.raid.triage.points import ASKED, Assessment, Points
from ringwall.raid.triage.suggesting import SILENCE, Suggestion, suggest
from ringwall.raid.triage.tables import TriageTables

__all__ = [
    "CONFIDENCE",
    "Assessed",
    "assess_event",
    "assessed",
    "check_apart",
    "check_kind",
    "parse_points",
    "suggested",
    "told_columns",
    "with_author",
]

CONFIDENCE: Final = (
    *("remote", "unlikely", "roughly-even", "likely", "very-likely", "almost-certain"),
)
"""Words of estimative language for how sure an assessor is, the least sure first."""

_CASE: Final = "raid.case"
_ASSESS: Final = "assess"
# How the kind of a case stands on its row: the words of a report's own question.
_KINDS: Final[Mapping[str, str]] = {
    "demonstrated-in-test": "demonstration",
    "realised-harm": "incident",
    "continuing-harm": "incident",
}
_HAZARDS: Final = frozenset({"hazard", "near-miss"})


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment on record.

    Attributes:
        points: point -> the values left open, of each point.
        index: of its entry; -1 if nobody has made one.
        by: id of the assessor; empty if nobody has made one.
        said: evidence, confidence and the like, as it was told.
    """

    points: Assessment
    index: int
    by: str
    said: Mapping[str, Any]


def assessed(rows: RaidRows, case: str, points: Points) -> Assessed:
    """Return the last assessment of a case; everything unknown if there is none.

    A value that the tables know no longer leaves its point unknown.

    Args:
        rows: of the desk.
        case: id.
        points: of the tables in force.
    """
    found = rows.events(about=case, kind=_CASE, act=_ASSESS, newest=True, limit=1)
    if not found:
        return Assessed(points.unknown, -1, "", {})
    event = found[0].event
    said = event["said"] if isinstance(event["said"], Mapping) else {}
    kept = said.get("points", {})
    known = {
        name: frozenset(kept[name])
        for name in ASKED
        if kept.get(name) and frozenset(kept[name]) <= points[name].all
    }
    return Assessed(points.narrowed(known), found[0].index, event["by"], said)


def parse_points(words: Iterable[str], points: Points) -> dict[str, frozenset[str]]:
    """Return the answers that some words give.

    Args:
        words: `point=value` or `point=value,value`; `unknown` leaves all open.
        points: of the tables in force.

    Raises:
        RequestError: `point-malformed`, `point-twice`; or as `Points.narrowed`.
    """
    given: dict[str, frozenset[str]] = {}
    for word in words:
        name, equals, values = word.partition("=")
        if not equals or not values:
            raise RequestError(
                "point-malformed",
                f"`{word[:60]}` is no answer",
                next_step="write `point=value` or `point=value,value`",
            )
        if name in given:
            raise RequestError(
                "point-twice",
                f"`{name[:40]}` is answered twice",
                next_step="name all values left open at once: `point=value,value`",
            )
        given[name] = frozenset(values.split(","))
        given[name] = points.narrowed({name: given[name]})[name]
    return given


def check_apart(scene: Scene, case: str) -> None:
    """Refuse whoever took in a report of a case, by whatever account.

    Raises:
        ActRefused: `assessor-is-clerk`.
    """
    holds = apart(scene.person, clerks_of(scene, case))
    demand("assessor-apart", holds=holds, about=case)


def check_kind(scene: Scene, case: str, columns: Mapping[str, str | int]) -> None:
    """Refuse that a case becomes an exercise while a serious clock runs in it.

    Args:
        scene: of the act.
        case: id.
        columns: of the case, as an assessment leaves them.

    Raises:
        ActRefused: `clock-of-an-exercise` (6.3, invariant 6).
    """
    if is_exercise(columns):
        step = "have two persons void the clock first: `ringwall raid clock void`"
        check_exercise(scene, case_clocks(scene, case), case, step)


def assess_event(
    scene: Scene,
    card: RaidCard,
    given: Mapping[str, frozenset[str]],
    said: Mapping[str, Any],
) -> Event:
    """Return the event of an assessment: earlier answers, and those given now.

    Args:
        scene: of the act.
        card: of the case.
        given: point -> values left open.
        said: evidence, confidence and the like.

    Raises:
        ActRefused: `assessor-is-clerk`; `conflict-of-interest`, the case is about the
            institute itself; `clock-of-an-exercise`, a clock of serious
            incidents runs in what is said to be only demonstrated;
            `act-not-possible`.
    """
    check_apart(scene, card.id)
    check_outside(scene, card.id, scene.by)
    points: Points = scene.rules.triage.points
    before = assessed(scene.rows, card.id, points)
    now = {**before.points, **given}
    whole = {
        **said,
        "points": {name: _ordered(points, name, now[name]) for name in ASKED},
        "changed": sorted(name for name in given if given[name] != before.points[name]),
        "version": scene.rules.triage.version,
    }
    columns = told_columns(points, now, card)
    check_kind(scene, card.id, columns)
    changes = {**columns, "authors": with_author(card, scene.by)}
    return scene.event(_CASE, card.id, _ASSESS, card, changes, whole)


def with_author(card: RaidCard, person: str) -> str:
    """Return who has judged a case by now: ids in one text, parted by spaces.

    Args:
        card: of the case.
        person: id of who judges it.
    """
    return " ".join(sorted({*str(card.card["authors"]).split(), person}))


def told_columns(
    points: Points, assessment: Assessment, card: RaidCard
) -> dict[str, str | int]:
    """Return the columns of a case that follow from an assessment alone.

    Args:
        points: of the tables.
        assessment: of the case.
        card: of the case.
    """
    comp, spread = points["comp"], points["spread"]
    classes = assessment["class"]
    return {
        "kind": _kind(assessment["kind"], str(card.card["kind"])),
        "class": next(iter(classes)) if len(classes) == 1 else "unknown",
        "imminent": int("imminent" in assessment["danger"]),
        "compute": comp.ranks[comp.worst(assessment["comp"])],
        "reach": spread.ranks[spread.worst(assessment["spread"])],
    }


def suggested(
    rows: RaidRows, case: str, tables: TriageTables
) -> dict[str, list[Suggestion]]:
    """Return point -> what the reports of a case suggest for it.

    What a report is silent of is suggested only if each of them is.

    Args:
        rows: of the desk.
        case: id.
        tables: in force.
    """
    told = [suggest(tables, one.document) for one in linked_reports(rows, case)]
    found: dict[str, list[Suggestion]] = {}
    for suggestions in told:
        for one in suggestions:
            found.setdefault(one.point, []).append(one)
    kept = {name: _heard(found.get(name, []), len(told)) for name in ASKED}
    return {name: ones for name, ones in kept.items() if ones}


def _heard(ones: list[Suggestion], reports: int) -> list[Suggestion]:
    """Return suggestions for a point, without a silence that not all reports share."""
    spoken = [one for one in ones if one.basis != SILENCE]
    return ones if len(ones) - len(spoken) == reports else spoken


def _kind(values: frozenset[str], now: str) -> str:
    words = {_KINDS.get(value, "hazard") for value in values}
    if len(words) > 1:
        return "unknown"
    [word] = words
    # A report tells a near miss from a hazard, an assessment does not.
    return now if word == "hazard" and now in _HAZARDS else word


def _ordered(points: Points, name: str, values: frozenset[str]) -> list[str]:
    return [value for value in points[name].values if value in values]
