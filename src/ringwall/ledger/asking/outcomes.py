"""What decisions came to: the few different outcomes that very many of them share.

They are listed by skipping in an index from one to the next, so that it takes as long
as there are outcomes, not decisions. Must never take one cell for another type.
"""

from typing import Final, NamedTuple

from sqlalchemy import Connection, TextClause, text

from ringwall.ledger.founded import table_differs
from ringwall.ledger.statements import fetch

__all__ = ["ANY_OUTCOME", "Outcome", "outcomes_of"]


_ANY: Final = ""


class Outcome(NamedTuple):
    """What decisions have in common.

    Attributes:
        effect: permit or deny.
        code: of the first reason, empty for none.
        action: that was asked for.
        rules: ids of the rules that are named, sorted, a space between them.
    """

    effect: str = _ANY
    code: str = _ANY
    action: str = _ANY
    rules: str = _ANY


ANY_OUTCOME: Final = Outcome()
"""Asks `outcomes_of` for all of them."""


def outcomes_of(connection: Connection, wanted: Outcome) -> list[Outcome]:
    """Return the outcomes on record, sorted.

    Args:
        connection: to the ledger's database.
        wanted: leaves out those of another effect, code or action, where it names one.

    Raises:
        IntegrityError: `table-differs`, one is no text.
    """
    found: list[tuple[str, ...]] = [()]
    for depth, name in enumerate(wanted[:-1]):
        found = [
            (*key, value)
            for key in found
            for value in _values(connection, depth, key)
            if name in {"", value}
        ]
    depth = len(wanted) - 1
    return [
        Outcome(key[0], key[1], key[2], value)
        for key in found
        for value in _values(connection, depth, key)
    ]


def _values(connection: Connection, depth: int, key: tuple[str, ...]) -> list[str]:
    """Return the different values of a column behind those of the columns before it."""
    values = [value for (value,) in fetch(connection, _STEPS[depth], *key, *key)]
    if not all(map(_is_text, values)) or values != sorted(set(values)):
        raise table_differs("decision", "an outcome is not what one can be")
    return values


def _is_text(cell: object) -> bool:
    # What was no UTF-8 has been read as lone surrogates, and can't be asked for.
    return isinstance(cell, str) and not any("\ud800" <= c <= "\udfff" for c in cell)


# A damaged index may lead round in a circle.
_MOST: Final = 100_000
_STEP: Final = """
WITH RECURSIVE step(value) AS (
    SELECT (SELECT {0} FROM decision INDEXED BY decision_outcome
            WHERE {1} ORDER BY {0} LIMIT 1)
    UNION ALL
    SELECT (SELECT {0} FROM decision INDEXED BY decision_outcome
            WHERE {2} AND {0} > value ORDER BY {0} LIMIT 1)
    FROM step WHERE value IS NOT NULL LIMIT {3}
)
SELECT value FROM step WHERE value IS NOT NULL
"""


def _step(depth: int) -> TextClause:
    names = Outcome._fields
    # Each bound by a name of its own, so that values go by their order.
    first, later = (
        " AND ".join(["TRUE", *(f"{name} = :{name}{turn}" for name in names[:depth])])
        for turn in ("", "_")
    )
    return text(_STEP.format(names[depth], first, later, _MOST))


_STEPS: Final = tuple(map(_step, range(len(Outcome._fields))))
