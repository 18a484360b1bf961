"""What the tables say of a case: by its assessment, and by what its reports answer.

Reads alone. Must never drop a clock for what nobody has answered, nor arm one that the
answers of the case speak against.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ringwall.ledger.asking.raid_rows import RaidCard, RaidRows
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.duties import Owed, owed, suspected
from ringwall.raid.routing.facts import NOTHING_TOLD, CaseFacts
from ringwall.raid.routing.rows import Routes
from ringwall.raid.triage.judging import Because, Judged, judge
from ringwall.raid.triage.points import Assessment
from ringwall.raid.triage.tables import TriageTables

__all__ = ["judged_case", "judged_on"]

_LEGAL: Final = "legal"
_NONE: Final = frozenset({"none"})
_SETTLED: Final = "settled-by"


def judged_case(
    rows: RaidRows,
    card: RaidCard,
    assessment: Assessment,
    tables: TriageTables,
    routes: Routes,
) -> Judged:
    """Return what the tables say of a case.

    A sector or entity that a report names makes an event suspect that nobody has
    assessed; one that everybody has answered otherwise leaves no duty. What is open
    stays armed, and its row says which fact settles it.

    Args:
        rows: of the desk.
        card: of the case.
        assessment: of it.
        tables: of the triage, in force.
        routes: likewise, with what duties rest on.
    """
    facts = routed_case(rows, card, NOTHING_TOLD, routes)
    return judged_on(facts, assessment, tables, routes)


def judged_on(
    facts: CaseFacts, assessment: Assessment, tables: TriageTables, routes: Routes
) -> Judged:
    """Return what the tables say of an assessment and of what reports answer.

    Args:
        facts: of the case.
        assessment: of it.
        tables: of the triage, in force.
        routes: likewise, with what duties rest on.
    """
    flags = suspected(facts, routes) & tables.points[_LEGAL].all
    found = _judged(tables, assessment, flags)
    outcome = found.outcome
    said = owed((*outcome.clocks, *outcome.asked), facts, routes)
    return replace(
        found,
        outcome=outcome._replace(
            clocks=_without(outcome.clocks, said.against),
            asked=_without(outcome.asked, said.against),
        ),
        because={**found.because, "clocks": _told(found.because["clocks"], said)},
    )


def _judged(
    tables: TriageTables, assessment: Assessment, flags: frozenset[str]
) -> Judged:
    """Return what the tables say, with the events that the facts make suspect."""
    # Whoever has assessed that there was none has answered.
    if not flags or assessment[_LEGAL] == _NONE:
        return judge(tables, assessment)
    found = judge(tables, {**assessment, _LEGAL: assessment[_LEGAL] | flags})
    if assessment[_LEGAL] != tables.points[_LEGAL].all:
        return found
    # All events are possible, and these are named.
    named = judge(tables, {**assessment, _LEGAL: flags}).outcome.clocks
    outcome = found.outcome
    clocks = tuple(sorted({*outcome.clocks, *named}))
    outcome = outcome._replace(clocks=clocks, asked=_without(outcome.asked, named))
    return replace(found, outcome=outcome)


def _without(clocks: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in clocks if one not in others)


def _told(because: tuple[Because, ...], said: Owed) -> tuple[Because, ...]:
    """Return the rows that give clocks, each with what settles whether it is owed."""
    kept = [row for row in because if row.gives not in said.against]
    return tuple(row._replace(inputs=_inputs(row, said)) for row in kept)


def _inputs(row: Because, said: Owed) -> Mapping[str, str]:
    if row.gives not in said.open:
        return row.inputs
    return {**row.inputs, _SETTLED: "|".join(said.open[row.gives])}
