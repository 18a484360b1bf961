"""Dated statements: which of them counts, and until when that stays so."""

import pytest

from ringwall.model.dated import Screened
from ringwall.model.facts import Lapse
from ringwall.pdp.evidence import FOREVER, Span, Statement, best_at


def statement(rank: int, start: int, end: int) -> Statement:
    return Statement("personnel", rank, f"SL{rank}", Span(start, end))


def lapse(rank: int, start: int, end: int) -> Lapse:
    return Lapse("personnel", f"SL{rank}", start, end)


@pytest.mark.parametrize(
    ("now", "inside"), [(9, False), (10, True), (19, True), (20, False)]
)
def test_a_span_holds_its_start_and_not_its_end(now: int, inside: bool) -> None:
    assert Span(10, 20).holds(now) is inside


def test_a_span_without_bounds_holds_every_instant() -> None:
    assert Span().holds(-FOREVER)
    assert Span().holds(FOREVER - 1)


def test_two_spans_meet_where_both_hold() -> None:
    assert Span(10, 20).meet(Span(15, 30)) == Span(15, 20)
    assert Span(10, 20).meet(Span(0, 12)) == Span(10, 12)


def test_a_statement_takes_its_span_from_the_declared_dates() -> None:
    declared = Screened.model_validate(
        {
            "assessor": "x",
            "from": "1970-01-01T00:00:01Z",
            "until": "1970-01-01T00:00:02Z",
            "level": "SL3",
        }
    )
    made = Statement.of(declared, "personnel", declared.level, "SL3")

    assert made == Statement("personnel", 3, "SL3", Span(1_000_000, 2_000_000))


def test_nothing_stated_is_the_lowest_rank_for_ever() -> None:
    assert best_at([], 5) == (0, (), Span())


def test_the_strongest_statement_in_date_counts() -> None:
    rank, lapses, span = best_at([statement(3, 0, 20), statement(4, 5, 15)], 10)

    assert (rank, lapses, span) == (4, (), Span(5, 15))


def test_a_stronger_statement_that_is_over_shows_as_a_lapse() -> None:
    rank, lapses, span = best_at([statement(3, 0, 20), statement(4, 5, 10)], 10)

    assert (rank, lapses, span) == (3, (lapse(4, 5, 10),), Span(10, 20))


def test_a_stronger_statement_that_has_not_begun_shows_as_a_lapse() -> None:
    rank, lapses, span = best_at([statement(3, 0, 20), statement(4, 11, 15)], 10)

    assert (rank, lapses, span) == (3, (lapse(4, 11, 15),), Span(0, 11))


def test_a_weaker_statement_out_of_date_is_no_lapse_but_bounds_the_answer() -> None:
    rank, lapses, span = best_at([statement(3, 0, 20), statement(2, 12, 30)], 10)

    assert (rank, lapses, span) == (3, (), Span(0, 12))


def test_an_equal_statement_out_of_date_is_no_lapse() -> None:
    assert best_at([statement(3, 0, 20), statement(3, 30, 40)], 10)[1] == ()
