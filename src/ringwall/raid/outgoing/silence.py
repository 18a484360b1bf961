"""Who may be told of a case under an embargo: a compartment of its parties.

Law, an order of a court and a danger to life go before any agreement to be silent. Must
never hold a compartment that nobody consented to, nor forget one that holds.
"""

from typing import Final

from ringwall.ledger.asking.raid_rows import RaidCard, RaidRows
from ringwall.raid.embargo.standing import (
    EMBARGO,
    is_in_force,
    object_id,
    parties_of,
    terms_said,
)

__all__ = ["BEFORE_SILENCE", "bound_to", "may_know", "silence_of"]

BEFORE_SILENCE: Final = frozenset({"law", "order", "danger"})
"""Exits that no agreement holds back."""

_PARTY: Final = "party"


def silence_of(
    embargo: RaidCard | None, case: str, now: int, way_out: str = ""
) -> frozenset[str]:
    """Return the compartment that an embargo puts a case in; nothing for none.

    Args:
        embargo: of the case; None if there is none.
        case: id.
        now: instant.
        way_out: exit of the barrier by which it is told; empty for none.
    """
    if way_out in BEFORE_SILENCE or not is_in_force(embargo, now):
        return frozenset()
    return frozenset({_compartment(case)})


def may_know(rows: RaidRows, case: str, contact: str) -> frozenset[str]:
    """Return the compartment of an embargo if a contact is in it.

    That is a party that consented, or one that the terms in force name as a defender.

    Args:
        rows: of the desk.
        case: id.
        contact: of the routing tables.
    """
    embargo = rows.card(EMBARGO, object_id(EMBARGO, case))
    known = {
        party.card["who"]
        for party in parties_of(rows, case)
        if party.card["state"] == _PARTY
    }
    if embargo is not None:
        terms = terms_said(rows, embargo.id, str(embargo.card["terms"]))
        known.update(terms.get("defenders", ()))
    return frozenset({_compartment(case)} if contact in known else ())


def bound_to(rows: RaidRows, case: str, now: int) -> frozenset[str]:
    """Return the compartment that a case is in by its embargo, as it now stands.

    Args:
        rows: of the desk.
        case: id.
        now: instant.
    """
    return silence_of(rows.card(EMBARGO, object_id(EMBARGO, case)), case, now)


def _compartment(case: str) -> str:
    return f"embargo of {case}"
