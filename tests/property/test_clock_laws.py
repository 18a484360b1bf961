"""When things are due: as written, as the slow oracle says, and by their own laws."""

import os
import random
from datetime import UTC, datetime, timedelta
from functools import cache

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.counting import CALENDARS, Calendar, count_period
from ringwall.raid.clocks.due import due_of
from ringwall.raid.clocks.period import Period
from ringwall.raid.clocks.reader import read_clocks
from ringwall.shipped import shipped_path
from tests.oracle.clock_mutants import (
    SCENARIOS,
    faults_in,
    instants_of,
    late_in,
    mutants_of,
)
from tests.oracle.clocks import RULES, ZONES, answer

SCENARIOS_DRAWN = 20_000 if os.environ.get("RINGWALL_HYPOTHESIS") == "deep" else 2_000
_FIRST = datetime(2025, 1, 2, tzinfo=UTC)
_SPAN = int(timedelta(days=5 * 366 + 180).total_seconds())
# Where clocks change, months are short, years end and holidays pile up.
_EDGES = (
    *("2026-03-29T00:30", "2026-10-25T00:30", "2027-03-28T01:00", "2027-10-31T01:30"),
    *("2028-02-29T12:00", "2027-02-28T23:30", "2028-01-31T10:00", "2027-01-31T23:15"),
    *("2026-12-31T22:59", "2027-03-25T16:00", "2026-04-02T09:10", "2030-12-24T12:00"),
)


@cache
def book() -> ClockBook:
    return read_clocks(shipped_path("raid") / "clocks")


def generated(seed: int, count: int) -> list[str]:
    """Return where the engine differs from the oracle over generated scenarios."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        key = chance.choice(sorted(RULES))
        states = chance.sample(sorted(ZONES), chance.choice([0, 1, 1, 1, 2, 3]))
        base = _FIRST + timedelta(seconds=chance.randrange(_SPAN))
        if chance.random() < 0.4:
            edge = datetime.fromisoformat(chance.choice(_EDGES)).replace(tzinfo=UTC)
            limit = RULES[key].limits[0]
            back = timedelta(
                hours=limit[1] * {"h": 1, "d": 24, "m": 720, "": 0}[limit[2]]
            )
            base = (
                edge
                - back * chance.choice([0, 1])
                + timedelta(minutes=chance.randrange(-90, 90))
            )
        starts = {
            limit[0]: base
            + timedelta(minutes=chance.choice([0, 7, 60, 1200, 1440, 3000]))
            for limit in RULES[key].limits
            if chance.random() < 0.9
        }
        rule = book().rules[key.partition(":")[0]]
        due = due_of(
            rule,
            key.partition(":")[2],
            instants_of(starts),
            book().places_of(rule, states),
        )
        slow = answer(key, starts, states)
        told = None if due is None else (due.strict, due.lawful, due.undisputed)
        wanted = slow and tuple(
            None if at is None else instants_of({"": at})[""] for at in slow
        )
        if told != wanted:
            found.append(f"{key} {states} {starts}: {told}, not {wanted}")
    return found


def test_more_than_sixty_written_scenarios_come_out_as_written() -> None:
    scenarios = yaml.safe_load(SCENARIOS.read_bytes())
    assert len(scenarios) >= 60
    assert {key for one in scenarios for key in one["due"]} == set(RULES)
    assert late_in(book()) == []


def test_two_thousand_generated_scenarios_come_out_as_the_oracle_says() -> None:
    assert generated(20_261_122, SCENARIOS_DRAWN) == []


def test_the_rules_say_what_the_oracles_own_table_says() -> None:
    assert faults_in(book()) == []


def test_every_mutant_of_the_rules_is_killed() -> None:
    mutants = list(mutants_of(book()))
    assert len(mutants) > 1_500
    alive = [
        mutant.told
        for mutant in mutants
        if not late_in(mutant.book, mutant.rule) and not faults_in(mutant.book)
    ]
    assert alive == []


_PERIODS = st.one_of(
    st.builds(Period, st.integers(1, 200), st.just("hours")),
    st.builds(Period, st.integers(1, 100), st.just("days")),
    st.builds(Period, st.integers(1, 14), st.just("months")),
)
_INSTANTS = st.integers(1_735_800_000, 1_880_000_000).map(lambda s: s * 1_000_000)


@given(_INSTANTS, _PERIODS, st.sampled_from(CALENDARS), st.sampled_from(sorted(ZONES)))
def test_the_working_deadline_is_never_behind_the_lawful_one(
    start: int, period: Period, calendar: Calendar, state: str
) -> None:
    counted = count_period(start, period, calendar, book().places[state])
    assert start < counted.strict <= counted.undisputed <= counted.lawful
    assert counted.undisputed == counted.lawful or period.unit == "hours"


@given(
    _INSTANTS,
    st.integers(0, 10 * 86_400).map(lambda s: s * 1_000_000),
    _PERIODS,
    st.sampled_from(CALENDARS[:2]),
    st.sampled_from(sorted(ZONES)),
)
def test_a_later_start_is_never_due_earlier(
    start: int, later: int, period: Period, calendar: Calendar, state: str
) -> None:
    place = book().places[state]
    first = count_period(start, period, calendar, place)
    second = count_period(start + later, period, calendar, place)
    # The wall clock goes back an hour once a year, and days are counted by it.
    assert second.strict >= first.strict - 3_600_000_000
    assert second.lawful >= first.lawful
