"""Decisions, and what of them may be told to the caller."""

import pytest

from ringwall.model.decisions import (
    Change,
    Decision,
    Effect,
    Reason,
    Receipt,
    Stage,
    Verdict,
)
from ringwall.model.requests import AccessRequest

REQUEST = AccessRequest("user:a", "weights.read", "weights:w", "point:p")
REFUSED = ("not-permitted",)
NO_AUTHENTICATION = "authentication-insufficient"
NO_APPROVAL = "approval-missing"


AUTHENTICATION = Change("session.authentication", "mfa", "hardware or higher")
APPROVAL = Change("grant.quorum", "none", "two or higher")
COMPARTMENT = Change("subject.compartments", "none", "aurora")
WHY = Reason(Stage.ACCESS, NO_AUTHENTICATION, "why", rule="acc-001")


def decision(
    *changes: Change,
    reasons: tuple[Reason, ...] = (WHY,),
    effect: Effect = Effect.DENY,
    explicit: bool = False,
) -> Decision:
    verdict = Verdict(effect, reasons=reasons, explicit=explicit, change=changes)
    receipt = Receipt(1, bytes(32), 2)
    return Decision("dec-x", 0, REQUEST, verdict, receipt, 0, "ab")


def test_a_permit_has_nothing_to_tell() -> None:
    permit = decision(reasons=(), effect=Effect.PERMIT)

    assert permit.permitted
    assert permit.caller_reasons() == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ((AUTHENTICATION,), (NO_AUTHENTICATION,)),
        ((APPROVAL,), (NO_APPROVAL,)),
        ((AUTHENTICATION, APPROVAL), (NO_APPROVAL, NO_AUTHENTICATION)),
    ],
)
def test_the_caller_is_told_what_it_can_mend_if_that_turns_the_answer(
    changes: tuple[Change, ...], codes: tuple[str, ...]
) -> None:
    assert not decision(*changes).permitted
    assert decision(*changes).caller_reasons() == codes


@pytest.mark.parametrize("changes", [(), (COMPARTMENT,), (AUTHENTICATION, COMPARTMENT)])
def test_nothing_is_told_where_something_else_is_in_the_way(
    changes: tuple[Change, ...],
) -> None:
    assert decision(*changes).caller_reasons() == REFUSED


def test_nothing_is_told_where_a_rule_forbids() -> None:
    assert decision(explicit=True).caller_reasons() == REFUSED


def test_the_caller_is_told_that_the_record_could_not_be_made() -> None:
    unrecorded = Reason(Stage.RECORD, "audit-unavailable", "why")

    assert decision(reasons=(unrecorded,)).caller_reasons() == ("audit-unavailable",)


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        (Stage.IDENTITY, "identity-unproven"),
        (Stage.RATE, "rate-exceeded"),
        (Stage.BUDGET, "budget-exceeded"),
        (Stage.OBLIGATION, "obligation-unmet"),
    ],
)
def test_the_caller_is_told_what_to_prove_to_wait_for_or_to_do(
    stage: Stage, code: str
) -> None:
    reason = Reason(stage, code, "why")
    other = Reason(Stage.ACCESS, "no-role", "why")

    assert decision(reasons=(reason, reason)).caller_reasons() == (code,)
    assert decision(reasons=(reason, other)).caller_reasons() == REFUSED


def test_of_a_grant_the_caller_is_told_that_an_approval_is_missing_and_no_more() -> (
    None
):
    void = Reason(Stage.GRANT, "approver-left", "why")
    lapsed = Reason(Stage.GRANT, "grant-lapsed", "why")

    assert decision(reasons=(void, lapsed)).caller_reasons() == (NO_APPROVAL,)
    assert decision(reasons=(WHY, void)).caller_reasons() == REFUSED
    assert decision(APPROVAL, reasons=(WHY, void)).caller_reasons() == (NO_APPROVAL,)


def test_stages_are_in_order_of_report() -> None:
    assert [stage.value for stage in Stage] == [
        *("policy", "identity", "rate", "facts", "classification", "eligibility"),
        *("flow", "access", "release", "training", "raid_cases", "quorum", "floor"),
        *("grant", "budget", "obligation", "record"),
    ]


def test_nothing_is_told_of_a_record_that_is_not_all_that_is_wrong() -> None:
    other = Reason(Stage.RECORD, "other", "why")

    assert decision(reasons=(WHY, other)).caller_reasons() == REFUSED


def test_a_decision_is_true_only_if_it_is_a_permit() -> None:
    request = AccessRequest("user:ada", "weights.read", "weights:w", "point:p")
    permit, deny = (
        Decision("dec-1", 0, request, Verdict(effect), None, 0, "")
        for effect in (Effect.PERMIT, Effect.DENY)
    )

    assert bool(permit) is permit.permitted is True
    assert bool(deny) is deny.permitted is False
