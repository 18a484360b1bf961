"""`raid embargo`: terms proposed, accepted, revised and ended."""

from pathlib import Path

import pytest

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.embargoed import card_of, invited, led, said_by
from tests.raid_office import POINT

LEAD, JOAN = as_person("rosalind"), as_person("joan")
TERMS = ("--aim", "time to mend")


@pytest.fixture
def case(raid: Ringwall) -> str:
    """Return a case that is led, with a necessary party."""
    assert raid is not None
    with Institute(Path()).gatekeeper(POINT) as gate:
        case = led(gate.raid)
        invited(gate.raid, case)
    return case


def consented(case: str) -> None:
    """Have the lab sign what is proposed."""
    with Institute(Path()).gatekeeper(POINT) as gate:
        desk = gate.raid
        party = desk.acting.rows.events(case=case, kind="raid.party")[0].event["id"]
        said_by(desk, party, "accept", str(card_of(desk, case)["offer"]))


def test_terms_are_proposed_accepted_revised_and_set_aside(
    raid: Ringwall, case: str
) -> None:
    propose = ("raid", "embargo", "propose", case, *TERMS)
    odd = raid(*propose, "--until", "2026-10-25 02:30 Europe/Berlin", *LEAD)
    assert code_told(odd) == "end-ambiguous"
    made = raid.table(*propose, *LEAD)
    assert made.out.startswith(f"PROPOSED {case}, until ")
    assert "raid party ls" in made.err

    missing = raid("raid", "embargo", "accept", case, *LEAD)
    assert code_told(missing) == "consent-missing"
    consented(case)
    table = raid.table("raid", "embargo", "accept", case, *LEAD)
    assert table.out.startswith(f"IN FORCE {case}, until ")

    value = raid("raid", "embargo", "status", case, *JOAN).json()
    assert (value["state"], value["missing"], value["offer"]) == ("active", [], "")
    assert sorted(value["shown"]) == ["Europe/Berlin", "UTC"]
    assert value["documents"][value["terms"]]["purpose"] == "time to mend"

    until = ("--until", value["shown"]["UTC"].replace(" +0000", ""))
    near = raid("raid", "embargo", "status", *JOAN).json()
    assert near == []
    revised = raid("raid", "embargo", "revise", case, *TERMS, *until, *LEAD)
    assert revised.code == 0, revised.err
    shown = raid.table("raid", "embargo", "status", case, *JOAN)
    assert "revise" in shown.out
    assert "lab:example" in shown.out or "in force" in shown.out
    assert raid("raid", "embargo", "reject", case, *LEAD).code == 0
    not_over = raid("raid", "embargo", "end", case, *LEAD)
    assert code_told(not_over) == "embargo-not-over"
    there = raid("raid", "embargo", "end", case, "--reason", "left", *LEAD)
    assert code_told(there) == "consent-there"
    again = raid("raid", "embargo", "status", case, "--record", *JOAN)
    assert again.json()["state"] == "active"


def test_an_embargo_is_ended_on_the_command_line(raid: Ringwall, case: str) -> None:
    assert raid("raid", "embargo", "propose", case, *TERMS, *LEAD).code == 0
    consented(case)
    assert raid("raid", "embargo", "accept", case, *LEAD).code == 0
    with Institute(Path()).gatekeeper(POINT) as gate:
        party = gate.raid.acting.rows.events(case=case, kind="raid.party")[0]
        said_by(gate.raid, party.event["id"], "leave")
    proposed = raid("raid", "embargo", "end", case, "--reason", "left", *LEAD)
    assert proposed.code == 0, proposed.err
    assert f"raid second {proposed.json()['proposal']}" in proposed.err
    told = ("matter", "tell", case, "mitigated", "--evidence", "seen")
    assert raid("raid", *told, *JOAN).code == 0
    ended = raid("raid", "embargo", "end", case, *LEAD)
    assert ended.json()["cause"] == "purpose-served"
    shown = raid.table("raid", "embargo", "status", case, *JOAN)
    assert "exited: purpose-served" in shown.out


def test_a_case_without_an_embargo_has_none(raid: Ringwall, case: str) -> None:
    value = raid("raid", "embargo", "status", case, *JOAN).json()
    assert (value["state"], value["embargo"], value["bars"]) == ("none", "", "")
