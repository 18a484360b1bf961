"""`raid brief`: a file for each state; what was left out is shown to the liaison."""

import json
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from tests.brief_office import brief_grant, briefed_case, with_contacts
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.example import apply, declare
from tests.office import key_entry
from tests.raid_office import POINT
from tests.release_office import LiveOffice, staffed

WHY = "a drill of the desk"
CHIEN = (*as_person("chien")[:-1], WHY)


@pytest.fixture
def grant(raid: Ringwall) -> str:
    assert raid("raid", "stats", *as_person("joan")).code == 0
    office = LiveOffice(Path().resolve())
    staffed(office)
    chien = dump_document(office.institute.facts().documents()["user:chien"])
    keyed = {"people": [{**chien, "keys": [key_entry("chien")]}]}
    apply(office.institute, declare(Path().resolve().parent, json.dumps(keyed)))
    with Institute(Path()).gatekeeper(POINT) as gate:
        with_contacts(gate.raid)
        briefed_case(gate.raid)
    return brief_grant(LiveOffice(Path().resolve()), WHY)


def test_states_are_briefed_into_a_folder(raid: Ringwall, grant: str) -> None:
    brief = ("raid", "brief", "all", "--out", "briefs")
    denied = raid.table(*brief, *as_person("chien"))
    assert "--action raid.brief" in denied.err + denied.out
    done = raid.table(*brief, "--grant", grant, *CHIEN)
    assert done.code == 0, done.err
    assert "reduced" in done.out
    assert "(raid/routes/contacts.csv): EE" in done.err
    assert "no government on record (`ringwall apply`): AT" in done.err
    told = {path.name[:2]: json.loads(path.read_bytes()) for path in _files()}
    assert {name: one["state"] for name, one in told.items()} == {
        "FR": "FR",
        "PT": "PT",
    }

    again = raid(
        "raid", "brief", "FR", "--diff", "--out", "x", "--grant", grant, *CHIEN
    )
    [row] = again.json()
    assert (row["new"], row["state"]) == ("0/0/0", "FR")
    assert raid("audit", "verify").code == 0


def test_what_is_no_state_is_refused(raid: Ringwall, grant: str) -> None:
    assert raid("raid", "brief", "FR", "--grant", grant, *CHIEN).code == 2
    done = raid("raid", "brief", "XX", "--out", "x", "--grant", grant, *CHIEN)
    assert code_told(done) == "state-unknown"


def _files() -> list[Path]:
    return sorted(Path("briefs").iterdir())
