"""An incident desk at which releases are signed by two: a second approver has a key."""

import json
from pathlib import Path
from typing import Final

from ringwall.base.clock import FixedClock, SystemClock
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.raid.desk import RaidDesk
from ringwall.raid.outgoing.release_text import Wanted
from tests.example import apply, declare
from tests.office import DAY, key_entry
from tests.raid_office import RaidOffice, adopted, who
from tests.routed import adopt_contacts, triaged

__all__ = [
    "FRENCH",
    "LiveOffice",
    "approved",
    "cleared",
    "drafted",
    "release_grant",
    "staffed",
    "without_key",
]

FRENCH: Final = "csirt.fr"
"""A recipient whose state is in good standing."""


class LiveOffice(RaidOffice):
    """The office of an institute whose clock is that of the machine.

    Args:
        folder: of the institute.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = FixedClock(SystemClock().now())
        self.institute = Institute(folder, self.clock)


def staffed(office: RaidOffice) -> None:
    """Declare a second release approver; all who sign have a key."""
    institute = Institute(office.folder, office.clock)
    known = institute.facts().documents()
    people = [dump_document(known[f"user:{name}"]) for name in ("elinor", "rosalind")]
    people.append({**people[0], "id": "user:barbara", "keys": []})
    told = [
        {**one, "keys": one.get("keys") or [key_entry(one["id"].partition(":")[2])]}
        for one in people
    ]
    apply(institute, declare(office.folder.parent, json.dumps({"people": told})))


def release_grant(
    office: RaidOffice, case: str, terms: str, purpose: str = "work on incidents"
) -> str:
    """Return the id of a grant of two that is bound to the terms of a release."""
    name = office.opened(
        subject="user:elinor",
        action="raid.release",
        resource=case,
        purpose=purpose,
        binds=terms,
        until=office.clock.now() + DAY,
    )
    office.approve(name, "rosalind", "raid-lead")
    office.approve(name, "barbara", "raid-release-approver")
    return name


def drafted(desk: RaidDesk, wanted: Wanted | None = None) -> tuple[str, str]:
    """Write a release of a case that was triaged; return both their ids."""
    adopt_contacts(desk, FRENCH)
    case = triaged(desk)
    found = desk.releases.draft(who("joan"), case, wanted or Wanted(FRENCH))
    return found.release, case


def cleared(desk: RaidDesk, wanted: Wanted | None = None) -> tuple[str, str, str]:
    """Write a release and clear it; return its id, that of its case, and its terms."""
    release, case = drafted(desk, wanted)
    done = desk.releases.clear(who("joan"), release).done
    return release, case, str(done.events[0]["card"]["terms"])


def approved(
    desk: RaidDesk, office: RaidOffice, wanted: Wanted | None = None
) -> tuple[str, str]:
    """Write a release, clear it and have it signed; return its id and its case's."""
    release, case, terms = cleared(desk, wanted)
    grant = release_grant(office, case, terms)
    desk.releases.approve(who("elinor", grant=grant), release)
    return release, case


def without_key(desk: RaidDesk, contact: str) -> None:
    """Put tables in force in which a contact has no key, and nobody has checked it."""
    path = desk.acting.folder / "raid" / "routes" / "contacts.csv"
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(f"{contact},")]
    function, _, state = contact.partition(".")
    place = state.upper()
    kept.append(f"{contact},{function},{place},One of them,no,,,post,recalled,a list,,")
    path.write_text("".join(f"{line}\n" for line in kept), "utf-8")
    adopted(desk, "its key was stolen")
