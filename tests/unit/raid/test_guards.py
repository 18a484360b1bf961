"""What must hold beside the state: each guard has a no of its own, and is judged."""

from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.model.raid_states import MACHINES
from ringwall.raid.guards import (
    GUARDS,
    apart,
    demand,
    is_credibility,
    is_grave,
    is_told,
)
from tests.raid_office import report_document

CODES = {
    "accepted": "handover-not-accepted",
    "another-person": "same-person",
    "as-it-was": "state-not-restored",
    "assessor-apart": "assessor-is-clerk",
    "clocks-ended": "clock-open",
    "credibility-assessed": "credibility-missing",
    "embargo-not-active": "embargo-active",
    "embargo-current": "embargo-over",
    "exit-open": "exit-shut",
    "case-routable": "case-not-routable",
    "may-go": "barrier-shut",
    "not-the-author": "author-signs",
    "as-cleared": "release-changed",
    "case-lead": "case-lead-alone",
    "case-in-work": "embargo-without-work",
    "matter-not-out": "matter-out",
    "within-limits": "embargo-too-long",
    "consents-given": "consent-missing",
    "ending-cause": "embargo-not-over",
    "length-allowed": "embargo-unsigned",
    "director-apart": "director-leads",
    "approver-apart": "approver-inside",
    "offer-signed": "offer-not-signed",
    "consent-gone": "consent-there",
    "statement-good": "statement-unsigned",
    "terms-at-hand": "terms-stale",
    "feedback": "feedback-missing",
    "custodian-of-box": "no-custodian-of-box",
    "ground-told": "ground-missing",
    "one-voice": "voice-given",
    "the-asker": "not-the-asker",
    "host-clocks-done": "host-clock-open",
    "in-time": "deadline-passed",
    "in-triaged-case": "case-not-triaged",
    "lead-named": "lead-missing",
    "lessons": "lessons-missing",
    "new-evidence": "evidence-missing",
    "no-host-clock": "host-clock-open",
    "not-an-exercise": "clock-of-an-exercise",
    "not-raid-owned": "raid-owned",
    "not-raid-owned-or-copy": "raid-owned",
    "only-earlier": "clock-start-later",
    "overdue": "not-overdue",
    "points-valued": "points-not-valued",
    "raid-owned": "not-raid-owned",
    "reason": "reason-missing",
    "recipient-fit": "recipient-unfit",
    "review-date": "review-date-missing",
    "rule-sourced": "rule-unsourced",
    "schema-minimum": "report-below-minimum",
    "second-if-grave": "second-person-needed",
    "signed": "receipt-unsigned",
    "start-sourced": "start-unsourced",
    "two-persons": "second-person-needed",
    "unchanged": "proposal-outdated",
    "in-an-exercise": "not-an-exercise",
}
QUIET = {"owned": 0, "imminent": 0}


def test_each_guard_of_a_machine_is_one_that_can_be_told() -> None:
    named = {
        guard for rows in MACHINES.values() for move in rows for guard in move.guards
    }

    assert named == GUARDS.keys()


@pytest.mark.parametrize("guard", sorted(CODES))
def test_a_guard_that_does_not_hold_is_told_with_its_code(guard: str) -> None:
    with pytest.raises(ActRefused) as caught:
        demand(guard, holds=False, about="case:c-mfzwizltmr")

    assert caught.value.code == CODES[guard]
    assert caught.value.message.startswith("`case:c-mfzwizltmr`: ")
    assert caught.value.next_step
    demand(guard, holds=True)


def test_no_guard_lacks_a_code_here() -> None:
    assert GUARDS.keys() == CODES.keys()


def test_what_is_about_nothing_is_told_without_an_id() -> None:
    with pytest.raises(ActRefused) as caught:
        demand("reason", holds=False)

    assert caught.value.message == "this takes a reason"


@pytest.mark.parametrize(
    ("grade", "holds"), [("A1", True), ("F6", True), ("G1", False), ("a1", False)]
)
def test_credibility_is_a_grade_of_the_admiralty_scale(
    grade: str,
    holds: bool,
) -> None:
    assert is_credibility(grade) is holds


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Chatbot explains how to build a BOMB"},
        {"narrative": "It tried to self-replicate."},
        {"references": ["a study of bioweapons"]},
        {"chain": [{"text": "the model exfiltrated its own weights"}]},
        {"harms": ["death"]},
        {"weights": ["no", "stolen"]},
        {"behaviour": ["shown"]},
    ],
)
def test_a_report_of_what_can_kill_is_grave(changes: dict[str, Any]) -> None:
    assert is_grave(report_document(**changes), QUIET)


def test_a_report_of_an_inconvenience_is_not_grave() -> None:
    assert not is_grave(report_document(points={"comp": 1}), QUIET)
    assert not is_grave(
        report_document(harms="unknown", compute=None, points={"comp": 1}), QUIET
    )
    assert is_grave(report_document(), {"owned": 1, "imminent": 0})
    assert is_grave(report_document(), {"owned": 0, "imminent": 1})


def test_whoever_took_a_report_in_is_not_apart() -> None:
    assert apart("user:joan", {"user:ruth"})
    assert not apart("user:ruth", {"user:ruth"})


def test_blanks_tell_nothing() -> None:
    assert is_told(" a ")
    assert not is_told(" \n")
    assert not is_told("\u200b\u2060 -")
