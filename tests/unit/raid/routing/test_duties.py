"""Duties to report, by what the reports of a case answer."""

import pytest

from ringwall.raid.clocks.reader import read_clocks
from ringwall.raid.routing.duties import owed, suspected
from tests.routed import FOLDER, TABLES, case_facts, report

LEAK = {"legal": ("personal-data",)}


def left(*clocks: str, **said: object) -> set[str]:
    facts = case_facts(reports=[report(**said)])
    return {*owed(clocks, facts, TABLES).clocks}


@pytest.mark.parametrize(
    ("entity", "clocks", "settles"),
    [
        (None, {"GDPR33", "EUDPR34"}, ("entity",)),
        ("unknown", {"GDPR33", "EUDPR34"}, ("entity",)),
        ("union-body", {"EUDPR34"}, None),
        ("controller", {"GDPR33"}, None),
        ("none", {"GDPR33"}, None),
    ],
)
def test_who_is_untold_may_be_either_and_a_question_settles_it(
    entity: str | None, clocks: set[str], settles: tuple[str, ...] | None
) -> None:
    facts = case_facts(LEAK, [report(entity=entity)])
    found = owed(("GDPR33", "EUDPR34"), facts, TABLES)
    assert {*found.clocks} == clocks
    assert {*found.against} == {"GDPR33", "EUDPR34"} - clocks
    assert found.open.get("EUDPR34") == found.open.get("GDPR33") == settles


def test_a_loss_of_money_is_no_incident_of_a_financial_entity() -> None:
    told = {"harms": ["financial"]}
    assert left("DORA19", **told) == set()
    for said in ({"sector": "bank"}, {"entity": "financial-entity"}):
        assert left("DORA19", **told, **said) == {"DORA19"}
    for untold in ({"sector": None}, {"entity": None}):
        assert left("DORA19", **told, **untold) == {"DORA19"}


def test_where_no_state_is_concerned_no_clock_of_a_state_runs() -> None:
    told = {"harms": ["death", "personal-data"]}
    clocks = ("AIA73-DEATH", "GDPR33", "NIS2-23", "CER15", "MDR87", "COP93-DEATH")
    assert left(*clocks, states=[], **told) == set()
    assert {"AIA73-DEATH", "GDPR33"} <= left(*clocks, states="unknown", **told)


def test_what_was_answered_with_no_arms_nothing_and_what_is_untold_does() -> None:
    clocks = ("AIA73-GEN", "AIA73-DEATH", "COP93-DEATH")
    told = {"harms": ["death"]}
    large = {"comp": ("1e25",)}
    said = report(**told)
    untold = case_facts({**large, "legal": ()}, [said])
    assert {*owed(clocks, untold, TABLES).clocks} == {"AIA73-DEATH", "COP93-DEATH"}
    no = case_facts({**large, "legal": ("death", "not-high-risk", "not-gpai")}, [said])
    assert owed(clocks, no, TABLES).clocks == ()
    small = case_facts({"legal": ("death",)}, [said])
    assert owed(clocks, small, TABLES).clocks == ("AIA73-DEATH",)


def test_a_rule_that_the_table_does_not_know_is_owed() -> None:
    found = owed(("WBD-ACK",), case_facts(), TABLES)
    assert found == (("WBD-ACK",), {}, ())


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({"sector": "insulin pumps"}, {"medical-device"}),
        ({"sector": "airline"}, {"aviation"}),
        ({"sector": "hospital"}, set()),
        ({"sector": "hospital", "entity": "manufacturer"}, {"medical-device"}),
        ({"sector": None, "entity": "union-body"}, {"union-body"}),
        ({"sector": "bank"}, {"financial-entity"}),
        ({"entity": "essential-entity"}, {"essential-entity"}),
    ],
)
def test_sectors_and_entities_make_events_suspect(
    said: dict[str, object], flags: set[str]
) -> None:
    assert suspected(case_facts(reports=[report(**said)]), TABLES) == flags


def test_each_duty_is_of_a_clock_rule_and_says_how_far_it_is_known() -> None:
    rules = read_clocks(FOLDER.parent / "clocks").rules
    for duty in TABLES.duties.values():
        assert duty.note
        assert duty.confidence
        assert duty.sort == "suspect" or duty.id in rules


@pytest.mark.parametrize(
    ("entity", "legal", "is_owed", "settles"),
    [
        (None, ("personal-data",), True, ("entity",)),
        ("deployer", ("personal-data",), True, ()),
        ("deployer", ("personal-data", "not-essential-entity"), False, ()),
        ("deployer", ("essential-entity",), True, ()),
        ("critical-entity", ("none",), True, ()),
        ("union-body", ("none",), False, ()),
    ],
)
def test_nis2_stays_until_somebody_answers_that_no_essential_entity_was_hit(
    entity: str | None,
    legal: tuple[str, ...],
    settles: tuple[str, ...],
    *,
    is_owed: bool,
) -> None:
    facts = case_facts({"legal": legal}, [report(entity=entity)])
    found = owed(("NIS2-23",), facts, TABLES)
    assert bool(found.clocks) is is_owed
    assert found.open.get("NIS2-23", ()) == settles
