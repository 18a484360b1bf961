"""Decisions, and what of them may be told to the caller."""

import pytest

from ringwall.model.decisions import (
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


def decision(
    *reasons: Reason, effect: Effect = Effect.DENY, explicit: bool = False
) -> Decision:
    verdict = Verdict(effect, reasons=reasons, explicit=explicit)
    receipt = Receipt(1, bytes(32), 2)
    return Decision("dec-x", 0, REQUEST, verdict, receipt, 0, "ab")


def access(code: str, rule: str = "acc-001") -> Reason:
    return Reason(Stage.ACCESS, code, "why", rule=rule)


def floor(code: str) -> Reason:
    return Reason(Stage.FLOOR, code, "why")


def test_a_permit_has_nothing_to_tell() -> None:
    permit = decision(effect=Effect.PERMIT)

    assert permit.permitted
    assert permit.caller_reasons() == ()


@pytest.mark.parametrize(
    "reasons",
    [
        (access(NO_AUTHENTICATION),),
        (access(NO_AUTHENTICATION), floor("floor-authentication")),
        (floor("floor-authentication"),),
        (access("no-role", "acc-002"), access(NO_AUTHENTICATION)),
    ],
)
def test_the_caller_is_told_that_only_authentication_is_lacking(
    reasons: tuple[Reason, ...],
) -> None:
    assert not decision(*reasons).permitted
    assert decision(*reasons).caller_reasons() == (NO_AUTHENTICATION,)


def test_the_caller_is_told_that_only_an_approval_is_lacking() -> None:
    assert decision(access(NO_APPROVAL)).caller_reasons() == (NO_APPROVAL,)


def test_the_caller_is_told_of_both() -> None:
    both = decision(access(NO_AUTHENTICATION), access(NO_APPROVAL))
    by_floor = decision(access(NO_APPROVAL), floor("floor-authentication"))

    assert both.caller_reasons() == (NO_APPROVAL, NO_AUTHENTICATION)
    assert by_floor.caller_reasons() == (NO_APPROVAL, NO_AUTHENTICATION)


def test_only_the_nearest_row_that_can_be_mended_is_told_of() -> None:
    near = (access(NO_APPROVAL, "acc-001"), access(NO_AUTHENTICATION, "acc-002"))

    assert decision(*near).caller_reasons() == (NO_APPROVAL,)


@pytest.mark.parametrize(
    "reasons",
    [
        (),
        (access("outside-compartment"),),
        (access(NO_AUTHENTICATION), access("outside-compartment")),
        (access(NO_AUTHENTICATION), floor("floor-compartment")),
        (access(NO_AUTHENTICATION), floor("floor-authentication"), floor("floor-site")),
        (floor("floor-suspended"),),
        (access("no-role"), floor("floor-authentication")),
        (Reason(Stage.FACTS, "unknown-resource", "why"),),
        (Reason(Stage.ACCESS, "rule-error", "why"),),
        (access(NO_AUTHENTICATION), Reason(Stage.RECORD, "other", "why")),
        (access(NO_AUTHENTICATION), Reason(Stage.POLICY, "other", "why")),
        (
            access(NO_AUTHENTICATION),
            Reason(Stage.ELIGIBILITY, "screening-missing", "why", rule="elig-010"),
        ),
        (
            access(NO_AUTHENTICATION),
            Reason(Stage.CLASSIFICATION, NO_AUTHENTICATION, "why", rule="class-001"),
        ),
    ],
)
def test_nothing_is_told_where_something_else_is_in_the_way(
    reasons: tuple[Reason, ...],
) -> None:
    assert decision(*reasons).caller_reasons() == REFUSED


def test_nothing_is_told_where_a_rule_forbids() -> None:
    denied = decision(access(NO_AUTHENTICATION), explicit=True)

    assert denied.caller_reasons() == REFUSED


def test_the_caller_is_told_that_the_record_could_not_be_made() -> None:
    unrecorded = decision(Reason(Stage.RECORD, "audit-unavailable", "why"))

    assert unrecorded.caller_reasons() == ("audit-unavailable",)
