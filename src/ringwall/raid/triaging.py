"""Triage at the desk: assess a case, judge it by the tables, look at why.

Must never record what was only looked at, nor take over a suggestion unasked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.model.events import Event
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.assessing import (
    CONFIDENCE,
    Assessed,
    assess_event,
    assessed,
    parse_points,
    suggested,
)
from ringwall.raid.guards import is_told
from ringwall.raid.judged_case import judged_case, judged_on
from ringwall.raid.moving import triage_events
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.facts import NOTHING_TOLD
from ringwall.raid.routing.plan import plan
from ringwall.raid.scene import Scene
from ringwall.raid.timing import worst_dues
from ringwall.raid.triage.judging import Judged
from ringwall.raid.triage.margins import Margin, margins
from ringwall.raid.triage.outcomes import Outcome
from ringwall.raid.triage.points import Assessment
from ringwall.raid.triage.suggesting import ACCEPTS, Suggestion, accepted
from ringwall.raid.triage.tables import TriageTables
from ringwall.raid.triage.wondering import WhatIf, what_if
from ringwall.raid.words import MAX_NOTE, checked_text

if TYPE_CHECKING:
    from ringwall.raid.rulebook import Rulebook

__all__ = ["THEN", "Triage", "Triaged", "View"]

THEN: Final = ("watch", "decline")
"""What may become of a case that RAID does not own, besides staying triaged."""

_ASSESS: Final = "raid.assess"
_CASE: Final = "raid.case"


class Triaged(NamedTuple):
    """A triage that is on record.

    Attributes:
        done: what was recorded.
        judged: what the tables said.
        is_to_shut: whether the case should be shut, and nobody is admitted by name.
        margins: outcome -> how mild it could still be, and what keeps it where it is.
        planned: ids of the routes that the plan of the case has by now.
        is_worst: whether its first deadline is the worst case of a clock that has not
            started.
    """

    done: Done
    judged: Judged
    is_to_shut: bool
    margins: Mapping[str, Margin]
    planned: tuple[str, ...]
    is_worst: bool


@dataclass(frozen=True, slots=True)
class View:
    """A case as the tables see it now; nothing of it is recorded.

    Attributes:
        card: of the case.
        assessed: its last assessment.
        judged: what the tables in force say of it.
        tables: in force.
        margins: outcome -> how mild it could still be, and what keeps it where it is.
    """

    card: RaidCard
    assessed: Assessed
    judged: Judged
    tables: TriageTables
    margins: Mapping[str, Margin]


class Triage:
    """Where cases are assessed and triaged.

    Each act takes who does it, and the case's id; where that case was merged, its
    successor is meant. Each raises AccessDenied if the answer is no, or if there is no
    such case for all that they may know.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    @property
    def tables(self) -> TriageTables:
        """The tables in force."""
        return self._acting.rules.triage

    def suggestions(self, who: Who, case: str) -> dict[str, list[Suggestion]]:
        """Return point -> what the reports of a case suggest for it.

        Args:
            who: who asks.
            case: id.
        """
        case = self._read(who, case)
        return suggested(self._acting.rows, case, self.tables)

    def assess(
        self,
        who: Who,
        case: str,
        words: Sequence[str],
        said: Mapping[str, str],
        accept: Iterable[str] = (),
    ) -> Done:
        """Put an assessment on record; points not named stay as they were.

        Args:
            who: the assessor.
            case: id.
            words: `point=value` or `point=value,value`.
            said: `evidence`; `word`, one of `CONFIDENCE`; and `equivalent`, what
                shows that a capability is equal to that of 10^26 operations.
            accept: points whose suggestions are taken over; `all` for each that a
                reporter answered, `words` for those and each that there are words
                for, `silence` for each that the reports are silent of.

        Raises:
            RequestError: as `parse_points`; `assessment-empty`, `confidence-unknown`,
                `nothing-suggested`, `text-too-long`.
            ActRefused: `assessor-is-clerk`; `evidence-missing`; `act-not-possible`.
        """
        case = self._acting.case(who, case, _ASSESS)
        told = _checked(said)
        points = self.tables.points
        given = parse_points(words, points)
        if told["equivalent"]:
            given["comp"] = frozenset({"1e26"})
        wanted = frozenset(accept)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_CASE, case)
            taken = _accepted(scene.rows, case, scene.rules.triage, wanted)
            answers = {**taken, **given}
            if not answers:
                raise RequestError(
                    "assessment-empty",
                    "nothing is assessed",
                    next_step="give `point=value`, or take over what --suggest shows "
                    "with --accept",
                )
            kept = {**told, "accepted": sorted(taken.keys() - given.keys())}
            return [assess_event(scene, card, answers, kept)]

        return self._acting.act(who, _ASSESS, case, make)

    def view(self, who: Who, case: str) -> View:
        """Return a case as the tables see it now.

        Args:
            who: who asks.
            case: id.
        """
        case = self._read(who, case)
        card = self._acting.rows.card(_CASE, case)
        # The gate lets nobody read a case that there is not.
        assert card is not None  # noqa: S101 - for the type checker
        tables = self.tables
        known = assessed(self._acting.rows, case, tables.points)
        rows, routes = self._acting.rows, self._acting.rules.routes
        judged = judged_case(rows, card, known.points, tables, routes)
        return View(card, known, judged, tables, margins(tables, judged))

    def wonder(self, who: Who, case: str) -> tuple[View, list[WhatIf]]:
        """Return a case, and what each thing that is not known of it would do.

        Args:
            who: who asks; once, for both.
            case: id.
        """
        seen, routes = self.view(who, case), self._acting.rules.routes
        facts = routed_case(self._acting.rows, seen.card, NOTHING_TOLD, routes)

        def outcome_of(assessment: Assessment) -> Outcome:
            return judged_on(facts, assessment, seen.tables, routes).outcome

        found = what_if(seen.tables.points, seen.assessed.points, outcome_of)
        return seen, found

    def run(self, who: Who, case: str, then: str = "") -> Triaged:
        """Triage a case by the tables in force, and let it move.

        One transaction: what RAID owns becomes owned, its reports are accepted, the
        clocks that the outcome names are armed, and a case of RAID's that is to be
        red is shut to whom was admitted by name.

        Args:
            who: the analyst.
            case: id.
            then: `watch` or `decline`, as the outcome allows; else empty.

        Raises:
            ActRefused: `assessor-is-clerk`; `triage-unchanged`; `outcome-forbids`;
                `raid-owned`; `act-not-possible`.
            RequestError: `then-unknown`.
        """
        if then not in {"", *THEN}:
            raise RequestError(
                "then-unknown",
                f"`{then[:40]}` is nothing that a triage leads to",
                next_step=f"one of {', '.join(THEN)}",
            )
        case = self._acting.case(who, case, _ASSESS)
        found: list[tuple[Judged, bool, Rulebook]] = []

        def make(scene: Scene) -> list[Event]:
            events, judged, is_to_shut = triage_events(scene, case, then)
            found[:] = [(judged, is_to_shut, scene.rules)]
            return events

        done = self._acting.act(who, _ASSESS, case, make)
        judged, is_to_shut, rules = found[0]
        rows, now = self._acting.rows, self._acting.gate.clock.now()
        [card] = rows.find(RaidQuestion(_CASE, equal={"id": case}))
        facts = routed_case(rows, card, NOTHING_TOLD, rules.routes)
        planned = [row.route.id for row in plan(facts, rules.routes, now).rows]
        return Triaged(
            *(done, judged, is_to_shut, margins(rules.triage, judged)),
            planned=tuple(dict.fromkeys(planned)),
            is_worst=bool(worst_dues(rows, [card])),
        )

    def _read(self, who: Who, case: str) -> str:
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        return case


def _checked(said: Mapping[str, str]) -> dict[str, Any]:
    told = {
        name: checked_text(said.get(name, ""), name, MAX_NOTE // 2)
        for name in ("evidence", "equivalent")
    }
    word = said.get("word", "")
    if word not in {"", *CONFIDENCE}:
        raise RequestError(
            "confidence-unknown",
            f"`{word[:40]}` is no word of confidence",
            next_step=f"one of {', '.join(CONFIDENCE)}",
        )
    if not any(is_told(text) for text in told.values()):
        raise ActRefused(
            "evidence-missing",
            "an assessment rests on something",
            next_step="say with --evidence on what",
        )
    return {**told, "word": word}


def _accepted(
    rows: RaidRows, case: str, tables: TriageTables, wanted: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Return the suggestions that are taken over: all values that any report leaves."""
    if not wanted:
        return {}
    found = suggested(rows, case, tables)
    odd = sorted(wanted - {*ACCEPTS, *found})
    if odd:
        raise RequestError(
            "nothing-suggested",
            f"the reports suggest nothing for `{odd[0][:40]}`",
            next_step="see what they do: `ringwall raid assess CASE --suggest`",
        )
    return accepted(found, wanted)
