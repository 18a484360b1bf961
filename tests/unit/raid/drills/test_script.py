"""Scripts of drills: those that are shipped, and what is wrong with others."""

import json
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.base.errors import DeclarationError
from ringwall.raid.drills.script import (
    MAX_SCRIPT_BYTES,
    Inject,
    Script,
    check_names,
    filled,
    parse_script,
)
from ringwall.shipped import shipped_path
from tests.raid_office import report_document

NOW = parse_instant("2027-03-01T12:30:15.250Z")
SHIPPED = sorted((shipped_path("raid") / "drills").glob("*.yaml"))
WHOLE: dict[str, Any] = {
    "script": "a-drill",
    "version": 1,
    "title": "A drill",
    "source": "own",
    "brief": "Something happens.",
    "injects": [{"id": "i1", "after": 5, "told": "It is said."}],
    "expect": [
        {
            "id": "e1",
            "words": "it is triaged",
            "act": "raid.case/triage",
            "within": 60,
        }
    ],
}


def _parse(**changes: Any) -> Script:  # noqa: ANN401 - any data
    return parse_script(json.dumps({**WHOLE, **changes}).encode(), "s.yaml")


def _codes(**changes: Any) -> set[str]:  # noqa: ANN401 - any data
    with pytest.raises(DeclarationError) as refused:
        _parse(**changes)
    assert refused.value.code == "script-refused"
    return {fault.code for fault in refused.value.faults}


def _expect(**changes: object) -> list[dict[str, object]]:
    return [{**WHOLE["expect"][0], **changes}]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_script_that_is_shipped_can_be_played(path: Path) -> None:
    script = parse_script(path.read_bytes(), path.name)

    assert script.name == path.stem
    assert any(one.report for one in script.injects)
    assert {one.of for one in script.expected} <= {
        "",
        *(one.id for one in script.injects),
    }


def test_a_script_says_what_happens_and_what_is_expected() -> None:
    script = parse_script(json.dumps(WHOLE).encode(), "s.yaml")

    assert script.injects == (Inject("i1", 5, "It is said.", None),)
    [expected] = script.expected
    assert (expected.kind, expected.act) == ("raid.case", "triage")
    assert (expected.within, expected.is_never, expected.of) == (60, False, "")


def test_what_is_expected_may_count_from_another_inject_than_that_of_its_report() -> (
    None
):
    injects = [*WHOLE["injects"], {"id": "i2", "report": report_document()}]
    script = _parse(injects=injects, expect=_expect(of="i2", since="i1"))

    [expected] = script.expected
    assert (expected.of, expected.since) == ("i2", "i1")


def test_a_value_on_a_card_may_be_one_or_any_of_several() -> None:
    card = {"priority": [3, 4], "owner": "raid"}
    script = _parse(expect=_expect(card=card))

    [expected] = script.expected
    assert expected.card == {
        "priority": frozenset({3, 4}),
        "owner": frozenset({"raid"}),
    }


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("now", "2027-03-01T12:30:15Z"),
        ("now-90m", "2027-03-01T11:00:15Z"),
        ("now-6h", "2027-03-01T06:30:15Z"),
        ("now-1d", "2027-02-28T12:30:15Z"),
        ("today", "2027-03-01"),
        ("today-1d", "2027-02-28"),
        ("now-", "now-"),
        ("now+1h", "now+1h"),
        ("nowhere", "nowhere"),
    ],
)
def test_instants_go_by_when_it_is_played(text: str, then: str) -> None:
    told = {"a": text, "b": {"c": [text, 7]}, "d": None}

    assert filled(told, NOW) == {"a": then, "b": {"c": [then, 7]}, "d": None}


def test_a_report_that_would_be_refused_is_refused_before_it_is_played() -> None:
    good = report_document()
    [inject] = _parse(injects=[{"id": "i1", "report": good}]).injects
    assert inject.report == good

    assert "field-missing" in _codes(injects=[{"id": "i1", "report": {"title": "x"}}])
    wrong = {**good, "danger": "perhaps"}
    assert "field-refused" in _codes(injects=[{"id": "i1", "report": wrong}])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"injects": []}, "wrong-value"),
        ({"expect": []}, "wrong-value"),
        ({"more": 1}, "unknown-key"),
        ({"version": "1"}, "wrong-type"),
        ({"injects": [{"id": "i1"}]}, "nothing-happens"),
        ({"injects": WHOLE["injects"] * 2}, "duplicate-id"),
        ({"expect": WHOLE["expect"] * 2}, "duplicate-id"),
        ({"expect": _expect(of="i9")}, "unknown-inject"),
        ({"expect": _expect(since="i9")}, "unknown-inject"),
        ({"expect": _expect(of="i1")}, "brings-no-report"),
        ({"expect": _expect(act="raid.case/fly")}, "unknown-act"),
        ({"expect": _expect(act="triage")}, "unknown-act"),
        ({"expect": _expect(never="raid.case/triage")}, "act-or-never"),
        ({"expect": _expect(act=None)}, "act-or-never"),
        ({"expect": _expect(within=None)}, "no-limit"),
        ({"expect": _expect(card={"colour": 1})}, "unknown-column"),
        ({"expect": _expect(card={"priority": "immediate"})}, "wrong-type"),
        ({"expect": _expect(card={"owner": ["raid", 1]})}, "wrong-type"),
        ({"expect": _expect(card={"state": "archived"})}, "unknown-state"),
    ],
)
def test_each_fault_is_named(changes: dict[str, Any], code: str) -> None:
    assert code in _codes(**changes)


def test_what_the_rules_have_no_row_for_is_refused() -> None:
    card = {"rule": ["GDPR33", "GDPR34"]}
    script = _parse(expect=_expect(act="raid.clock/start", card=card))

    check_names(script, {"rule": {"GDPR33", "GDPR34"}, "route": ()}, "s.yaml")
    with pytest.raises(DeclarationError) as refused:
        check_names(script, {"rule": {"GDPR33"}}, "s.yaml")

    assert refused.value.code == "script-refused"
    [fault] = refused.value.faults
    assert fault.code == "unknown-value"
    assert "`GDPR34`" in fault.message


def test_several_faults_are_told_at_once() -> None:
    found = _codes(injects=[{"id": "i1"}], expect=_expect(of="i9", act="raid.case/fly"))

    assert found == {"nothing-happens", "unknown-inject", "unknown-act"}


def test_a_script_that_is_too_large_is_refused() -> None:
    with pytest.raises(DeclarationError):
        parse_script(b"#" * (MAX_SCRIPT_BYTES + 1), "s.yaml")
