"""`raid open`, `screen`, `reopen`, `defer` and `close`: what becomes of a report."""

from tests.e2e.raiding import as_person, code_told, opened, reported
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

JOAN = as_person("joan")


def test_a_case_is_opened_for_a_report(raid: Ringwall) -> None:
    report = reported()

    done = raid.table("raid", "open", report[7:], "--credibility", "B2", *JOAN)

    assert done.code == 0, done.err
    assert done.out.startswith("OPENED   case:c-")
    assert report in done.out
    assert "next: ringwall raid assess c-" in done.err
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_report_that_has_a_case_opens_no_other_unawares(raid: Ringwall) -> None:
    report, case = opened(raid)

    done = raid("raid", "open", report, *JOAN)

    assert done.code == 1
    assert code_told(done) == "case-open-already"
    assert case in done.err


def test_what_is_no_grade_opens_nothing(raid: Ringwall) -> None:
    done = raid("raid", "open", reported(), "--credibility", "good", *JOAN)

    assert done.code == 1
    assert code_told(done) == "credibility-missing"


def test_a_report_is_screened_as_valid_or_set_aside(raid: Ringwall) -> None:
    valid = raid("raid", "screen", reported(), "--credibility", "A1", *JOAN)
    invalid = raid("raid", "screen", reported(), "--invalid", "--reason", "spam", *JOAN)
    neither = raid("raid", "screen", reported(), *JOAN)

    assert valid.json()["state"] == "valid"
    assert invalid.json()["state"] == "invalid"
    assert neither.code == 2


def test_a_grave_report_is_proposed_to_be_set_aside(raid: Ringwall) -> None:
    report = reported(report_document(harms=["death"]))

    done = raid.table(
        "raid", "screen", report, "--invalid", "--reason", "made up", *JOAN
    )

    assert done.code == 0, done.err
    assert done.out.startswith("PROPOSED prp-")
    assert "ringwall raid second prp-" in done.err


def test_a_report_is_taken_up_again_deferred_and_closed(raid: Ringwall) -> None:
    report = reported()
    raid("raid", "screen", report, "--invalid", "--reason", "no such ward", *JOAN)

    again = raid("raid", "reopen", report, "--evidence", "the ward's log", *JOAN)
    assert again.json()["state"] == "received"
    raid("raid", "screen", report, "--invalid", "--reason", "it is a copy", *JOAN)
    closed = raid("raid", "close", report, "--feedback", "unreachable", *JOAN)
    assert closed.json()["state"] == "closed"

    report, _ = opened(raid)
    words = ["--until", "2089-01-31", "--reason", "awaits the vendor"]
    deferred = raid("raid", "defer", report, *words, *JOAN)
    assert deferred.json()["state"] == "deferred"


def test_what_is_no_id_is_refused_before_anybody_asks(raid: Ringwall) -> None:
    done = raid("raid", "open", "report:2026-0007", "--credibility", "B2", *JOAN)

    assert done.code == 2
    assert code_told(done) == "id-malformed"
