"""`raid party`: who is invited, and what each says."""

import json
from pathlib import Path

import pytest

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.embargoed import led, signed
from tests.office import public_line
from tests.raid_office import POINT

LEAD, JOAN = as_person("rosalind"), as_person("joan")


@pytest.fixture
def case(raid: Ringwall) -> str:
    """Return a case that is led."""
    assert raid is not None
    with Institute(Path()).gatekeeper(POINT) as gate:
        return led(gate.raid)


def write(party: str, act: str, terms: str = "") -> None:
    """Write what the party signs now into files."""
    with Institute(Path()).gatekeeper(POINT) as gate:
        said = signed(gate.raid, party, act, terms)
    Path("said.json").write_bytes(said.statement)
    Path("said.json.sig").write_text(said.signature, "ascii")


def test_a_party_is_invited_consents_and_leaves(raid: Ringwall, case: str) -> None:
    Path("lab.pub").write_text(public_line("elinor") + "\n", "ascii")
    invite = ("raid", "party", "invite", case, "lab:example", "--necessary")
    keyless = raid(*invite, *LEAD)
    assert code_told(keyless) == "party-keyless"
    made = raid(*invite, "--key", "lab.pub", "--zone", "Europe/Berlin", *LEAD)
    assert made.code == 0, made.err
    party = made.json()["party"]

    answer = ("raid", "party", "answer", party)
    unsigned = raid(*answer, "affected", *JOAN)
    assert code_told(unsigned) == "statement-unsigned"
    write(party, "accept")
    none = raid(*answer, "accept", "--statement", "said.json", *JOAN)
    assert "nothing recorded" in none.json()["state"]
    again = raid.table(*answer, "accept", "--statement", "said.json", *JOAN)
    assert again.out.startswith("NOTHING")

    propose = ("raid", "embargo", "propose", case, "--aim", "time to mend")
    offer = raid(*propose, *LEAD).json()["offer"]
    listed = raid.table("raid", "party", "ls", case, *JOAN)
    assert "no answer yet" in listed.out
    assert f'"terms": "{offer}"' in listed.err
    blank = raid(*answer, "accept", "--blank", *JOAN)
    assert json.loads(blank.out)["terms"] == offer
    assert "ssh-keygen -Y sign -n ringwall-embargo" in blank.err
    write(party, "accept", offer)
    done = raid(*answer, "accept", "--statement", "said.json", *JOAN)
    assert done.json()["state"] == "party", done.err
    (row,) = raid("raid", "party", "ls", case, *JOAN).json()
    assert (row["consents"], row["answer"]) == ("yes", "no answer yet")
    leaving = raid("raid", "party", "leave", party, "--blank", *JOAN)
    assert json.loads(leaving.out)["act"] == "leave"
    write(party, "leave")
    left = raid("raid", "party", "leave", party, "--statement", "said.json", *JOAN)
    assert left.json()["state"] == "left", left.err


def test_others_may_be_taken_at_their_word(raid: Ringwall, case: str) -> None:
    made = raid("raid", "party", "invite", case, "csirt:one", *LEAD)
    party = made.json()["party"]
    table = raid.table("raid", "party", "answer", party, "not-affected", *JOAN)
    assert table.out.startswith(f"RECORDED {party}: invited")
