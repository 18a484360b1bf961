"""A case as the routing table asks for it, gathered from what the desk has on record.

Reads alone; whoever asks has asked the gate for the case before. Must never take a
report that is no longer linked, nor an assessment that a later one replaced.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ringwall.ledger.asking.raid_rows import RaidCard, RaidEvent, RaidRows
from ringwall.raid.linked import linked_to
from ringwall.raid.routing.facts import CaseFacts, Report, Standing, Told, facts_of
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.raid.routing.rows import Routes

__all__ = ["routed_case", "routed_cases"]

_ASSESS: Final = "assess"
_DISOWN: Final = "disown"
_OWN: Final = "own"
_ACTS: Final = (_ASSESS, _DISOWN, _OWN)
_Acts = Mapping[tuple[str, str], RaidEvent]
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
    return routed_cases(rows, [card], told, tables)[0]


def routed_cases(
    rows: RaidRows, cards: Sequence[RaidCard], told: Told, tables: Routes
) -> list[CaseFacts]:
    """Return what is known of each of some cases, in their order; all read at once.

    Args:
        rows: of the desk.
        cards: of the cases.
        told: what the routing officer adds.
        tables: in force.
    """
    ids = frozenset(card.id for card in cards)
    linked = linked_to(rows, ids)
    acts = rows.latest(ids, _ACTS)
    return [
        facts_of(
            _standing(card, acts),
            _points(card, acts),
            [
                Report(one.report.id, _label(one.report), one.document)
                for one in linked.get(card.id, ())
            ],
            told,
            tables,
        )
        for card in cards
    ]


def _standing(card: RaidCard, acts: _Acts) -> Standing:
    is_owned = bool(card.card["owned"]) or card.card["state"] in _OWNED_STATES
    disowned, owned = (
        acts[card.id, act].index if (card.id, act) in acts else -1
        for act in (_DISOWN, _OWN)
    )
    return Standing(card.id, _label(card), is_owned, disowned > owned)


def _label(labelled: RaidCard) -> Tlp:
    return label_of(str(labelled.card["tlp"]))


def _points(card: RaidCard, acts: _Acts) -> Mapping[str, Any]:
    """Return the last assessment of a case; empty if nobody made one."""
    last = acts.get((card.id, _ASSESS))
    return {} if last is None else last.event["said"].get("points", {})
