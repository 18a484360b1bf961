"""Laws of a site's posture, each held against a slow and obvious twin."""

from hypothesis import given
from hypothesis import strategies as st

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.matrix import Chart
from ringwall.threats.posture import MeasureStatement, Surveyor, held_at
from tests.oracle import posture as oracle
from tests.threat_rows import DAY, NOON, catalogue, ids

ROWS = catalogue()
SURVEYOR = Surveyor(ROWS)
CHART = Chart(ROWS)
SOON = 3


def _statement(
    measure: str, days: tuple[int, int], *, is_exception: bool = False
) -> MeasureStatement:
    start, length = days
    return MeasureStatement(
        measure=measure,
        start=NOON + start * DAY,
        until=NOON + (start + length) * DAY,
        holder="site:hub",
        assessor="org:inspect",
        evidence="",
        is_exception=is_exception,
    )


# Few days, so that statements often touch, overlap and end just now.
SPANS = st.tuples(st.integers(-4, 2), st.integers(1, 5))
STATEMENTS = st.builds(
    lambda measure, days, spare: _statement(measure, days, is_exception=spare),
    st.sampled_from([*sorted(ids(5)), "SL1-WS-9"]),
    SPANS,
    st.booleans(),
)
# Up to three levels are held throughout: otherwise nearly every draw is at SL0.
SITES = st.builds(
    lambda level, length, more: [
        *(_statement(name, (-1, length)) for name in sorted(ids(level))),
        *more,
    ],
    st.integers(0, 3),
    st.integers(1, 5),
    st.lists(STATEMENTS, max_size=30),
)
INSTANTS = st.integers(-5, 8).map(lambda day: NOON + day * DAY)


@given(SITES, INSTANTS)
def test_levels_and_missing_measures_are_those_of_the_twin(
    site: list[MeasureStatement], now: int
) -> None:
    posture = SURVEYOR.posture(site, now)
    bare = [s for s in site if not s.is_exception]

    assert sorted(posture.held) == sorted(oracle.held(site, now))
    assert held_at(site, now) == posture.held
    for row in posture.domains:
        assert row.level == oracle.level(ROWS, oracle.held(site, now), row.domain)
        assert row.bare == oracle.level(ROWS, oracle.held(bare, now), row.domain)
        filled = {*posture.held, *(missing.measure for missing in row.missing)}
        assert not posture.held & {missing.measure for missing in row.missing}
        reached = oracle.level(ROWS, filled, row.domain)
        assert row.next is None or reached >= row.next > row.level


@given(SITES, INSTANTS)
def test_each_cell_is_that_of_the_twin(site: list[MeasureStatement], now: int) -> None:
    held = held_at(site, now)
    stays_open = SURVEYOR.posture(site, now).open

    for cell in CHART.cells(held):
        told = oracle.cover(ROWS, held, cell.vector, cell.actor)
        assert cell.cover == told
        assert (cell in stays_open[cell.actor]) == (told in {"open", "partial"})
        filled = {*held, *cell.missing}
        if cell.missing:
            mended = oracle.cover(ROWS, filled, cell.vector, cell.actor)
            assert mended == "countered"


@given(SITES, INSTANTS)
def test_a_lapse_is_told_when_it_comes_within_the_horizon_and_only_then(
    site: list[MeasureStatement], now: int
) -> None:
    posture = SURVEYOR.posture(site, now, SOON)

    expected = {
        (name, end)
        for name in oracle.held(site, now)
        if name in ROWS.measures
        and (end := oracle.ends(site, name, now)) is not None
        and end <= now + SOON * DAY
    }
    told = {(item.statement.measure, item.statement.until) for item in posture.lapses}
    assert told == expected
    for item in posture.lapses:
        end, domain = item.statement.until, item.domain
        without = posture.held - {item.statement.measure}
        assert item.alone == oracle.level(ROWS, without, domain) <= item.level
        assert item.then == oracle.level(ROWS, oracle.held(site, end), domain)


@given(SITES, STATEMENTS, INSTANTS)
def test_one_more_statement_never_lowers_a_level_nor_opens_a_vector(
    site: list[MeasureStatement], more: MeasureStatement, now: int
) -> None:
    before, after = SURVEYOR.posture(site, now), SURVEYOR.posture([*site, more], now)

    assert all(after.levels[d] >= before.levels[d] for d in Domain)
    assert all(after.bare[d] >= before.bare[d] for d in Domain)
    assert set(after.tiers) >= set(before.tiers)
    for actor, cells in after.open.items():
        was_open = {cell.vector for cell in before.open[actor]}
        assert {cell.vector for cell in cells} <= was_open


@given(SITES, INSTANTS, st.integers(0, 40))
def test_a_lapse_never_raises_a_level(
    site: list[MeasureStatement], now: int, number: int
) -> None:
    rest = [s for n, s in enumerate(site) if n != number]
    before, after = SURVEYOR.posture(site, now), SURVEYOR.posture(rest, now)

    assert all(after.levels[d] <= before.levels[d] for d in Domain)
    assert after.level <= before.level


@given(SITES, INSTANTS)
def test_an_exception_counts_like_its_measure_and_shows(
    site: list[MeasureStatement], now: int
) -> None:
    as_measures = [
        MeasureStatement(s.measure, s.start, s.until, s.holder, s.assessor, s.evidence)
        for s in site
    ]
    posture = SURVEYOR.posture(site, now)

    assert posture.levels == SURVEYOR.posture(as_measures, now).bare
    assert all(posture.bare[d] <= posture.levels[d] for d in Domain)
    excepted = {s.measure for s in site if s.is_exception and s.counts_at(now)}
    assert {s.measure for s in posture.exceptions} == excepted
    if not excepted:
        assert posture.bare == posture.levels


@given(SITES, INSTANTS)
def test_the_weakest_domain_is_the_level_of_the_place(
    site: list[MeasureStatement], now: int
) -> None:
    posture = SURVEYOR.posture(site, now)
    others = [posture.levels[d] for d in Domain if d is not Domain.PERSONNEL]

    assert posture.level == min(others)
    if "third" in posture.tiers:
        assert set(posture.levels.values()) == {SecurityLevel.SL5}
