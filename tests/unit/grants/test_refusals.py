"""A refusal says whether the proof or the rules stood in the way, and what to do."""

import pytest

from ringwall.base.errors import ActRefused, IdentityUnproven
from ringwall.grants.refusals import refusal_of


@pytest.mark.parametrize(
    "code",
    [
        "signature-invalid",
        "signature-not-own",
        "signer-unknown",
        "key-unknown",
        "key-lapsed",
        "request-not-own",
        "request-foreign",
    ],
)
def test_what_is_wrong_with_a_proof_is_unproven(code: str) -> None:
    error = refusal_of(code, "it does not count")

    assert isinstance(error, IdentityUnproven)
    assert (error.code, error.exit_code) == (code, 5)
    assert error.next_step


@pytest.mark.parametrize("code", ["request-closed", "approver-lapsed", "review-open"])
def test_what_the_rules_refuse_is_a_deny(code: str) -> None:
    error = refusal_of(code, "it does not count")

    assert isinstance(error, ActRefused)
    assert (error.code, error.exit_code) == (code, 1)
    assert error.next_step


def test_a_next_step_of_its_own_comes_first() -> None:
    assert refusal_of("request-closed", "no", "do that").next_step == "do that"
