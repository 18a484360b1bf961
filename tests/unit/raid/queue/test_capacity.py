from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.queue.capacity import (
    CAPACITY_FILE,
    SCREENING,
    UNASSESSED,
    parse_capacity,
    read_capacity,
)
from ringwall.shipped import shipped_path

SHIPPED = (shipped_path("raid") / "desk" / CAPACITY_FILE).read_text()


def _codes(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        parse_capacity(text.encode(), CAPACITY_FILE)
    assert caught.value.code == "capacity-refused"
    assert caught.value.next_step
    return [fault.code for fault in caught.value.faults]


def test_the_shipped_capacity_is_read() -> None:
    found = read_capacity(shipped_path("raid") / "desk")

    assert found.minutes() == 10 * 2280 * 60 // 100
    assert found.minutes(4) == 4 * 2280 * 60 // 100
    assert {SCREENING, UNASSESSED, "cyber", "cbrn"} <= found.classes.keys()
    assert sorted(found.bands) == list(range(6))
    assert found.reserve_percent == 15


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("people: 10", "people: ten", "wrong-type"),
        ("people: 10", "people: -1", "wrong-value"),
        ("people: 10\n", "", "missing-key"),
        ("people: 10", "people: 10\ncats: 2", "unknown-key"),
        ("reserve_percent: 15", "reserve_percent: 101", "wrong-value"),
        ("ageing_days: 14", "ageing_days: 0", "wrong-value"),
        ("class: rights", "class: cyber", "duplicate-class"),
        ("class: screening", "class: seeing", "missing-class"),
        ("class: unassessed", "class: unseen", "missing-class"),
        ("deep: 30, shallow: 10", "deep: 30, shallow: 31", "shallow-deeper"),
        ("severity: 4", "severity: 3", "wrong-bands"),
        ("severity: 4", "severity: 6", "wrong-value"),
    ],
)
def test_each_fault_is_named(before: str, after: str, code: str) -> None:
    assert before in SHIPPED

    assert _codes(SHIPPED.replace(before, after)) == [code]


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_capacity(tmp_path)

    assert caught.value.code == "capacity-refused"
    assert [fault.code for fault in caught.value.faults] == ["capacity-unreadable"]


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_capacity(b"people: [", CAPACITY_FILE)

    assert caught.value.code == "yaml-refused"
