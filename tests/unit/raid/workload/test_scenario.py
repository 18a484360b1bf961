from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.workload.scenario import parse_scenario, read_scenario
from ringwall.raid.workload.setting import Absence, Surge
from ringwall.shipped import shipped_path

FOLDER = shipped_path("raid") / "scenarios"
FOUR = (FOLDER / "ten-fall-to-four.yaml").read_text()


def _codes(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        parse_scenario(text.encode(), "a.yaml")
    assert caught.value.code == "scenario-refused"
    assert caught.value.next_step
    return [fault.code for fault in caught.value.faults]


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.yaml")), ids=lambda one: one.stem
)
def test_each_shipped_scenario_says_where_it_comes_from_and_how_rough_it_is(
    path: Path,
) -> None:
    found = read_scenario(path)

    assert found.source
    assert found.rough
    assert path.name in (FOLDER / "README.md").read_text()


def test_a_scenario_says_who_is_away_what_surges_and_what_comes() -> None:
    found = parse_scenario(
        FOUR.replace("lane: urgent, times: 3", "times: 3").encode(), "a.yaml"
    )

    assert found.away == (Absence(1, 2, 6),)
    assert found.peaks == (Surge(1, 1, "screening", 10), Surge(1, 1, "*", 3))
    urgent, screening, *_ = found.streams
    assert (urgent.lane, urgent.deep_count, urgent.shallow_count) == ("urgent", 1, 0)
    assert (screening.deep, screening.shallow) == pytest.approx((30, 12))
    assert (screening.items, screening.is_told) == (40, True)


def test_what_is_left_out_is_left_open() -> None:
    text = "version: 1\ntitle: x\nsource: OWN\nconfidence: low\nrough: very\n"

    found = parse_scenario(text.encode(), "a.yaml")

    assert (found.people, found.weeks, found.growth) == (None, None, None)
    assert (found.away, found.peaks, found.streams) == ((), (), ())


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("people: 10\n", "people: 10\ncats: 3\n", "unknown-key"),
        ("people: 10\n", "people: -10\n", "wrong-value"),
        ("people: 10\n", "people: nan\n", "wrong-value"),
        ("hours_per_week: 38", "hours_per_week: 0", "wrong-value"),
        ("hours_per_week: 38", "hours_per_week: 169", "wrong-value"),
        ("usable_percent: 60", "usable_percent: 0", "wrong-value"),
        ("usable_percent: 60", "usable_percent: 101", "wrong-value"),
        ("weeks: 12\n", "weeks: 0\n", "wrong-value"),
        ("version: 1", "version: 2", "unknown-word"),
        ("title: Ten", "heading: Ten", "missing-key"),
        ("from_week: 1, to_week: 2", "from_week: 3, to_week: 2", "wrong-value"),
        ("times: 10}", "times: -1}", "wrong-value"),
        ("lane: screening, times", "lane: cats, times", "unknown-lane"),
        ("lane: hazard, count", "lane: incident, count", "duplicate-lane"),
        ("deep_hours: 16, shallow_hours: 2", "deep_hours: 1, shallow_hours: 2", "w"),
        ("deep_percent: 100", "deep_percent: 101", "wrong-value"),
        ("count: 26,", "count: many,", "wrong-value"),
        ("confidence: low", "confidence: none", "unknown-word"),
    ],
)
def test_each_fault_is_named(before: str, after: str, code: str) -> None:
    assert before in FOUR

    assert any(one.startswith(code) for one in _codes(FOUR.replace(before, after)))


def test_what_can_t_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_scenario(tmp_path / "none.yaml")

    assert [fault.code for fault in caught.value.faults] == ["scenario-unreadable"]


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_scenario(b"people: [", "a.yaml")

    assert caught.value.code == "yaml-refused"
