"""What statements amount to: levels, gaps, lapses, exceptions, what stays open."""

import pytest

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.matrix import Cover
from ringwall.threats.posture import Missing, held_at, posture
from tests.threat_rows import DAY, NOON, catalogue, ids, stated

SL0, SL1, SL2, SL3, SL4, SL5 = SecurityLevel


def test_nothing_stated_is_level_zero_and_meets_no_tier() -> None:
    found = posture(catalogue(), [], NOON)

    assert set(found.levels.values()) == {SL0}
    assert found.level is SL0
    assert found.tiers == ()
    assert found.held == frozenset()


def test_all_measures_up_to_a_level_are_that_level() -> None:
    found = posture(catalogue(), stated(*ids(3)), NOON)

    assert set(found.levels.values()) == {SL3}
    assert found.bare == found.levels
    assert found.tiers == ("lower", "upper")


def test_one_measure_short_is_the_level_below_in_its_domain_alone() -> None:
    found = posture(catalogue(), stated(*ids(3) - {"SL2-SW-1"}), NOON)

    assert found.levels[Domain.NETWORK] is SL1
    assert found.levels[Domain.WEIGHTS] is SL3
    assert found.level is SL1
    assert found.tiers == ("lower",)


def test_personnel_is_no_part_of_the_level_of_the_place() -> None:
    found = posture(catalogue(), stated(*ids(3, "WS", "SW", "RT", "MO")), NOON)

    assert found.level is SL3
    assert found.levels[Domain.PERSONNEL] is SL0
    assert found.tiers == ()


def test_a_statement_counts_from_its_start_until_its_end() -> None:
    (one,) = stated("SL1-WS-1", start=NOON, until=NOON + DAY)

    assert held_at([one], NOON - 1) == frozenset()
    assert held_at([one], NOON) == {"SL1-WS-1"}
    assert held_at([one], NOON + DAY - 1) == {"SL1-WS-1"}
    assert held_at([one], NOON + DAY) == frozenset()


def test_what_has_lapsed_comes_first_among_what_is_missing() -> None:
    found = posture(catalogue(), stated("SL3-WS-1", start=0, until=NOON), NOON)
    gaps = {(gap.tier, gap.domain): gap for gap in found.gaps}

    upper = gaps["upper", Domain.WEIGHTS]
    assert [row.measure for row in upper.missing] == [
        "SL3-WS-1",
        "SL1-WS-1",
        "SL2-WS-1",
    ]
    assert [row.lapsed for row in upper.missing] == [NOON, None, None]


def test_each_tier_that_a_site_does_not_serve_tells_what_it_would_take() -> None:
    # All up to SL3 but one, and the second tier asks SL3 of every domain.
    found = posture(catalogue(), stated(*ids(3) - {"SL2-SW-1"}), NOON)
    upper = [gap for gap in found.gaps if gap.tier == "upper"]

    assert found.tiers == ("lower",)
    assert {gap.tier for gap in found.gaps}.isdisjoint(found.tiers)
    assert [(gap.domain, gap.level) for gap in upper] == [(Domain.NETWORK, SL3)]
    assert upper[0].missing == (Missing("SL2-SW-1", None, None),)


def test_a_site_that_serves_every_tier_has_no_gap() -> None:
    found = posture(catalogue(), stated(*ids(5)), NOON)

    assert found.gaps == ()
    assert found.tiers == tuple(catalogue().tiers)


def test_the_top_level_has_nothing_above_it() -> None:
    (weights, *_) = posture(catalogue(), stated(*ids(5)), NOON).domains

    assert weights.level is SL5
    assert weights.next is None
    assert weights.missing == ()


def test_what_the_next_level_lacks_is_told_with_when_it_ended_and_when_it_begins() -> (
    None
):
    site = [
        *stated(*ids(1)),
        *stated("SL2-WS-1", start=0, until=NOON - 5 * DAY),
        *stated("SL2-WS-1", start=0, until=NOON),
        *stated("SL2-SW-1", start=NOON + DAY),
        *stated("SL2-SW-1", start=NOON + 2 * DAY),
    ]

    weights, network, assurance, *_ = posture(catalogue(), site, NOON).domains

    assert weights.next is SL2
    assert weights.missing == (Missing("SL2-WS-1", NOON, None),)
    assert network.missing == (Missing("SL2-SW-1", None, NOON + DAY),)
    assert assurance.missing == (Missing("SL2-RT-1", None, None),)


def test_a_lapse_says_what_falls_alone_and_by_all_that_is_on_record() -> None:
    site = [
        *stated(*ids(3) - {"SL3-WS-1", "SL1-WS-1"}),
        *stated("SL1-WS-1", until=NOON + 10 * DAY),
        *stated("SL3-WS-1", until=NOON + 20 * DAY, holder="org:institute"),
    ]

    first, second = posture(catalogue(), site, NOON).lapses

    assert first.statement.measure == "SL1-WS-1"
    assert (first.level, first.alone, first.then) == (SL3, SL0, SL0)
    assert second.statement.holder == "org:institute"
    assert (second.level, second.alone, second.then) == (SL3, SL2, SL0)


def test_a_lapse_of_a_measure_above_the_level_costs_nothing() -> None:
    site = [*stated(*ids(1)), *stated("SL5-WS-1", until=NOON + DAY)]

    (only,) = posture(catalogue(), site, NOON).lapses

    assert (only.level, only.alone, only.then) == (SL1, SL1, SL1)


def test_a_lapse_is_told_up_to_the_horizon_and_no_further() -> None:
    site = [
        *stated("SL1-WS-1", until=NOON + 7 * DAY),
        *stated("SL1-SW-1", until=NOON + 7 * DAY + 1),
    ]

    found = posture(catalogue(), site, NOON, horizon_days=7)

    assert found.horizon == NOON + 7 * DAY
    assert [item.statement.measure for item in found.lapses] == ["SL1-WS-1"]
    assert posture(catalogue(), site, NOON, horizon_days=0).lapses == ()


def test_a_renewal_without_a_gap_is_no_lapse() -> None:
    site = [
        *stated("SL1-WS-1", start=NOON + 5 * DAY),
        *stated("SL1-WS-1", until=NOON + 5 * DAY),
    ]

    assert posture(catalogue(), site, NOON).lapses == ()


def test_a_renewal_after_a_gap_is_a_lapse_at_the_first_end() -> None:
    site = [
        *stated("SL1-WS-1", until=NOON + 5 * DAY),
        *stated("SL1-WS-1", start=NOON + 5 * DAY + 1),
    ]

    (only,) = posture(catalogue(), site, NOON).lapses

    assert only.statement.until == NOON + 5 * DAY


def test_the_last_of_two_statements_is_the_one_that_ends_a_measure() -> None:
    site = [
        *stated("SL1-WS-1", until=NOON + 9 * DAY, holder="site:b"),
        *stated("SL1-WS-1", until=NOON + 5 * DAY, holder="site:a"),
    ]

    (only,) = posture(catalogue(), site, NOON).lapses

    assert (only.statement.holder, only.statement.until) == ("site:b", NOON + 9 * DAY)


def test_a_horizon_behind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="the horizon lies behind"):
        posture(catalogue(), [], NOON, horizon_days=-1)


def test_an_exception_carries_a_level_and_shows() -> None:
    site = [
        *stated(*ids(3) - {"SL2-WS-1"}),
        *stated("SL2-WS-1", until=NOON + DAY, is_exception=True),
    ]

    found = posture(catalogue(), site, NOON)

    assert found.levels[Domain.WEIGHTS] is SL3
    assert found.bare[Domain.WEIGHTS] is SL1
    assert [item.measure for item in found.exceptions] == ["SL2-WS-1"]


def test_an_exception_out_of_date_neither_counts_nor_shows() -> None:
    site = [*stated(*ids(1)), *stated("SL2-WS-1", until=NOON, is_exception=True)]

    found = posture(catalogue(), site, NOON)

    assert found.levels[Domain.WEIGHTS] is SL1
    assert found.exceptions == ()


def test_a_measure_that_the_catalogue_lacks_counts_for_nothing_and_is_named() -> None:
    site = stated("SL1-ZZ-1", "SL1-WS-1", until=NOON + DAY)

    found = posture(catalogue(), site, NOON)

    assert found.unknown == ("SL1-ZZ-1",)
    assert [item.statement.measure for item in found.lapses] == ["SL1-WS-1"]


def test_a_level_that_asks_for_nothing_is_out_of_reach() -> None:
    rows = catalogue({"SL2-WS-1": None})

    found = posture(rows, stated(*ids(5)), NOON)

    assert found.levels[Domain.WEIGHTS] is SL1


def test_what_stays_open_is_told_for_each_class() -> None:
    found = posture(catalogue(), stated(*ids(2, "WS")), NOON)

    told = {
        actor: {cell.vector: cell.cover for cell in cells}
        for actor, cells in found.open.items()
    }
    assert told == {
        "OC1": {},
        "OC2": {},
        "OC3": {
            "RUC-1": Cover.PARTIAL,
            "AIS-1": Cover.OPEN,
            "PHY-1": Cover.OPEN,
        },
        "OC4": {
            "RUC-1": Cover.PARTIAL,
            "AIS-1": Cover.OPEN,
            "PHY-1": Cover.OPEN,
            "HUM-1": Cover.OPEN,
        },
        "OC5": {
            "RUC-1": Cover.PARTIAL,
            "AIS-1": Cover.OPEN,
            "PHY-1": Cover.OPEN,
            "HUM-1": Cover.OPEN,
        },
    }
