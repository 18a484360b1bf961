"""The event says what was read, and which request it rests on."""

import pytest

from ringwall.institute import Institute
from ringwall.registry.policy_event import activation_of
from tests.example import APPROVED, NOON


@pytest.mark.parametrize("request_id", ["", APPROVED])
def test_the_event_has_the_digest_of_each_part(
    institute: Institute, request_id: str
) -> None:
    judge = institute.judge()

    event = activation_of(judge, NOON, request_id)

    bundle = institute.bundle()
    assert event["kind"] == "policy.activated"
    assert event["digest"] == judge.digest
    assert event["concerns"] == {n: c.digest for n, c in bundle.concerns.items()}
    assert event["catalogue"] == institute.catalogue().digest
    assert event.get("request", "") == request_id
    assert ("request" in event) is bool(request_id)
