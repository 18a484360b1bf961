from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.rulebook import read_rulebook
from ringwall.raid.workload.assumptions import (
    WORKLOAD_FILE,
    parse_assumptions,
    read_assumptions,
)
from ringwall.shipped import shipped_path

SHIPPED = (shipped_path("raid") / "desk" / WORKLOAD_FILE).read_text()


def _codes(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        parse_assumptions(text.encode(), WORKLOAD_FILE)
    assert caught.value.code == "workload-refused"
    assert caught.value.next_step
    return [fault.code for fault in caught.value.faults]


def test_the_shipped_assumptions_are_read() -> None:
    found = read_assumptions(shipped_path("raid") / "desk")

    assert (found.growth, found.effort) == ((1.4, 4.2), (0.8, 1.25))
    assert (found.interval_percent, found.drawn_percent) == (90, 93)
    assert found.immediate in found.lanes
    assert {level.rule for level in found.levels} >= {"DESK-IMM", "DESK-ACK"}
    assert {one.confidence for one in found.ranges.values()} == {"low"}


def test_the_lanes_are_those_of_the_tables_and_the_levels_have_clocks() -> None:
    book = read_rulebook(shipped_path("raid"))

    outcomes = {row.words["lane"] for row in book.triage.main.values()}
    assert outcomes <= set(book.workload.lanes)
    assert {level.rule for level in book.workload.levels} <= book.clocks.rules.keys()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("few_weeks: 4", "few_weeks: four", "wrong-type"),
        ("few_weeks: 4", "few_weeks: 0", "wrong-value"),
        ("few_weeks: 4 ", "few_weeks: 4\ncats: 2 ", "unknown-key"),
        ("immediate: urgent", "x: urgent", "missing-key"),
        ("immediate: urgent", "immediate: at-once", "unknown-lane"),
        ("lanes: [urgent]", "lanes: [cats]", "unknown-lane"),
        ("incident, hazard, desk]", "incident, hazard, desk, desk]", "duplicate-lane"),
        ("low: 1.4", "low: nan", "wrong-value"),
        ("low: 1.4", "low: -1", "wrong-value"),
        ("low: 1.4", "low: 0", "wrong-value"),
        ("low: 1.4", "low: 5", "wrong-value"),
        ("confidence: low", "confidence: great", "unknown-word"),
        ("guard_percent: 3", "guard_percent: 10", "wrong-interval"),
        ("rule: DESK-IMM", "rule: desk", "wrong-value"),
    ],
)
def test_each_fault_is_named(before: str, after: str, code: str) -> None:
    assert before in SHIPPED

    assert code in _codes(SHIPPED.replace(before, after))


def test_a_range_that_is_missing_or_there_twice_is_named() -> None:
    assert _codes(SHIPPED.replace("name: effort", "name: growth")) == [
        *("duplicate-range", "missing-range"),
    ]


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_assumptions(tmp_path)

    assert [fault.code for fault in caught.value.faults] == ["workload-unreadable"]
