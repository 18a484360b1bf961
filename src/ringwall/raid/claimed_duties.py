"""Which duties reports give a reason to suspect, as far as their answers leave them.

The table of duties that triage goes by has the last word here, too. Must never drop a
duty for what nobody has said, nor for what words alone point to.
"""

from collections.abc import Iterable

from ringwall.raid.clocks.claims import Told, suspected
from ringwall.raid.routing.duties import owed
from ringwall.raid.routing.facts import (
    NOTHING_TOLD,
    POINTS,
    CaseFacts,
    Report,
    Standing,
    facts_of,
)
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.rulebook import Rulebook
from ringwall.raid.triage.suggesting import ANSWERED, suggest

__all__ = ["answered_facts", "claimed_duties"]


def answered_facts(told: Told, rules: Rulebook) -> CaseFacts:
    """Return what a report alone answers, as the table of duties asks for it.

    Which events there were stays open: whoever reports names harms, and an event is
    for an assessor to name.

    Args:
        told: the report.
        rules: in force.
    """
    points = {
        one.point: one.values
        for one in suggest(rules.triage, told.document)
        if one.basis == ANSWERED and one.point in POINTS
    }
    # Nothing of this is handed to anybody: the strictest label will do.
    alone = [Report(told.report, Tlp.RED, told.document)]
    standing = Standing(told.report, Tlp.RED, is_owned=False)
    return facts_of(standing, points, alone, NOTHING_TOLD, rules.routes)


def claimed_duties(
    told: Iterable[Told], facts: CaseFacts, rules: Rulebook
) -> dict[str, tuple[str, ...]]:
    """Return clock rule -> the facts that would settle whether it is owed.

    Of the rules that reports give a reason to suspect, in the order of the book; those
    that the facts speak against are left out, as triage arms none of them.

    Args:
        told: the reports.
        facts: of the case, or of the report alone.
        rules: in force.
    """
    book = rules.clocks
    named = {rule for one in told for rule in suspected(book, one.document)}
    found = owed([rule for rule in book.rules if rule in named], facts, rules.routes)
    return {rule: found.open.get(rule, ()) for rule in found.clocks}
