"""An incident desk with custodians who have their keys, and a report with a sender."""

import json
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.raid.desk import RaidDesk
from ringwall.raid.intake.desk import Handed
from ringwall.raid.shield.custodians import CUSTODIANS_FILE
from ringwall.raid.shield.identity import Identity
from ringwall.raid.shield.opening import pass_on
from ringwall.raid.shield.requests import Passing
from ringwall.raid.shield.sealing import format_public, public_of
from tests.example import NOON, apply, declare
from tests.raid_office import RaidOffice, adopted, given, report_document, who
from tests.shielded import HOUR, MARY, custodians, custodians_yaml, private_key

__all__ = ["JOAN", "UNTIL", "asked", "handed_in", "passing", "shield"]

JOAN: Final = format_public(public_of(private_key("user:joan")))
"""The public key of the analyst who asks."""
UNTIL: Final = format_instant(NOON + 24 * HOUR)


def shield(office: RaidOffice) -> None:
    """Give the desk its custodians: declared as people, and in force by two persons."""
    institute = Institute(office.folder, office.clock)
    ruth = dump_document(institute.facts().documents()["user:ruth"])
    people = [
        {
            **{name: value for name, value in ruth.items() if name != "note"},
            "id": one.person,
            "roles": ["raid-identity-custodian"],
        }
        for one in custodians().people
    ]
    apply(institute, declare(office.folder.parent, json.dumps({"people": people})))
    place = office.folder / "raid" / "desk" / CUSTODIANS_FILE
    place.write_bytes(custodians_yaml())
    with office.raid() as desk:
        given(desk.acting, report_document(title="The first of all"), "ruth")
        adopted(desk)


def handed_in(desk: RaidDesk, identity: Identity = MARY) -> Handed:
    """Take in a report of somebody."""
    return desk.intake.hand_in(who("ruth"), report_document(), identity)


def asked(desk: RaidDesk, report: str, **other: str) -> str:
    """Ask who sent a report, and return the id of the request."""
    words = {"purpose": "to warn them", "ground": "Article 5 of the statute"} | other
    done = desk.identities.ask(
        *(who(words.pop("by", "joan")), report, words["purpose"], words["ground"]),
        words.get("key", JOAN),
        words.get("until", UNTIL),
        untold=words.get("untold") == "yes",
    )
    return str(done.events[0]["id"])


def passing(number: int) -> Passing:
    """Return how a custodian passes their share on."""
    name = f"user:custodian-{number}"
    return lambda box, terms, now: pass_on(box, name, private_key(name), terms, now)
