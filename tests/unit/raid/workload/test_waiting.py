import random
from math import exp, factorial, inf

import pytest

from ringwall.raid.workload.waiting import chance_to_wait, waiting, waiting_in_front
from tests.oracle.workload import played_waits


def _by_the_book(servers: int, offered: float) -> float:
    """Erlang's C as it is printed, with its sums and factorials."""
    top = offered**servers / factorial(servers) * servers / (servers - offered)
    return top / (sum(offered**k / factorial(k) for k in range(servers)) + top)


@pytest.mark.parametrize("servers", [1, 2, 5, 10, 40])
@pytest.mark.parametrize("load", [0.01, 0.3, 0.8, 0.99])
def test_the_chance_to_wait_is_that_of_the_formula(servers: int, load: float) -> None:
    offered = servers * load

    assert chance_to_wait(servers, offered) == pytest.approx(
        _by_the_book(servers, offered)
    )


def test_one_server_waits_as_long_as_it_is_busy() -> None:
    wait = waiting(1, 0.5, 1)

    assert (wait.chance, wait.mean) == pytest.approx((0.5, 1.0))
    assert wait.over(2) == pytest.approx(0.5 * exp(-1))


@pytest.mark.parametrize(
    ("servers", "offered", "chance"), [(0, 0, 1), (3, 0, 0), (0, 1, 1), (2, 2, 1)]
)
def test_the_edges_are_certain(servers: int, offered: float, chance: float) -> None:
    assert chance_to_wait(servers, offered) == chance


def test_many_servers_neither_overflow_nor_take_long() -> None:
    assert 0 < chance_to_wait(100_000, 99_900) < 1


def test_at_a_load_of_one_the_wait_has_no_end() -> None:
    assert waiting(2, 2, 1).mean == inf
    assert waiting(2, 2, 1).over(1e9) == 1
    assert waiting(0, 1, 1).mean == inf
    assert waiting(0, 0, 1).mean == inf


def test_who_goes_in_front_waits_finitely_however_long_the_others_wait() -> None:
    wait = waiting_in_front(4, 1, 100, 1)

    assert wait.chance == 1
    assert wait.mean == pytest.approx(1 / 3)
    assert waiting_in_front(4, 4, 100, 1).mean == inf


@pytest.mark.parametrize(("servers", "offered"), [(-1, 1), (100_001, 1), (2, -1)])
def test_what_is_no_desk_is_a_mistake(servers: int, offered: float) -> None:
    with pytest.raises(ValueError, match="no desk has"):
        chance_to_wait(servers, offered)


@pytest.mark.parametrize(
    ("servers", "front", "others"),
    [(1, 0.5, 0.0), (3, 2.0, 0.0), (4, 1.0, 2.0), (10, 2.0, 7.0)],
)
def test_the_wait_is_that_of_a_desk_played_item_by_item(
    servers: int, front: float, others: float
) -> None:
    rates = [front, others] if others else [front]
    waits = played_waits(random.Random(11), servers, rates, 1.0, 60_000)
    told = waiting_in_front(servers, front, front + others, 1.0)

    mean = sum(waits) / len(waits)
    waited = sum(one > 0 for one in waits) / len(waits)

    assert mean == pytest.approx(told.mean, rel=0.12)
    assert waited == pytest.approx(told.chance, rel=0.08)
    for limit in (0.2, 0.5):
        late = sum(one > limit for one in waits) / len(waits)
        assert late == pytest.approx(told.over(limit), rel=0.15, abs=0.01)
