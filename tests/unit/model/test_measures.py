"""Ids of measures: level, category, number."""

import pytest

from ringwall.model.levels import SecurityLevel
from ringwall.model.measures import category_of, level_of, parse_measure_id


@pytest.mark.parametrize("text", ["SL1-WS-1", "SL5-MA-12", "SL3-PI-99"])
def test_an_id_of_a_measure_is_taken_as_it_is(text: str) -> None:
    assert parse_measure_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "SL0-WS-1", "SL6-WS-1", "sl1-WS-1", "SL1-ws-1", "SL1-WS-0"),
        *("SL1-WS-01", "SL1-WS-100", "SL1-W-1", "SL1-WS", "SL1-WS-1\n", "SL1 WS 1"),
        "SL1-WS-\u0661",
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a measure such as SL3-WS-1"):
        parse_measure_id(text)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(ValueError, match="is not a measure") as caught:
        parse_measure_id("x" * 1000)
    assert len(str(caught.value)) < 100


def test_an_id_says_its_level_and_category() -> None:
    assert level_of("SL3-WS-1") is SecurityLevel.SL3
    assert category_of("SL5-MA-12") == "MA"
