import json

import pytest

from ringwall.base.clock import parse_instant
from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.document import ReportDocument, plain
from ringwall.raid.intake.report_reader import (
    MAX_FAULTS,
    MAX_REPORT_BYTES,
    check_report,
    check_times,
    read_report,
)
from tests.raid_office import report_document
from tests.raid_reports import codes_of


def _faults(data: object) -> list[tuple[str, str]]:
    with pytest.raises(DeclarationError) as error:
        check_report(data, "report.json")
    assert error.value.code == "report-refused"
    return [(fault.code, fault.message) for fault in error.value.faults]


def test_a_report_is_read_as_it_is_written() -> None:
    document = report_document()
    assert plain(read_report(json.dumps(document).encode(), "f")) == document


def test_what_is_too_large_is_not_parsed() -> None:
    with pytest.raises(DeclarationError) as error:
        read_report(b'"' + b"x" * MAX_REPORT_BYTES, "f")
    assert codes_of(error) == ["file-too-large"]


@pytest.mark.parametrize("data", [[], "text", 1, None, True])
def test_a_report_is_an_object(data: object) -> None:
    assert [code for code, _ in _faults(data)] == ["not-an-object"]


def test_each_fault_is_named_with_its_path() -> None:
    found = _faults(
        report_document(
            occurred={"from": "2026-13"},
            systems=[{"name": "A"}, {"name": ""}],
            aware="yesterday",
            states=["FR", "XX"],
            harms=["bad"],
            compute={"low": "2e25"},
            kind=3,
            wrong=1,
            points={"auto": ["A"]},
            narrative=None,
        )
    )
    told = {message.split("`")[1]: (code, message) for code, message in found}
    assert {path: code for path, (code, _) in told.items()} == {
        "narrative": "field-missing",
        "kind": "field-refused",
        "occurred.from": "field-refused",
        "aware": "field-refused",
        "systems.1.name": "field-refused",
        "states.1": "field-refused",
        "harms.0": "field-refused",
        "compute.high": "field-missing",
        "points.auto.0": "field-refused",
        "wrong": "field-unknown",
    }
    assert "not an instant" in told["aware"][1]


def test_of_what_is_written_as_an_object_it_is_said_how() -> None:
    with pytest.raises(DeclarationError) as error:
        check_report(report_document(occurred="yesterday", compute="1e25"), "f")
    assert {
        fault.message.split("`")[1]: fault.expected for fault in error.value.faults
    } == {
        "occurred": '{"from": "2027-01-31"}, or `unknown`',
        "compute": '{"low": "1e24", "high": "1e25"}',
    }


def test_of_a_question_that_is_missing_it_is_said_that_unknown_would_do() -> None:
    told = dict.fromkeys(message for _, message in _faults({}))
    assert "`title` is missing" in told
    assert "`kind` is missing; `unknown` is an answer" in told


def test_a_field_that_is_neither_object_nor_unknown_is_told_once() -> None:
    assert len(_faults(report_document(occurred="soon"))) == 1
    assert len(_faults(report_document(systems="soon"))) == 1


def test_of_very_many_faults_the_rest_is_counted() -> None:
    odd = {f"field{number}": 1 for number in range(200)}
    found = _faults(report_document(**odd))
    assert len(found) == MAX_FAULTS
    assert found[-1] == ("more-faults", "and 151 more")


def test_a_fault_of_the_whole_is_told_as_such() -> None:
    [(code, message)] = _faults(report_document(narrative="\N{PILE OF POO}" * 15_000))
    assert code == "field-refused"
    assert message.startswith("`the report`: the report takes")


def test_a_hostile_name_does_not_reach_the_screen() -> None:
    [(_, message)] = _faults(report_document(**{"a\x1b[2J": 1}))
    assert "\x1b" not in message


@pytest.mark.parametrize("number", [2**63, 2**64, 10**26, -(10**39)])
def test_compute_as_a_number_is_a_fault_and_no_crash(number: int) -> None:
    document = report_document(compute={"low": number, "high": "1e26"})

    assert [code for code, _ in _faults(document)] == ["field-refused"]


@pytest.mark.parametrize("field", ["aware", "model_involved", "classified"])
def test_nobody_becomes_aware_of_what_comes_tomorrow(field: str) -> None:
    now = parse_instant("2026-11-21T12:00:00Z")

    def told(at: str) -> ReportDocument:
        return check_report(report_document(**{field: at}), "f")

    check_times(told("2026-11-21T12:04:00Z"), "f", now)
    with pytest.raises(DeclarationError) as error:
        check_times(told("2026-11-21T12:06:00Z"), "f", now)
    assert codes_of(error) == ["in-the-future"]


def test_unknown_times_are_never_in_the_future() -> None:
    check_times(check_report(report_document(aware="unknown"), "f"), "f", 0)


def test_very_many_unknown_fields_are_told_of_at_once() -> None:
    # Each held against each other, these took seconds.
    fields = {f"k{number}.a.b.c.d.e": number for number in range(9000)}
    with pytest.raises(DeclarationError) as error:
        check_report(fields, "f")
    assert len(error.value.faults) == MAX_FAULTS
