"""Ranges hold what was put in, and tell what is lacking."""

from hypothesis import given
from hypothesis import strategies as st

from ringwall.vault.ranges import Ranges

_SPANS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


def test_an_empty_set_lacks_everything() -> None:
    assert Ranges().lacking(3, 9) == [(3, 9)]


def test_an_empty_range_lacks_nothing() -> None:
    ranges = Ranges()

    ranges.add(4, 4)

    assert ranges.lacking(4, 4) == []
    assert ranges.lacking(3, 5) == [(3, 5)]


def test_what_lies_between_is_lacking() -> None:
    ranges = Ranges()
    ranges.add(10, 20)
    ranges.add(30, 40)

    assert ranges.lacking(5, 50) == [(5, 10), (20, 30), (40, 50)]
    assert ranges.lacking(12, 18) == []
    assert ranges.lacking(15, 35) == [(20, 30)]


def test_ranges_that_touch_become_one() -> None:
    ranges = Ranges()
    ranges.add(10, 20)
    ranges.add(30, 40)
    ranges.add(20, 30)

    assert ranges.lacking(10, 40) == []
    assert ranges._starts == [10]


@given(st.lists(_SPANS, max_size=12), _SPANS)
def test_they_agree_with_a_set_of_numbers(
    spans: list[list[int]], asked: list[int]
) -> None:
    ranges, held = Ranges(), set[int]()
    for start, stop in spans:
        ranges.add(start, stop)
        held.update(range(start, stop))

    lacking = ranges.lacking(*asked)

    found = [number for start, stop in lacking for number in range(start, stop)]
    assert found == [number for number in range(*asked) if number not in held]
    assert ranges._starts == sorted(ranges._starts)
    stops = [-1, *ranges._stops]
    assert all(a < b for a, b in zip(stops, ranges._starts, strict=False))
