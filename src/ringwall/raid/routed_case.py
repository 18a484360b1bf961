"""A case as the routing table asks for it, gathered from what the desk has on record.

Reads alone; whoever asks has asked the gate for the case before. Must never take a
report that is no longer linked, nor an assessment that a later one replaced.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.ledger.asking.raid_rows import RaidCard, RaidRows
from ringwall.raid.linked import linked_reports
from ringwall.raid.routing.facts import CaseFacts, Report, Standing, Told, facts_of
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.raid.routing.rows import Routes

__all__ = ["routed_case"]

_CASE: Final = "raid.case"
# States that only what RAID owns is in, or comes from.
_OWNED_STATES: Final = frozenset({"owned"})


def routed_case(
    rows: RaidRows, card: RaidCard, told: Told, tables: Routes
) -> CaseFacts:
    """Return what is known of a case.

    Args:
        rows: of the desk.
        card: of the case.
        told: what the routing officer adds.
        tables: in force.
    """
    reports = [
        Report(linked.report.id, _label(linked.report), linked.document)
        for linked in linked_reports(rows, card.id)
    ]
    is_owned = bool(card.card["owned"]) or card.card["state"] in _OWNED_STATES
    disowned, owned = (_last(rows, card.id, act) for act in ("disown", "own"))
    standing = Standing(
        card.id, label_of(str(card.card["tlp"])), is_owned, disowned > owned
    )
    return facts_of(standing, _points(rows, card.id), reports, told, tables)


def _label(labelled: RaidCard) -> Tlp:
    return label_of(str(labelled.card["tlp"]))


def _last(rows: RaidRows, case: str, act: str) -> int:
    """Return the index of the last act of a sort on a case, -1 for none."""
    found = rows.events(case=case, kind=_CASE, act=act, newest=True, limit=1)
    return found[0].index if found else -1


def _points(rows: RaidRows, case: str) -> Mapping[str, Any]:
    """Return the last assessment of a case; empty if nobody made one."""
    found = rows.events(case=case, kind=_CASE, act="assess", newest=True, limit=1)
    return found[0].event["said"].get("points", {}) if found else {}
