"""Reading the routing tables."""

import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.routing.reader import COLUMNS, read_routes
from tests.office import public_line
from tests.routed import FOLDER, TABLES

SOURCE = "own; to be held against the NIS2 Art. 8 list"
CONTACT = f"csirt.de,csirt,DE,BSI / CERT-Bund,split,,,,recalled,{SOURCE},,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the tables."""
    return Path(shutil.copytree(FOLDER, tmp_path / "routes"))


def changed(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def faults(folder: Path) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        read_routes(folder)
    assert caught.value.code == "routes-refused"
    assert caught.value.next_step
    return [fault.code for fault in caught.value.faults]


def test_the_tables_that_come_with_it_are_whole() -> None:
    assert len(TABLES.routes) == 35
    groups = [state.group for state in TABLES.states.values()]
    assert (groups.count("union"), groups.count("eea")) == (27, 3)
    for state in TABLES.states.values():
        assert ZoneInfo(state.zone).key == state.zone
        assert state.languages


def test_no_contact_that_comes_with_it_is_held_for_checked() -> None:
    for contact in TABLES.contacts.values():
        assert contact.confidence == "recalled"
        assert (contact.verified_on, contact.verifier, contact.key) == ("", "", None)
        assert contact.channel == ""


def test_each_function_is_named_by_a_route() -> None:
    named = {
        one.function
        for route in TABLES.routes.values()
        for one in (*route.primary, *route.copies)
    } | {name for route in TABLES.routes.values() for name in route.aggregate}
    assert named == set(TABLES.functions)


def test_each_clock_of_a_route_is_a_rule() -> None:
    rules = (FOLDER.parent / "clocks" / "rules.csv").read_text("utf-8")
    known = {line.partition(",")[0] for line in rules.splitlines()}
    for route in TABLES.routes.values():
        assert set(route.clocks) <= known, route.id


@pytest.mark.parametrize("file", COLUMNS)
def test_a_table_that_is_not_there_is_refused(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert "table-unreadable" in faults(folder)


def test_a_table_of_another_form_is_refused(folder: Path) -> None:
    changed(folder, "routes.csv", "id,risk", "id,danger")
    assert faults(folder) == ["wrong-columns"]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("routes.csv", "R02,", "R01,", "duplicate-id"),
        ("routes.csv", "R02,", "R 2,", "id-malformed"),
        ("routes.csv", "class=cyber; across=yes", "klass=cyber", "condition-malformed"),
        ("routes.csv", "class=cyber; across=yes", "class=war", "condition-malformed"),
        ("routes.csv", ",sector,enisa,", ",nobody,enisa,", "unknown-word"),
        ("routes.csv", ",sector,enisa,", ",raid,enisa,", "owner-and-primary"),
        ("routes.csv", ",sector,enisa,", ",sector,enissa,", "unknown-word"),
        ("routes.csv", ",sector,enisa,", ",sector,enisa:half,", "unknown-word"),
        ("routes.csv", ",sector,enisa,", ",sector,[x],", "recipient-malformed"),
        ("routes.csv", ",sector,enisa,", ",sector,enisa[x=y],", "condition-malformed"),
        ("routes.csv", ",cert-eu,enisa,", ",,,", "no-recipient"),
        ("routes.csv", ",ai-office,-,", ",ai-bureau,-,", "unknown-word"),
        ("routes.csv", ",S,", ",X,", "unknown-word"),
        ("routes.csv", ",NIS2-23,", ",nis2,", "wrong-value"),
        ("routes.csv", ",NIS2-23,text,no,", ",NIS2-23,sure,no,", "unknown-word"),
        ("routes.csv", ",NIS2-23,text,no,", ",NIS2-23,text,maybe,", "unknown-word"),
        ("functions.csv", "enisa,ENISA,union", "enisa,ENISA,moon", "unknown-word"),
        (
            "functions.csv",
            "enisa,ENISA,union,no",
            "enisa,ENISA,union,?",
            "unknown-word",
        ),
        ("functions.csv", "amber+strict", "white", "unknown-word"),
        ("functions.csv", "amber+strict,", ",", "unknown-word"),
        ("functions.csv", ",72,", ",0,", "wrong-value"),
        ("functions.csv", ",72,", ",many,", "wrong-value"),
        ("states.csv", "Europe/Vienna", "Europe/Nowhere", "wrong-value"),
        ("states.csv", "Europe/Vienna", "/etc/passwd", "wrong-value"),
        ("states.csv", ",union,", ",league,", "unknown-word"),
        ("sectors.csv", ",electricity|", ",Electricity|", "wrong-value"),
        ("sectors.csv", ",electricity|", ",energy|banks|", "duplicate-id"),
        ("contacts.csv", "csirt.de,csirt,DE", "csirt.de,csirts,DE", "unknown-word"),
        ("contacts.csv", "csirt.de,csirt,DE", "csirt.de,csirt,XX", "unknown-word"),
        ("contacts.csv", "csirt.de,csirt,DE", "csirt.de,csirt,EU", "wrong-value"),
        ("contacts.csv", "enisa,enisa,EU", "enisa,enisa,DE", "wrong-value"),
        ("contacts.csv", CONTACT, f"{CONTACT[:-1]}2026-11-20,", "half-verified"),
        ("contacts.csv", CONTACT, f"{CONTACT}desk", "half-verified"),
        ("contacts.csv", CONTACT, f"{CONTACT[:-1]}20.11.26,desk", "wrong-value"),
        ("contacts.csv", CONTACT, f"{CONTACT[:-1]}20261120,desk", "wrong-value"),
        ("contacts.csv", "split,,,,", "split,,ssh-rsa AAAA,,", "key-malformed"),
        ("contacts.csv", "split,,,,", "split,black,,,", "unknown-word"),
    ],
)
def test_a_cell_that_leads_nowhere_is_refused_with_its_line(
    folder: Path, file: str, old: str, new: str, code: str
) -> None:
    changed(folder, file, old, new)
    with pytest.raises(DeclarationError) as caught:
        read_routes(folder)
    found = [fault for fault in caught.value.faults if fault.code == code]
    assert found
    assert found[0].file == file
    assert found[0].line > 1


def test_a_contact_that_was_checked_has_its_key_and_day(folder: Path) -> None:
    line = f"csirt.de,csirt,DE,BSI,no,green,{public_line('elinor')},post,page,list,"
    changed(folder, "contacts.csv", CONTACT, f"{line}2026-11-20,desk")
    found = read_routes(folder).contacts["csirt.de"]
    assert found.key is not None
    assert (found.verified_on, found.verifier) == ("2026-11-20", "desk")
    assert found.ceiling is not None
    assert found.ceiling.word == "green"


def test_one_key_is_never_on_both_sides_of_the_barrier(folder: Path) -> None:
    key = public_line("elinor")
    for name in ("enisa,enisa,EU,ENISA,no,,", "esma,esma,EU,European Securities"):
        old = name if name.endswith(",") else f"{name} and Markets Authority,yes,,"
        changed(folder, "contacts.csv", old, old + key)
    assert faults(folder) == ["key-across-barrier"]


def test_very_many_faults_are_told_up_to_a_number(folder: Path) -> None:
    path = folder / "functions.csv"
    path.write_text(path.read_text("utf-8").replace(",72,", ",x,"), "utf-8")
    found = faults(folder)
    assert found[-1] == "more-faults"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("AIA73-WI,owed,", "wi,owed,", "wrong-value"),
        ("AIA73-WI,owed,", "AIA73-WI,owing,", "unknown-word"),
        ("aviation,suspect,", "flying,suspect,", "unknown-word"),
        ("AVIA376,owed,eea=yes,text", "AVIA376,owed,eea=yes,hearsay", "unknown-word"),
        ("AVIA376,owed,eea=yes", "AVIA376,owed,eea=maybe", "condition-malformed"),
    ],
)
def test_a_duty_that_says_nothing_is_refused(
    folder: Path, old: str, new: str, code: str
) -> None:
    changed(folder, "duties.csv", old, new)
    assert faults(folder) == [code]
