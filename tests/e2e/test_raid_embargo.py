"""`raid embargo`: terms proposed, accepted, revised and ended."""

import json
import re
from pathlib import Path

import pytest

from ringwall.base.clock import SystemClock, parse_instant
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.raid.embargo.counter import Wanted
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.embargoed import (
    OUTSIDER,
    active,
    allowed,
    card_of,
    invited,
    led,
    longer,
    said_by,
)
from tests.example import apply, declare
from tests.office import key_entry
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


def keyed(name: str, place: Path) -> None:
    """Declare the key of somebody of the desk."""
    institute = Institute(Path())
    document = dump_document(institute.facts().documents()[f"user:{name}"])
    people = [{**document, "keys": [key_entry(name)]}]
    apply(institute, declare(place, json.dumps({"people": people})))


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
    assert "default (raid/desk/embargo.csv) ends earlier" in made.err
    again = raid(*propose, *LEAD).json()
    assert again["end_of"] == "offered"

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
    assert "in force" not in shown.out


def test_the_last_hour_is_told_as_less_than_one(
    raid: Ringwall, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert raid("raid", "embargo", "propose", case, *TERMS, *LEAD).code == 0
    ends = raid("raid", "embargo", "status", case, *JOAN).json()["ends"]
    monkeypatch.setattr(
        SystemClock, "now", lambda _: parse_instant(ends) - 60 * 1_000_000
    )

    shown = raid.table("raid", "embargo", "status", case, *JOAN)

    assert "less than an hour left" in shown.out


def test_a_case_without_an_embargo_has_none(raid: Ringwall, case: str) -> None:
    value = raid("raid", "embargo", "status", case, *JOAN).json()
    assert (value["state"], value["embargo"], value["bars"]) == ("none", "", "")


def test_a_longer_one_is_allowed_by_two_on_the_command_line(
    raid: Ringwall, tmp_path: Path
) -> None:
    keyed("niels", tmp_path)
    with Institute(Path()).gatekeeper(POINT) as gate:
        case = longer(gate.raid)
        signed = allowed(gate.raid, case)
    shown = raid("raid", "embargo", "status", case, *JOAN)
    assert "allow" in shown.json()["to_sign"]
    assert shown.json()["to_sign"] in shown.err
    file = tmp_path / "long.json"
    file.write_bytes(signed.statement)
    (tmp_path / "long.json.sig").write_text(signed.signature, "ascii")
    words = ("raid", "embargo", "allow", case, "--approver", OUTSIDER)
    missing = raid(*words, "--statement", str(file), *as_person("niels"))
    assert code_told(missing) == "input-unreadable"
    (tmp_path / "long.json.own.sig").write_text(signed.own, "ascii")
    done = raid.table(*words, "--statement", str(file), *as_person("niels"))
    assert done.out.split()[:2] == ["ALLOWED", case]
    assert raid("raid", "embargo", "accept", case, *LEAD).code == 0


def test_the_end_of_what_is_in_force_is_written_as_a_calendar(
    raid: Ringwall, case: str, tmp_path: Path
) -> None:
    with Institute(Path()).gatekeeper(POINT) as gate:
        other, _ = active(gate.raid, Wanted("time to mend"))
    status = ("raid", "embargo", "status")
    assert raid("raid", "embargo", "propose", case, *TERMS, *LEAD).code == 0
    one, none, every = (tmp_path / name for name in ("1.ics", "0.ics", "all.ics"))
    assert "1 end written" in raid(*status, other, "--ics", str(one), *JOAN).err
    assert "0 ends written" in raid(*status, case, "--ics", str(none), *JOAN).err
    done = raid(*status, "--ics", str(every), *JOAN)
    assert "1 end written" in done.err
    text = one.read_text()
    view = raid(*status, other, *JOAN).json()
    start = f"DTSTART:{re.sub('[-:]', '', view['ends'])}"
    for written in (text, every.read_text()):
        assert f"UID:{view['embargo']}\n" in written
        assert f"{start}\n" in written
    assert text.count("BEGIN:VALARM") == 5
    for word in (other, case, "mend", "lab", "Berlin"):
        assert word not in text
    assert one.stat().st_mode & 0o777 == 0o600
    assert raid(*status, other, "--ics", str(one), *JOAN).code == 3
