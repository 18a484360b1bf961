"""Of what rests on entries that are gone nothing is held against anybody."""

import pytest

from ringwall.ledger.verification.doubts import Doubts
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import Stretch


def stretch(first: int, end: int, *gone: int) -> Stretch:
    """Return a piece of a log of which some entries are gone."""
    there = [(n, bytes(32), b"{}") for n in range(first, end) if n not in gone]
    return Stretch(first, end, there)


@pytest.mark.parametrize(
    ("rests_on", "expected"), [("log", True), ("matters", False), ("beside", False)]
)
def test_behind_a_gap_what_rests_on_the_whole_log_is_not_told(
    rests_on: str, *, expected: bool
) -> None:
    doubts = Doubts(Findings())
    doubts.begin(stretch(0, 4))
    doubts.begin(stretch(4, 8, 5, 7))
    doubts.begin(stretch(8, 12, 9))

    assert not doubts.holds_back(5, rests_on)
    assert doubts.holds_back(6, rests_on) is expected


def test_the_last_entry_of_a_stretch_may_be_the_gap() -> None:
    doubts = Doubts(Findings())
    doubts.begin(stretch(0, 4, 3))

    assert not doubts.holds_back(3, "log")
    assert doubts.holds_back(4, "log")


@pytest.mark.parametrize(
    ("rests_on", "expected"), [("log", True), ("matters", True), ("beside", False)]
)
def test_behind_what_was_changed_what_rests_on_it_is_not_told(
    rests_on: str, *, expected: bool
) -> None:
    findings = Findings()
    findings.at_entry(5)
    doubts = Doubts(findings)

    assert not doubts.holds_back(5, rests_on)
    assert doubts.holds_back(6, rests_on) is expected
