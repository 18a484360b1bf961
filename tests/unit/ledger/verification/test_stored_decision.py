"""Only what the leaf hash vouches for, and what is a decision, is taken for one."""

import json

from ringwall.ledger.verification.stored_decision import stored_decision
from ringwall.tlog.hashing import leaf_hash


def entry(**said: object) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def test_a_decision_is_read_as_it_stands() -> None:
    data = entry(v=1, kind="decision.made", id="dec-1")

    assert stored_decision(leaf_hash(data), data) == json.loads(data)


def test_nothing_else_is_taken_for_a_decision() -> None:
    decision = entry(v=1, kind="decision.made", id="dec-1")
    for data in (
        entry(v=1, kind="fact.removed", id="user:ada"),
        entry(v=1, kind="decision.made", id=7),
        b"no event",
    ):
        assert stored_decision(leaf_hash(data), data) is None
    assert stored_decision(leaf_hash(decision), decision + b" ") is None
    assert stored_decision(None, None) is None
