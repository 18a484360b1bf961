"""Conditions of the overrides."""

import pytest

from ringwall.raid.triage.conditions import parse_condition
from tests.triage_tables import shipped

POINTS = shipped().points


def held(text: str, **values: str) -> bool:
    given = {name.rstrip("_"): frozenset({value}) for name, value in values.items()}
    return parse_condition(text, POINTS).holds(given)


def test_an_ordered_point_is_held_by_each_worse_value() -> None:
    assert [held("uplift>=at", uplift=value) for value in POINTS["uplift"].values] == [
        False,
        False,
        True,
        True,
    ]


def test_all_comparisons_have_to_hold() -> None:
    text = "class=cyber|cbrn & auto>=shown"

    assert held(text, class_="cbrn", auto="shown")
    assert not held(text, class_="cbrn", auto="none")
    assert not held(text, class_="rights", auto="shown")
    assert parse_condition(text, POINTS).points == {"class", "auto"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "auto",
        "mood=bad",
        "auto=shown",
        "class>=cyber",
        "auto>=none|shown",
        "class=cyber|space",
        "class=cyber & class=cbrn",
        "class=cyber  & auto>=shown",
    ],
)
def test_a_condition_that_could_fall_out_again_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_condition(text, POINTS)
