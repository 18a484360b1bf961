"""Levels by measure: complete steps count, and nothing else does."""

import pytest

from ringwall.base.errors import UnknownItem
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.benchmark import Benchmark
from tests.unit.threats.sample import CODES, sample_catalogue, sample_measure

ALL_AT = {
    level: {f"SL{n}-{code}-1" for n in range(1, level + 1) for code in CODES.values()}
    for level in SecurityLevel
}


@pytest.fixture(scope="module")
def ladder() -> Benchmark:
    return sample_catalogue().benchmark


@pytest.mark.parametrize("level", SecurityLevel)
def test_all_measures_up_to_a_level_reach_it_everywhere(
    ladder: Benchmark, level: SecurityLevel
) -> None:
    assert ladder.levels(ALL_AT[level]) == dict.fromkeys(Domain, level)


@pytest.mark.parametrize("measure", sorted(ALL_AT[SecurityLevel.SL5]))
def test_a_measure_that_is_missing_costs_its_domain_all_from_its_level_on(
    ladder: Benchmark, measure: str
) -> None:
    levels = ladder.levels(ALL_AT[SecurityLevel.SL5] - {measure})

    expected = dict.fromkeys(Domain, SecurityLevel.SL5)
    expected[ladder.domain(measure)] = SecurityLevel(ladder.level_of(measure) - 1)
    assert levels == expected


def test_nothing_held_is_level_zero(ladder: Benchmark) -> None:
    assert ladder.levels(frozenset()) == dict.fromkeys(Domain, SecurityLevel.SL0)


def test_measures_that_are_not_known_count_for_nothing(ladder: Benchmark) -> None:
    assert ladder.levels({"SL1-XX-1", "wizardry"}) == ladder.levels(frozenset())


def test_a_level_that_asks_for_nothing_in_a_domain_is_out_of_reach() -> None:
    ladder = Benchmark(
        [
            sample_measure("SL1-WS-1", Domain.WEIGHTS),
            sample_measure("SL3-WS-1", Domain.WEIGHTS),
        ]
    )

    levels = ladder.levels({"SL1-WS-1", "SL3-WS-1"})

    assert levels[Domain.WEIGHTS] is SecurityLevel.SL1
    assert levels[Domain.NETWORK] is SecurityLevel.SL0
    assert Benchmark([]).levels({"x"}) == dict.fromkeys(Domain, SecurityLevel.SL0)


def test_what_is_missing_is_named_lowest_level_first(ladder: Benchmark) -> None:
    missing = ladder.missing(
        Domain.WEIGHTS, {"SL2-WS-1", "SL4-WS-1"}, SecurityLevel.SL4
    )

    assert missing == ("SL1-WS-1", "SL3-WS-1")
    everything = ALL_AT[SecurityLevel.SL5]
    assert ladder.missing(Domain.WEIGHTS, everything, SecurityLevel.SL5) == ()


def test_a_benchmark_knows_its_measures(ladder: Benchmark) -> None:
    assert "SL3-WS-1" in ladder
    assert "SL3-WS-9" not in ladder
    assert len(ladder) == 25
    assert ladder.scope("SL3-WS-1") == "site"
    assert ladder.domain("SL3-FM-1") is Domain.PERSONNEL
    assert ladder.level_of("SL3-WS-1") is SecurityLevel.SL3


def test_a_measure_that_is_not_known_has_no_scope_domain_or_level(
    ladder: Benchmark,
) -> None:
    for asked in (ladder.scope, ladder.domain, ladder.level_of):
        with pytest.raises(UnknownItem) as caught:
            asked("SL3-WS-9")

        assert caught.value.code == "unknown-measure"


def test_two_measures_of_one_id_are_a_mistake_of_the_program() -> None:
    measure = sample_measure("SL1-WS-1", Domain.WEIGHTS)

    with pytest.raises(ValueError, match="same id"):
        Benchmark([measure, measure])
