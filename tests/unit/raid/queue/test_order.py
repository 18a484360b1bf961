from itertools import product

import pytest

from ringwall.raid.queue.order import Lifted, lifted, ranks, terms_of, why_word
from tests.example import NOON
from tests.waiting import CAPACITY, item, ordered


def test_each_step_of_waiting_lifts_the_first_key_that_is_left() -> None:
    steps = [lifted(3, 0, 1, 3, step) for step in range(6)]

    assert steps == [
        *(Lifted(3, 0, 1, 3), Lifted(4, 0, 1, 3), Lifted(4, 1, 1, 3)),
        *(Lifted(4, 1, 2, 3), Lifted(4, 1, 2, 4), Lifted(4, 1, 2, 4)),
    ]


def test_waiting_never_lifts_above_immediate() -> None:
    assert max(lifted(0, 0, 0, 0, step).priority for step in range(100)) == 4


def test_an_interval_over_1e26_counts_as_1e26() -> None:
    assert lifted(2, 0, 3, 1, 0) == lifted(2, 0, 2, 1, 0)


def test_eleven_steps_lift_anything_to_the_top() -> None:
    every = product(range(5), range(2), range(4), range(5))

    assert {lifted(*keys, 11) for keys in every} == {Lifted(4, 1, 2, 4)}


def test_no_step_of_waiting_ever_puts_an_item_back() -> None:
    for keys in product(range(5), range(2), range(4), range(5)):
        found = [lifted(*keys, step) for step in range(12)]
        assert found == sorted(found)


def test_what_is_greater_in_the_keys_has_the_smaller_rank() -> None:
    high = item(1, priority=4, owned=1)
    low = item(2, priority=4, owned=0, compute=2, reach=4)

    assert high.rank < low.rank
    assert len(ranks()) == 4800


def test_terms_look_as_far_ahead_as_the_capacity_says() -> None:
    terms = terms_of(CAPACITY, NOON)

    assert terms.soon == "2026-11-28T12:00:00Z"
    assert terms.ladder[0] == "2026-11-07T12:00:00Z"
    assert len(terms.ladder) == 11


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"host_days": 3}, "host clock due"),
        ({"host_days": -1}, "host clock late"),
        ({"imminent": 1}, "danger"),
        ({"ago": 20}, "waited, was scheduled"),
        ({"priority": 4}, "immediate"),
        ({"owned": 1}, "raid-owned"),
        ({"compute": 1}, "1e25"),
        ({"compute": 2}, "1e26"),
        ({"compute": 3}, "1e26?"),
        ({"reach": 3}, "wide reach"),
        ({"host_days": 30}, "by age"),
    ],
)
def test_a_word_says_why_an_item_stands_where_it_does(
    changes: dict[str, int], word: str
) -> None:
    assert why_word(item(**changes), NOON) == word


def test_a_clock_of_the_host_goes_before_danger_and_the_soonest_first() -> None:
    danger = item(1, imminent=1)
    late, soon, far = item(2, host_days=-1), item(3, host_days=2), item(4, host_days=9)

    assert ordered(danger, far, soon, late) == [late, soon, danger, far]
