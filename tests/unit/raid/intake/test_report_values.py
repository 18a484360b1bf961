from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ringwall.base.clock import parse_instant
from ringwall.raid.intake.report_values import (
    STATES,
    Line,
    SourceId,
    State,
    span_of,
)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
    ],
)
def test_a_coarse_date_spans_all_of_it(text: str, first: str, after: str) -> None:
    assert span_of(text) == (parse_instant(first), parse_instant(after))


def test_an_instant_spans_itself_alone() -> None:
    at = parse_instant("2026-03-14T09:30:00Z")
    assert span_of("2026-03-14T09:30:00Z") == (at, at + 1)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-13", "2026-02-29", "2026-3", "0000", "yesterday", "2026-"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        span_of(text)


def test_what_is_neither_date_nor_instant_is_told_how_both_are_written() -> None:
    with pytest.raises(ValueError, match="nor a date such as 2027-01-31"):
        span_of("19.11.2026")


def test_states_are_those_of_the_eea_each_once() -> None:
    assert len(set(STATES)) == len(STATES) == 30


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (State, "EL"),
        (State, "fr"),
        (Line, "\u200b \t"),
        (Line, "x" * 501),
        (Line, ""),
        (SourceId, "a b"),
        (SourceId, "../x"),
        (SourceId, ""),
    ],
)
def test_values_that_do_not_fit_are_refused(
    type_: Any,  # noqa: ANN401 - an annotation
    text: str,
) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(type_).validate_python(text)


def test_half_a_pair_of_surrogates_is_refused() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[str](Line).validate_python("a\ud800")


@pytest.mark.parametrize("text", ["a\x1b[2J", "\u202eabc", "=1+1", "é"])
def test_what_a_screen_must_not_see_may_still_be_told(text: str) -> None:
    assert TypeAdapter[str](Line).validate_python(text) == text
