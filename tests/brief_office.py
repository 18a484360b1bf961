"""A desk at which states are briefed: contacts, a grant of two, cases for all."""

from typing import Final

from ringwall.model.raid_events import DESK
from ringwall.raid.desk import RaidDesk
from tests.office import DAY
from tests.raid_office import RaidOffice
from tests.routed import adopt_contacts, triaged

__all__ = ["FRENCH", "LAPSED", "brief_grant", "briefed_case", "with_contacts"]

FRENCH: Final = "spoc.fr"
"""The contact of a state in good standing."""
LAPSED: Final = "spoc.pt"
"""The contact of a state whose evidence has lapsed."""


def with_contacts(desk: RaidDesk) -> None:
    """Put two contacts in force, each of which was checked and has a key."""
    adopt_contacts(desk, FRENCH)
    adopt_contacts(desk, LAPSED, key="rosalind")


def brief_grant(office: RaidOffice, purpose: str = "work on incidents") -> str:
    """Return the id of a grant of two to the liaison, to brief states."""
    name = office.opened(
        subject="user:chien",
        action="raid.brief",
        resource=DESK,
        purpose=purpose,
        uses=27,
        until=office.clock.now() + DAY,
    )
    office.approve(name, "rosalind", "raid-lead")
    office.approve(name, "elinor", "raid-release-approver")
    return name


def briefed_case(desk: RaidDesk, *points: str) -> str:
    """Return a case of which the triage has all states told."""
    return triaged(desk, "spread=union", *points, then="")
