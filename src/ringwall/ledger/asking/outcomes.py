"""What decisions came to: the few different outcomes that very many of them share.

Each block of decisions tells its own, so that they are added up and not counted. Must
never take one cell for another type.
"""

from collections import Counter
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from ringwall.ledger.asking.spans import Span, Window, pieces_of
from ringwall.ledger.founded import table_differs
from ringwall.ledger.printable import shown
from ringwall.ledger.slices import Told, outcome_of, told_in
from ringwall.ledger.statements import fetch

__all__ = ["Outcome", "outcome_in", "outcomes_of", "outcomes_told"]


class Outcome(NamedTuple):
    """What decisions have in common.

    Attributes:
        effect: permit or deny.
        code: of the first reason, empty for none.
        action: that was asked for.
        rules: ids of the rules that are named, sorted, a space between them.
    """

    effect: str
    code: str
    action: str
    rules: str


def outcomes_of(connection: Connection) -> Counter[Outcome]:
    """Return the outcomes on record, and how many decisions came to each.

    Raises:
        IntegrityError: `table-differs`, one is no text, or a block does not tell them.
    """
    found: Counter[Outcome] = Counter()
    told: Counter[str] = Counter()
    for span, block in pieces_of(connection, Window()):
        by_name = None if block is None else outcomes_told(connection, block)
        if by_name is None:
            found.update(_counted(connection, span))
        else:
            told.update(dict(zip(by_name.words, by_name.counts, strict=True)))
    for word, count in told.items():
        found[outcome_in(word)] += count
    return found


def outcomes_told(connection: Connection, block: int) -> Told | None:
    """Return what a block tells of outcomes, None if it tells nothing.

    Args:
        connection: to the ledger's database.
        block: its number.

    Raises:
        IntegrityError: `table-differs`, what it tells is not what it can be.
    """
    rows = fetch(connection, _TOLD, block)
    try:
        return told_in(*rows[0]) if rows else None
    except ValueError as error:
        raise table_differs("block", f"row {block}: {error}") from None


def outcome_in(word: str) -> Outcome:
    """Return the outcome that a word of a block tells.

    Raises:
        IntegrityError: `table-differs`, it tells none.
    """
    try:
        return Outcome(*outcome_of(word))
    except (RecursionError, ValueError):
        message = f"`{shown(word)}` tells no outcome"
        raise table_differs("block", message) from None


def _counted(connection: Connection, span: Span) -> Counter[Outcome]:
    """Return the outcomes in a span of which nothing tells them."""
    rows = fetch(connection, _COUNT, span.low, span.end)
    if not all(_is_text(cell) for row in rows for cell in row[:-1]):
        raise table_differs("decision", "an outcome is not what one can be")
    return Counter({Outcome(*outcome): count for *outcome, count in rows})


def _is_text(cell: object) -> bool:
    # What was no UTF-8 has been read as lone surrogates, and can't be asked for.
    return isinstance(cell, str) and not any("\ud800" <= c <= "\udfff" for c in cell)


_TOLD: Final = text("SELECT outcomes, places FROM block WHERE number = :number")
_COUNT: Final = text(
    "SELECT effect, code, action, rules, count(*) FROM decision "
    "WHERE idx >= :low AND idx < :end GROUP BY effect, code, action, rules"
)
