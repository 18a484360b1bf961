"""The facts of a case that an exit lets out."""

from dataclasses import replace

from ringwall.raid.outgoing.exits import read_exits
from ringwall.raid.outgoing.minimum import content_of, minimum_of
from ringwall.raid.routing.labels import Tlp
from ringwall.shipped import shipped_path
from tests.routed import CASE, case_facts, report

EXITS = read_exits(shipped_path("raid") / "desk")
FACTS = case_facts(
    reports=[
        report(harms=["health", "rights"]),
        report("report:r-bbbbbbbbbb", Tlp.AMBER_STRICT, harms=["health"]),
        report("report:r-cccccccccc", Tlp.GREEN, harms="unknown", occurred="unknown"),
    ]
)


def test_each_answer_of_the_reports_is_told_once() -> None:
    assert minimum_of(FACTS, EXITS["law"]) == {
        "case": CASE,
        "class": ["routine-failure"],
        "effects": ["health", "rights"],
        "kind": ["realised-harm"],
        "occurred": [{"from": "2026-11-19"}],
        "states": ["DE"],
    }
    assert minimum_of(FACTS, EXITS["danger"]).keys() == EXITS["danger"].fields


def test_words_go_by_no_exit_whatever_its_row_names() -> None:
    more = replace(EXITS["law"], fields=frozenset({"case", "narrative"}))
    assert minimum_of(FACTS, more) == {"case": CASE}


def test_the_label_is_the_highest_of_the_case_and_its_reports() -> None:
    content = content_of(FACTS, {"case": CASE})
    assert (content.case, content.fields) == (CASE, frozenset({"case"}))
    assert content.label.tlp == Tlp.AMBER_STRICT
    assert content.label.is_case
    assert content_of(case_facts(reports=[]), {}).label.tlp == Tlp.AMBER
