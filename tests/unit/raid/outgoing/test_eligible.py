"""Which states are in good standing: the concern `eligibility` says so, day by day."""

from dataclasses import replace

import pytest

from ringwall.base.clock import parse_instant
from ringwall.raid.outgoing.eligible import is_eligible
from tests.example import NOON
from tests.raid_office import RaidOffice


@pytest.mark.parametrize(
    ("state", "wanted"),
    [("FR", True), ("fr", True), ("PT", False), ("DE", False), ("EU", False)],
)
def test_a_state_is_asked_of_as_whoever_asks_the_gate(
    raid_office: RaidOffice, state: str, wanted: bool
) -> None:
    with raid_office.gate() as gate:
        assert is_eligible(gate.ground, state, NOON) is wanted


def test_evidence_that_lapses_ends_it_on_the_day(raid_office: RaidOffice) -> None:
    last = parse_instant("2039-01-01T00:00:00Z")
    with raid_office.gate() as gate:
        assert is_eligible(gate.ground, "FR", last - 1)
        assert not is_eligible(gate.ground, "FR", last)


def test_without_policies_no_state_is(raid_office: RaidOffice) -> None:
    with raid_office.gate() as gate:
        assert not is_eligible(replace(gate.ground, decider=None), "FR", NOON)
