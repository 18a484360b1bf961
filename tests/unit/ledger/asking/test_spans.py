"""Windows of time: no entry of one may stand outside the spans that are given."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from ringwall.base.clock import format_instant, parse_instant
from ringwall.ledger.asking.spans import (
    EVERYWHERE,
    Piece,
    Span,
    Window,
    extent_of,
    pieces_of,
    spans_of,
)
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.slices import BLOCK
from ringwall.ledger.slicing import fill_slices
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from tests.fault.ledger_simulator import AT
from tests.unit.ledger.sliced_log import SIZE, decided, decision_rows

SECOND = 1_000_000


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
    assert spans_of(connection, Window()) == EVERYWHERE


def test_a_table_without_entries_has_no_spans(connection: Connection) -> None:
    assert spans_of(connection, Window(since=AT)) == []
    assert pieces_of(connection, Window(since=AT)) == [Piece(EVERYWHERE[0], None)]


def test_blocks_that_lie_side_by_side_are_one_span(connection: Connection) -> None:
    put(connection, *((number * BLOCK, AT + number * SECOND) for number in range(6)))

    window = Window(AT + SECOND, AT + 4 * SECOND)

    # The block at the very end of the window is looked at, too: to the second.
    assert spans_of(connection, window) == [Span(BLOCK, 5 * BLOCK)]


def test_a_clock_that_went_back_hides_nothing(connection: Connection) -> None:
    put(connection, (0, AT), (BLOCK, AT + 99 * SECOND), (2 * BLOCK, AT))
    put(connection, (9 * BLOCK + 7, AT + 99 * SECOND), (9 * BLOCK + 8, AT))

    spans = spans_of(connection, Window(AT, AT + SECOND))

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
        spans = spans_of(made, Window(since, since + length))

    wanted = {i for i, at in rows.items() if since <= at < since + length}
    assert all(any(s.low <= i < s.end for s in spans) for i in wanted)
    assert all(a.low > b.end for a, b in pairwise(spans))


@pytest.mark.parametrize("cell", [b"\xff", b"2027"])
def test_a_cell_that_is_no_instant_is_looked_at(
    connection: Connection, cell: bytes
) -> None:
    put(connection, (5, cell))

    assert spans_of(connection, Window(AT, AT + 1)) == [Span(0, BLOCK)]
    assert extent_of(connection) == ("", "")


def test_the_extent_of_a_log_is_over_all_its_entries(connection: Connection) -> None:
    assert extent_of(connection) == ("", "")

    put(connection, (3, AT + SECOND), (BLOCK, AT), (2 * BLOCK, AT + 5 * SECOND))

    first, last = format_instant(AT), format_instant(AT + 5 * SECOND)
    assert extent_of(connection) == (first, last)


def put_blocks(connection: Connection, *rows: tuple[int, object, object]) -> None:
    """Put (number, first, last) rows of blocks, instants as ints or as they are."""
    for number, first, last in rows:
        texts = (format_instant(x) if isinstance(x, int) else x for x in (first, last))
        connection.exec_driver_sql(
            "INSERT INTO block VALUES (?, ?, ?, '', x'')", (number, *texts)
        )


def test_pieces_cover_the_log_and_name_the_blocks(connection: Connection) -> None:
    put_blocks(connection, (1, AT, AT), (2, AT, AT), (5, AT, AT))

    assert pieces_of(connection, Window()) == [
        Piece(Span(6 * BLOCK, MAX_TREE_SIZE), None),
        Piece(Span(5 * BLOCK, 6 * BLOCK), 5),
        Piece(Span(3 * BLOCK, 5 * BLOCK), None),
        Piece(Span(2 * BLOCK, 3 * BLOCK), 2),
        Piece(Span(BLOCK, 2 * BLOCK), 1),
        Piece(Span(0, BLOCK), None),
    ]


def test_blocks_that_lie_outside_of_a_window_are_left_out(
    connection: Connection,
) -> None:
    put_blocks(connection, (0, AT, AT + SECOND), (1, AT + 5 * SECOND, AT + 9 * SECOND))
    put_blocks(connection, (2, AT, AT), (3, b"2027", b"2027"), (4, "", ""))

    def blocks(window: Window) -> list[int]:
        found = [block for _, block in pieces_of(connection, window)]
        assert found[0] is None
        return [block for block in found if block is not None]

    # What is no instant is looked at; to the second, so that ends are, too.
    assert blocks(Window(since=AT + 2 * SECOND)) == [3, 1]
    assert blocks(Window(until=AT + 2 * SECOND)) == [4, 3, 2, 0]
    assert blocks(Window(AT + SECOND, AT + 5 * SECOND)) == [3, 1, 0]


def test_a_block_that_no_log_can_have_is_passed_over(connection: Connection) -> None:
    put_blocks(connection, (-1, AT, AT), (2**62, AT, AT))

    assert pieces_of(connection, Window()) == [Piece(EVERYWHERE[0], None)]


def test_the_extent_is_the_same_with_slices_and_without() -> None:
    rows = decision_rows()
    instants = [parse_instant(row[2]) for row in rows]
    ends = [format_instant(end)[:19] for end in (min(instants), max(instants))]
    with scratch_database() as made:
        decided(made, rows)
        bare = extent_of(made)
        fill_slices(made, SIZE)
        full = extent_of(made)

    assert [end[:19] for end in bare] == [end[:19] for end in full] == ends
