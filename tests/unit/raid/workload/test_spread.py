import random
from math import comb, exp, factorial

import pytest

from ringwall.raid.workload.spread import Outlook, Part, outlook_of


def _poisson(mean: float, count: int) -> float:
    return sum(exp(-mean) * mean**k / factorial(k) for k in range(count + 1))


def _negative_binomial(shape: int, ratio: float, count: int) -> float:
    chance = 1 / (1 + ratio)
    return sum(
        comb(k + shape - 1, k) * chance**shape * (1 - chance) ** k
        for k in range(count + 1)
    )


def _quantile(cdf: list[float], share: float) -> int:
    return next(count for count, chance in enumerate(cdf) if chance >= share)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_items_at_a_told_rate_spread_as_poisson_says(share: float) -> None:
    seen = outlook_of([[Part(2.0, 0, 5.0, 60)]], [1.0])

    expected = _quantile([_poisson(10, k) for k in range(60)], share)

    assert seen.quantile(share) == pytest.approx(expected * 60, abs=6 * seen.cell)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_items_at_a_counted_rate_spread_more(share: float) -> None:
    seen = outlook_of([[Part(8.0, 4.0, 4.0, 30)]], [1.0])

    expected = _quantile([_negative_binomial(8, 1.0, k) for k in range(80)], share)

    assert seen.quantile(share) == pytest.approx(expected * 30, abs=6 * seen.cell)


def test_courses_and_efforts_widen_it() -> None:
    plain = [Part(20.0, 10.0, 10.0, 30), Part(3.0, 10.0, 10.0, 700)]
    grown = [one._replace(future=20.0) for one in plain]

    narrow = outlook_of([plain], [1.0])
    wide = outlook_of([plain, grown], [0.8, 1.0, 1.25])

    assert wide.quantile(0.95) > narrow.quantile(0.95)
    assert _width(wide) > _width(narrow)


def test_the_spread_is_that_of_many_draws() -> None:
    draw = random.Random(3)
    parts = [Part(12.0, 6.0, 8.0, 45), Part(2.0, 6.0, 8.0, 960)]
    sums = sorted(_drawn(draw, parts) for _ in range(20_000))

    seen = outlook_of([parts], [1.0])

    for share in (0.05, 0.5, 0.95):
        played = sums[int(share * len(sums))]
        assert seen.quantile(share) == pytest.approx(played, rel=0.05, abs=60)


def test_nothing_to_come_is_nothing_for_certain() -> None:
    nothing: list[list[Part]] = [
        [],
        [Part(0.0, 0, 5.0, 60)],
        [Part(3.0, 2.0, 0.0, 60)],
    ]
    for parts in nothing:
        seen = outlook_of([parts], [1.0])

        assert (seen.quantile(0.05), seen.quantile(0.95)) == (0, 0)


def test_quantiles_never_fall() -> None:
    seen = outlook_of([[Part(0.3, 4.0, 4.0, 1920), Part(40.0, 4.0, 4.0, 20)]], [0.9, 1])
    found = [seen.quantile(share / 100) for share in range(1, 100)]

    assert found == sorted(found)


def _width(seen: Outlook) -> float:
    return seen.quantile(0.95) - seen.quantile(0.05)


def _drawn(draw: random.Random, parts: list[Part]) -> float:
    total = 0.0
    for part in parts:
        rate = draw.gammavariate(part.known, 1 / part.past)
        end, now = part.future, draw.expovariate(rate)
        while now < end:
            total += part.minutes
            now += draw.expovariate(rate)
    return total
