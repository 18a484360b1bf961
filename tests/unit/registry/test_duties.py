"""Duties are recorded by somebody else, and no longer than the programme lets them."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import RingwallError
from ringwall.base.months import months_after
from ringwall.institute import Institute
from ringwall.model.levels import SecurityLevel
from ringwall.model.matter_events import person_left
from ringwall.registry.duties import DutyEntry, record_duty
from tests.example import NOON
from tests.unit.registry.people_desks import DAY, Desks

TRAINED = DutyEntry("user:ada", "insider-training", "passed", "user:hedy")


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def refusal(desks: Desks, entry: DutyEntry) -> str:
    with desks.writing() as ledger:
        before = ledger.head().size
        with pytest.raises(RingwallError) as caught:
            record_duty(ledger, desks.clock, entry)
        assert ledger.head().size == before
    assert caught.value.next_step
    return caught.value.code


def test_a_duty_is_recorded_for_as_long_as_the_programme_says(desks: Desks) -> None:
    desks.programme(training_months=12, integrity_months=12)
    before = desks.institute.facts().subject("user:ada", NOON)[0]
    with desks.writing() as ledger:
        event, receipt = record_duty(ledger, desks.clock, TRAINED)
        record_duty(ledger, desks.clock, replace(TRAINED, duty="integrity-test"))

    assert event["kind"] == "duty.recorded"
    assert event["until"] == format_instant(months_after(NOON, 12))
    assert receipt.index > 0
    after = desks.institute.facts().subject("user:ada", NOON)[0]
    assert before.personnel is SecurityLevel.SL2
    assert after.personnel is SecurityLevel.SL4


def test_a_failure_takes_effect_at_once(desks: Desks) -> None:
    with desks.writing() as ledger:
        entry = replace(
            TRAINED, duty="integrity-test", outcome="failed", until=NOON + DAY
        )
        record_duty(ledger, desks.clock, entry)

    found = desks.institute.facts().subject("user:ada", NOON + 5 * DAY)[0]
    assert found.personnel is SecurityLevel.SL3


def test_what_was_passed_before_it_was_failed_undoes_no_failure(desks: Desks) -> None:
    desks.programme()
    failed = replace(TRAINED, outcome="failed", start=NOON - DAY)
    with desks.writing() as ledger:
        record_duty(ledger, desks.clock, TRAINED)
        record_duty(ledger, desks.clock, failed)

    dated_back = replace(TRAINED, start=NOON - DAY - 1)
    assert refusal(desks, dated_back) == "duty-before-failure"
    other = replace(dated_back, duty="integrity-test")
    with desks.writing() as ledger:
        record_duty(ledger, desks.clock, other)
        record_duty(ledger, desks.clock, replace(dated_back, outcome="failed"))
        record_duty(ledger, desks.clock, replace(TRAINED, start=NOON - DAY))
    found = desks.institute.facts().subject("user:ada", NOON)[0]
    assert found.personnel is SecurityLevel.SL4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"duty": "yoga"}, "duty-unknown"),
        ({"outcome": "splendid"}, "duty-unknown"),
        ({"evidence": "report.pdf"}, "evidence-malformed"),
        ({"evidence": "AB" * 32}, "evidence-malformed"),
        ({"by": "user:ada"}, "duty-by-themselves"),
        ({"by": "user:nobody"}, "unknown-person"),
        ({"person": "user:nobody"}, "unknown-person"),
        ({"person": "service:trainer-agent"}, "unknown-person"),
        ({"by": "user:nina"}, "recorder-not-active"),
        ({"by": "user:alan"}, "recorder-not-entitled"),
        ({"start": NOON + 10 * DAY, "until": NOON + 10 * DAY}, "duty-dates"),
        ({"outcome": "failed", "start": NOON + DAY}, "duty-dates"),
        ({"until": NOON + 366 * DAY}, "duty-too-long"),
        ({"start": NOON - DAY, "until": NOON + 365 * DAY}, "duty-too-long"),
    ],
)
def test_what_does_not_hold_is_refused(
    desks: Desks, change: dict[str, Any], code: str
) -> None:
    desks.programme()

    assert refusal(desks, replace(TRAINED, **change)) == code


def test_without_a_programme_somebody_has_to_say_when_it_ends(desks: Desks) -> None:
    assert refusal(desks, TRAINED) == "duty-dates"


def test_nobody_records_their_own_under_another_name(desks: Desks) -> None:
    desks.programme()
    desks.declare("user:ada-too", account_of="user:ada")

    assert refusal(desks, replace(TRAINED, by="user:ada-too")) == "duty-by-themselves"


def test_who_has_left_owes_nothing_and_records_nothing(desks: Desks) -> None:
    desks.programme()
    desks.record(person_left(NOON, "user:ada", "user:hedy", "end of contract"))

    assert refusal(desks, TRAINED) == "person-left"
    other = replace(TRAINED, person="user:alan", by="user:ada")
    assert refusal(desks, other) == "recorder-not-active"
