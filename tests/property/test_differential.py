"""The compiled form and stock Casbin agree on 192,000 requests to random concerns.

And on 12,000 to the shipped ones: 200,000 at least. `RINGWALL_SEED` draws others.
"""

import os

import pytest

from ringwall.policy import index
from ringwall.policy.folder import read_concern
from tests.oracle.differential import (
    POLICIES,
    SHIPPED,
    compare_random,
    compare_shipped,
    parsing_once,
    requests_for,
)

pytestmark = pytest.mark.usefixtures("uncounted")

SEED = int(os.environ.get("RINGWALL_SEED", "1"))
LEAST = 200_000
PARTS = 8
CONCERNS = 200
REQUESTS = 120
WALKS = 40_000


@pytest.mark.parametrize("part", range(PARTS))
def test_random_concerns_and_requests_are_decided_alike(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if part % 2:  # tables that are too large for their place, and split by role at once
        monkeypatch.setattr(index, "MAX_ENTRIES", 12)
        monkeypatch.setattr(index, "MAX_SCANNED", 0)
    with parsing_once():
        tally = compare_random(SEED * 1000 + part, CONCERNS, REQUESTS)

    assert tally.disagreements == []
    assert (tally.concerns, tally.requests) == (CONCERNS, CONCERNS * REQUESTS)
    assert 2_000 < tally.permits < tally.requests - 2_000


def test_casbin_answers_alike_if_it_keeps_what_it_has_parsed() -> None:
    stock = compare_random(SEED, concerns=25, requests=60)
    with parsing_once():
        keeping = compare_random(SEED, concerns=25, requests=60)

    assert stock == keeping
    assert (stock.requests, stock.disagreements) == (1_500, [])
    assert 0 < stock.permits < stock.requests


def test_requests_to_shipped_concerns_are_decided_alike() -> None:
    with parsing_once():
        tallies = compare_shipped(SEED, WALKS)

    assert tuple(tallies) == SHIPPED
    for name, tally in tallies.items():
        concern = read_concern(POLICIES / name)
        assert tally.disagreements == []
        assert tally.requests == requests_for(concern, WALKS) >= 4 * len(concern.rules)
        assert 0 < tally.permits < tally.requests
    asked = sum(tally.requests for tally in tallies.values())
    assert asked + PARTS * CONCERNS * REQUESTS >= LEAST
