"""A desk at which all may be done that could give a planted reporter away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.raid.desk import RaidDesk
from tests.example import apply, declare
from tests.office import key_entry
from tests.raid_office import RaidOffice
from tests.release_office import FRENCH, staffed
from tests.routed import adopt_contacts
from tests.shield_office import shield

__all__ = ["at_desk"]


@contextmanager
def at_desk(office: RaidOffice) -> Iterator[RaidDesk]:
    """Lend a desk with custodians, approvers and contacts in force.

    Args:
        office: of an institute of its own.
    """
    staffed(office)
    shield(office)
    institute = Institute(office.folder, office.clock)
    chien = dump_document(institute.facts().documents()["user:chien"])
    keyed = {"people": [{**chien, "keys": [key_entry("chien")]}]}
    apply(institute, declare(office.folder.parent, json.dumps(keyed)))
    with office.raid() as desk:
        adopt_contacts(desk, FRENCH, "csirt.de", "spoc.fr")
        yield desk
