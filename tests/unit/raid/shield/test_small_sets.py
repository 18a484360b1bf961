"""Small sets: fewer than five possible reporters are as good as a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.small_sets import (
    LEAST_SET,
    check_set,
    possible_reporters,
)

LAB = [{"organisation": {"lab"}, "job": {"engineer"}} for _ in range(5)]
OTHERS = [{"organisation": {"other"}, "job": {"engineer"}} for _ in range(9)]
DIRECTORY = [*LAB, *OTHERS, {"organisation": {"lab"}}]


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({}, 15),
        ({"organisation": "lab"}, 6),
        ({"organisation": "lab", "job": "engineer"}, 5),
        ({"job": "engineer"}, 14),
        ({"cluster": "the-only-one"}, 0),
    ],
)
def test_those_are_counted_of_whom_all_facts_are_known(
    facts: dict[str, str], count: int
) -> None:
    assert possible_reporters(facts, DIRECTORY) == count


def test_facts_that_fit_five_may_go_and_four_may_not() -> None:
    facts = {"organisation": "lab", "job": "engineer"}
    check_set(facts, LAB)

    with pytest.raises(ActRefused) as error:
        check_set(facts, LAB[1:])

    assert error.value.code == "too-few-reporters"
    assert "4" not in str(error.value)
    assert "lab" not in str(error.value)


def test_a_reporter_may_agree_to_be_told_apart() -> None:
    check_set({"cluster": "the-only-one"}, DIRECTORY, is_consented=True)


def test_an_empty_directory_holds_everything_back() -> None:
    with pytest.raises(ActRefused, match="nothing at all"):
        check_set({}, [])


_WORDS = st.sampled_from(["a", "b", "c"])
_PEOPLE = st.lists(
    st.dictionaries(_WORDS, st.frozensets(_WORDS, max_size=2), max_size=3), max_size=12
)


@given(st.dictionaries(_WORDS, _WORDS), _WORDS, _WORDS, _PEOPLE)
def test_one_more_fact_never_fits_more_people(
    facts: dict[str, str],
    name: str,
    value: str,
    people: list[dict[str, frozenset[str]]],
) -> None:
    more = {**facts, name: facts.get(name, value)}

    assert possible_reporters(more, people) <= possible_reporters(facts, people)
    assert LEAST_SET == 5
