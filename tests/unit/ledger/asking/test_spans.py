"""Windows of time: no entry of one may stand outside the spans that are given."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from ringwall.base.clock import format_instant, parse_instant
from ringwall.ledger.asking.spans import EVERYWHERE, Span, Window, extent_of, spans_of
from ringwall.ledger.rebuild import scratch_database
from tests.fault.ledger_simulator import AT

SECOND = 1_000_000
BLOCK = 4096


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Return an empty ledger database."""
    with scratch_database() as made:
        yield made


def put(connection: Connection, *rows: tuple[int, object]) -> None:
    """Put (index, instant) rows of events, an instant as an int or as it is."""
    for index, at in rows:
        text = format_instant(at) if isinstance(at, int) else at
        connection.exec_driver_sql(
            "INSERT INTO event VALUES (?, ?, 'alarm.raised')", (index, text)
        )


@given(st.lists(st.integers(AT - 3 * SECOND, AT + 3 * SECOND), min_size=2, max_size=2))
def test_a_window_compares_as_time_does(instants: list[int]) -> None:
    at, bound = instants
    text = format_instant(at)

    assert Window(since=bound).holds(text) == (at >= bound)
    assert Window(until=bound).holds(text) == (at < bound)


def test_a_whole_second_lies_before_its_fractions() -> None:
    whole = parse_instant("2027-01-15T08:00:00Z")

    assert Window(since=whole).holds("2027-01-15T08:00:00Z")
    assert Window(since=whole).holds("2027-01-15T08:00:00.000001Z")
    assert not Window(until=whole).holds("2027-01-15T08:00:00Z")
    assert not Window(since=whole + 1).holds("2027-01-15T08:00:00Z")


def test_a_window_without_ends_is_everywhere(connection: Connection) -> None:
    assert Window().is_open
    assert Window().holds("9999-12-31T23:59:59.999999Z")
    assert spans_of(connection, "event", Window()) == EVERYWHERE


def test_a_table_without_entries_has_no_spans(connection: Connection) -> None:
    assert spans_of(connection, "event", Window(since=AT)) == []
    assert spans_of(connection, "decision", Window(since=AT)) == []


def test_blocks_that_lie_side_by_side_are_one_span(connection: Connection) -> None:
    put(connection, *((number * BLOCK, AT + number * SECOND) for number in range(6)))

    window = Window(AT + SECOND, AT + 4 * SECOND)

    # The block at the very end of the window is looked at, too: to the second.
    assert spans_of(connection, "event", window) == [Span(BLOCK, 5 * BLOCK)]


def test_a_clock_that_went_back_hides_nothing(connection: Connection) -> None:
    put(connection, (0, AT), (BLOCK, AT + 99 * SECOND), (2 * BLOCK, AT))
    put(connection, (9 * BLOCK + 7, AT + 99 * SECOND), (9 * BLOCK + 8, AT))

    spans = spans_of(connection, "event", Window(AT, AT + SECOND))

    assert spans == [
        Span(9 * BLOCK, 10 * BLOCK),
        Span(2 * BLOCK, 3 * BLOCK),
        Span(0, BLOCK),
    ]


@given(
    rows=st.dictionaries(
        st.integers(0, 12 * BLOCK),
        st.integers(AT, AT + 20 * SECOND),
        min_size=1,
        max_size=12,
    ),
    since=st.integers(AT - SECOND, AT + 21 * SECOND),
    length=st.integers(1, 9 * SECOND),
)
def test_no_entry_of_a_window_stands_outside_its_spans(
    rows: dict[int, int], since: int, length: int
) -> None:
    with scratch_database() as made:
        put(made, *rows.items())
        spans = spans_of(made, "event", Window(since, since + length))

    wanted = {i for i, at in rows.items() if since <= at < since + length}
    assert all(any(s.low <= i < s.end for s in spans) for i in wanted)
    assert all(a.low > b.end for a, b in pairwise(spans))


@pytest.mark.parametrize("cell", [b"\xff", b"2027"])
def test_a_cell_that_is_no_instant_is_looked_at(
    connection: Connection, cell: bytes
) -> None:
    put(connection, (5, cell))

    assert spans_of(connection, "event", Window(AT, AT + 1)) == [Span(0, BLOCK)]
    assert extent_of(connection) == ("", "")


def test_the_extent_of_a_log_is_over_all_its_entries(connection: Connection) -> None:
    assert extent_of(connection) == ("", "")

    put(connection, (3, AT + SECOND), (BLOCK, AT), (2 * BLOCK, AT + 5 * SECOND))

    first, last = format_instant(AT), format_instant(AT + 5 * SECOND)
    assert extent_of(connection) == (first, last)
