"""What a triage puts on record: the outcome, and where it moves the case.

Made within a scene, as one transaction. Must never let a table take from RAID what it
owns, nor arm a clock for serious incidents on what was demonstrated and not suffered.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.errors import ActRefused
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.arming import arm_events
from ringwall.raid.assessing import (
    Assessed,
    assessed,
    check_apart,
    check_kind,
    told_columns,
    with_author,
)
from ringwall.raid.conflicts import check_outside
from ringwall.raid.judged_case import judged_case
from ringwall.raid.linked import linked_reports
from ringwall.raid.needs import shut_events
from ringwall.raid.scene import Scene
from ringwall.raid.timing import claims_for, is_exercise
from ringwall.raid.triage.judging import Because, Judged
from ringwall.raid.triage.outcomes import TLPS, Outcome, is_owned, rank, worst_of
from ringwall.raid.triage.points import ASKED
from ringwall.raid.triage.tables import TriageTables

__all__ = ["outcome_told", "triage_events"]

_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_TRIAGED: Final = "triaged"
_KEPT: Final = frozenset({"owned", "coordinating"})
_WAITING: Final = frozenset({"valid", "deferred"})


def triage_events(
    scene: Scene, case: str, then: str = ""
) -> tuple[list[Event], Judged, bool]:
    """Return the events of a triage, what the tables said, and if it is to shut.

    Args:
        scene: of the act.
        case: id.
        then: `watch` or `decline`, as the outcome allows; else empty.

    Raises:
        ActRefused: `assessor-is-clerk`; `conflict-of-interest`; `triage-unchanged`;
            `outcome-forbids`; `raid-owned`; `clock-of-an-exercise`;
            `act-not-possible`.
    """
    card = scene.card(_CASE, case)
    tables: TriageTables = scene.rules.triage
    check_apart(scene, case)
    check_outside(scene, case, scene.by)
    scene.require("assessor-apart", case, holds=True)
    known = assessed(scene.rows, case, tables.points)
    scene.require("points-valued", case, holds=all(known.points[n] for n in ASKED))
    _check_changed(scene, card, known, tables)
    routes = scene.rules.routes
    judged = judged_case(scene.rows, card, known.points, tables, routes)
    events = [_triage_event(scene, card, known, judged)]
    events += _moved(scene, case, judged.outcome, then)
    events += _accept_reports(scene, case)
    shut, is_to_shut = _shut(scene, case, judged.outcome)
    events += shut
    events += _armed(scene, case, judged)
    return events, judged, is_to_shut


def _check_changed(
    scene: Scene, card: RaidCard, known: Assessed, tables: TriageTables
) -> None:
    """Refuse to triage anew what is as it was: a deviation by two would be lost."""
    found = scene.rows.events(
        about=card.id, kind=_CASE, act="triage", newest=True, limit=1
    )
    if not found or card.card["state"] in {"new", "handed-over"}:
        return
    said = found[0].event["said"]
    told = said if isinstance(said, Mapping) else {}
    if (told.get("assessment"), told.get("tables")) == (known.index, tables.digest):
        raise ActRefused(
            "triage-unchanged",
            f"`{card.id}` was triaged on just this assessment, by just these tables",
            next_step="assess it anew; or have two persons decide otherwise: "
            "`ringwall raid triage deviate`",
        )


def _triage_event(
    scene: Scene, card: RaidCard, known: Assessed, judged: Judged
) -> Event:
    outcome, state = judged.outcome, str(card.card["state"])
    tables: TriageTables = scene.rules.triage
    # Two persons alone take from RAID what it owns (6.3, invariant 5).
    is_kept = state in _KEPT
    owners = (outcome.owner, *([_owner(card)] if is_kept else ()))
    owner = worst_of("owner", owners)
    columns = told_columns(tables.points, known.points, card)
    check_kind(scene, card.id, columns)
    changes: dict[str, str | int] = {
        **columns,
        # Whoever judged a case carries nothing that another proposes of it.
        "authors": with_author(card, scene.by),
        "owner": owner,
        "owned": int(is_owned(owner)),
        "lane": outcome.lane,
        "priority": rank("priority", outcome.priority),
        "severity": rank("severity", outcome.severity),
        "tlp": worst_of("tlp", (outcome.tlp, _label(card))),
        "rules": scene.rules.digest,
        "row": judged.row,
    }
    said = {
        "tables": tables.digest,
        "version": tables.version,
        "assessment": known.index,
        "points": {n: sorted(v) for n, v in known.points.items()},
        "outcome": outcome_told(outcome),
        "because": {
            name: [_told(why) for why in rows] for name, rows in judged.because.items()
        },
        "made": {name: _told(why) for name, why in judged.made.items()},
        "completions": str(judged.completions),
    }
    after = state if is_kept else _TRIAGED
    return scene.event(_CASE, card.id, "triage", card, changes, said, after=after)


def _owner(card: RaidCard) -> str:
    owner = str(card.card["owner"])
    return owner if owner in {"joint", "raid"} else "raid"


def _label(card: RaidCard) -> str:
    label = str(card.card["tlp"])
    return label if label in TLPS else TLPS[0]


def _told(why: Because) -> dict[str, Any]:
    return {**why._asdict(), "inputs": dict(why.inputs)}


def _moved(scene: Scene, case: str, outcome: Outcome, then: str) -> list[Event]:
    """Return the event by which the case moves on, if it does."""
    card = scene.latest(case)
    if card.card["state"] in _KEPT:
        if then:
            scene.require("not-raid-owned", case, holds=False)
        return []
    if card.card["owned"]:
        if then:
            scene.require("not-raid-owned", case, holds=False)
        scene.require("raid-owned", case, holds=True)
        return [scene.event(_CASE, case, "own", card, {}, {})]
    if not then:
        return []
    highest = "decline" if then == "decline" else "track"
    if rank("priority", outcome.priority) > rank("priority", highest):
        raise ActRefused(
            "outcome-forbids",
            f"the tables say {outcome.priority}, and that does not lead to {then}",
            next_step="have two persons decide otherwise: "
            "`ringwall raid triage deviate`",
        )
    scene.require("not-raid-owned", case, holds=True)
    return [scene.event(_CASE, case, then, card, {}, {})]


def _accept_reports(scene: Scene, case: str) -> list[Event]:
    events = []
    for linked in linked_reports(scene.rows, case):
        card = scene.card(_REPORT, linked.report.id)
        if card.card["state"] in _WAITING:
            scene.require("in-triaged-case", card.id, holds=True)
            accepted = scene.event(
                *(_REPORT, card.id, "accept", card, {}, {}), case=case
            )
            events.append(accepted)
    return events


def _shut(scene: Scene, case: str, outcome: Outcome) -> tuple[list[Event], bool]:
    """Return the events that shut the case where the outcome says so.

    With nobody admitted by name there is nobody to shut it to: then the compartment
    officer has to admit somebody first.
    """
    card, needs = scene.latest(case), scene.ground.matters.needs
    wants = is_owned(outcome.owner) and card.card["tlp"] == TLPS[-1]
    if not wants or needs.is_shut(case):
        return [], False
    if not any(said.holds(scene.now) for said in needs.admissions(case).values()):
        return [], True
    return shut_events(scene, card, "the triage says so: owned by RAID, and red"), False


def _armed(scene: Scene, case: str, judged: Judged) -> list[Event]:
    rules = judged.outcome.clocks
    if not rules or is_exercise(scene.latest(case).card):
        return []
    claims = claims_for(scene.rows, case, scene.rules.clocks)
    return arm_events(scene, case, rules, claims, f"triage, row {judged.row}")


def outcome_told(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON data."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in outcome._asdict().items()
    }
