"""Slices: whatever is asked for is among what they name."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.ledger.slices import (
    BLOCK,
    FIELDS,
    Columns,
    columns_of,
    outcome_of,
    places_of,
    slice_of,
    sliced,
    told_in,
    word_of,
    words_of,
)
from tests.unit.ledger.sliced_log import COLLIDING, decision_rows

ROWS = [row for row in decision_rows(size=BLOCK * 2) if row[0] >= BLOCK]
TEXTS = st.text(max_size=3).filter(lambda text: text.isprintable())


def rows_of(columns: Columns) -> dict[Any, tuple[Any, ...]]:
    """Return what is kept of a block: field or nothing -> its row."""
    return {row[0] if table == "slice" else "": row for table, row in sliced(columns)}


@given(
    st.lists(TEXTS, max_size=30) | st.lists(st.sampled_from("abc"), max_size=30),
    TEXTS,
    st.randoms(use_true_random=False),
)
def test_a_value_is_found_wherever_it_stands(
    values: list[str], other: str, random: Random
) -> None:
    places = sorted(random.sample(range(BLOCK), len(values)))
    pairs = list(zip(places, values, strict=True))
    data = slice_of(values, places)

    for value in {*values, other}:
        found = places_of(data, value)
        assert {place for place, one in pairs if one == value} <= {*found}
        assert list(found) == sorted({*found})
        assert {*found} <= {*places}


def test_words_of_the_same_hash_are_found_together() -> None:
    one, other = COLLIDING
    data = slice_of([other, "x", one, other], [0, 7, 9, 4095])

    assert places_of(data, one) == places_of(data, other) == (0, 9, 4095)
    assert places_of(data, "x") == (7,)
    assert places_of(data, "y") == ()
    assert places_of(data, "\udcff") == ()


def test_few_values_and_many_make_the_same_slice() -> None:
    values = [*COLLIDING, "a", *COLLIDING, "a", "a", "a", "b"] * 2
    padding = [f"dec-{n}" for n in range(90)]
    few, many = slice_of(values, range(18)), slice_of([*values, *padding], range(108))

    for value in {*values}:
        assert places_of(few, value) == places_of(many, value)
    assert len(few) == 6 * 18


def test_a_slice_is_the_same_bytes_on_every_machine() -> None:
    made = slice_of(["plumless", "dec-1", "buckeroo"], [0, 258, 4095])

    # CRC-32 of each, sorted; then the places.
    assert made.hex() == "4ddb0c254ddb0c259d0d0e0d" + "00000fff0102"
    assert slice_of([], []) == b""


def test_all_that_is_kept_of_a_block_follows_from_its_decisions() -> None:
    columns = columns_of(1, ROWS)
    kept = rows_of(columns)

    assert {*kept} == {*FIELDS, ""}
    for field, at in (("id", 1), ("subject", 3), ("resource", 5)):
        (_, number, data), wanted = kept[field], ROWS[17][at]
        assert number == 1
        among = {row[0] for row in ROWS if row[at] == wanted}
        assert among <= {BLOCK + place for place in places_of(data, wanted)}
    number, first, last, words, data = kept[""]
    instants = [row[2] for row in ROWS]
    assert (number, first, last) == (1, min(instants), max(instants))
    outcomes = Counter((row[7], row[8], row[4], row[9]) for row in ROWS)
    told = told_in(words, data)
    assert told is not None
    known = [outcome_of(word) for word in told.words]
    assert dict(zip(known, told.counts, strict=True)) == outcomes
    for outcome in outcomes:
        among = {i for i, *r in ROWS if (r[6], r[7], r[3], r[8]) == outcome}
        found = told.places([one == outcome for one in known])
        assert among == {BLOCK + place for place in found}
    every = told.places([True] * len(known))
    assert sorted(every) == [row[0] - BLOCK for row in ROWS]
    assert told.places([False] * len(known)) == []


def test_a_block_without_decisions_has_empty_slices() -> None:
    kept = rows_of(columns_of(4, []))

    assert kept[""] == (4, "", "", "", b"")
    assert {kept[field] for field in FIELDS} == {(field, 4, b"") for field in FIELDS}
    assert told_in("", b"") is None


def test_too_many_outcomes_are_not_told() -> None:
    rows = [
        (place, "d", "at", "s", f"action {place}", "r", "p", "permit", "", "x" * 20)
        for place in range(BLOCK)
    ]

    assert rows_of(columns_of(0, rows))[""] == (0, "at", "at", "", b"")


@pytest.mark.parametrize("places", [[1, 0], [3, 3], [-1, 3], [3, BLOCK]])
def test_places_that_are_not_those_of_a_block_are_refused(places: list[int]) -> None:
    two = ["a", "b"]

    with pytest.raises(ValueError, match="slice"):
        list(sliced(Columns(0, places, two, two, two, two, "", "")))


@pytest.mark.parametrize("value", [None, 7, b"bytes"])
@pytest.mark.parametrize("count", [1, 9])
def test_a_value_that_is_no_text_is_refused(value: object, count: int) -> None:
    with pytest.raises(ValueError, match="no text"):
        slice_of([value] * count, range(count))  # type: ignore[list-item]  # as of a damaged cell


@pytest.mark.parametrize("data", ["text", None, 7, b"12345", bytes(6 * BLOCK + 6)])
def test_what_is_no_slice_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not what one can be"):
        places_of(data, "a")


@pytest.mark.parametrize(
    ("words", "data"),
    [
        (None, b""),
        (b"a", b"\0\1\0\1"),
        ("a", None),
        ("a", "\0\1\0\1"),
        ("a", b""),
        ("a", b"\0\1"),
        ("a", b"\0\1\0"),
        ("a", b"\0\1\0\1\0\2"),
        ("a\nb", b"\0\1\0\1\0\2"),
        ("\n" * BLOCK, bytes(2 * BLOCK + 2)),
    ],
)
def test_what_tells_no_outcomes_is_refused(words: object, data: object) -> None:
    with pytest.raises(ValueError, match=r"outcomes"):
        told_in(words, data)


def test_a_word_tells_an_outcome_and_comes_back() -> None:
    outcome = ("deny", 'a "b"\n', "ä", "")

    assert "\n" not in word_of(outcome)
    assert outcome_of(word_of(outcome)) == outcome


def test_words_of_many_outcomes_are_those_of_each() -> None:
    outcomes = [("a", "b", "c", "d"), ("", "", "", ""), ("a", "b", "c", "d")]

    assert words_of(outcomes) == [word_of(outcome) for outcome in outcomes]
    assert words_of([]) == []


@pytest.mark.parametrize("part", [None, 7, b"bytes", "\udcff"])
def test_an_outcome_that_is_no_text_has_no_word(part: str) -> None:
    with pytest.raises(ValueError, match=r"no text|surrogates"):
        words_of([("a", "b", part, "d")])


@pytest.mark.parametrize(
    "word",
    [
        "",
        "no json",
        "7",
        "{}",
        '["a","b","c"]',
        '["a","b","c",4]',
        '["a","b","c","\\udcff"]',
    ],
)
def test_a_word_that_tells_no_outcome_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"no outcome|Expecting|surrogates"):
        outcome_of(word)
