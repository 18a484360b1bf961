"""The text of a deny tells the caller nothing; the decision tells an officer all."""

import pickle

from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Decision
from tests.example import READ


def deny(gate: Gatekeeper, **changes: str) -> Decision:
    decision = gate.check(**{**READ, **changes})
    assert not decision.permitted
    return decision


def test_the_text_is_the_same_whether_or_not_the_asset_exists(
    example_gate: Gatekeeper,
) -> None:
    hidden = deny(example_gate, subject="user:emmy")
    absent = deny(example_gate, subject="user:emmy", resource="weights:none")

    texts = {
        str(AccessDenied(decision)).replace(decision.id, "ID")
        for decision in (hidden, absent)
    }

    assert texts == {"denied: not-permitted (decision ID)"}


def test_text_and_repr_name_no_rule_role_level_or_compartment(
    example_gate: Gatekeeper,
) -> None:
    denied = AccessDenied(deny(example_gate, subject="user:barbara"))

    for text in (str(denied), repr(denied), denied.message, denied.next_step):
        for word in ("acc-", "aurora", "barbara", "SL", "compartment", "weights"):
            assert word not in text


def test_what_the_caller_can_mend_is_told(example_gate: Gatekeeper) -> None:
    denied = AccessDenied(deny(example_gate, authn="mfa"))

    assert "authentication-insufficient" in str(denied)


def test_the_decision_is_carried_whole(example_gate: Gatekeeper) -> None:
    decision = deny(example_gate, subject="user:barbara")

    denied = AccessDenied(decision)

    assert denied.decision is decision
    assert (denied.code, denied.exit_code) == ("access-denied", 1)


def test_it_passes_from_one_process_to_another(example_gate: Gatekeeper) -> None:
    denied = AccessDenied(deny(example_gate, subject="user:barbara"))

    # The very thing that a pool of processes does with an exception.
    copy = pickle.loads(pickle.dumps(denied))  # noqa: S301 - our own bytes

    assert isinstance(copy, AccessDenied)
    assert (str(copy), copy.decision) == (str(denied), denied.decision)
