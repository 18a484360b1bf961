"""Statistics for everybody: counts in cells, on fixed dates.

Must never let a published number hang on a cell that is held back.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import ActRefused

__all__ = ["LEAST_CELL", "Cells", "aggregate", "published_on"]

LEAST_CELL: Final = 5
"""Smallest count that is told."""

Cells = Mapping[tuple[str, str], int]
"""(row, column) -> number of cases."""


def published_on(dates: Sequence[date], today: date) -> date:
    """Return the date of the aggregate that is told today: the last one that was due.

    Args:
        dates: on which one is published.
        today: day of the request; it moves nothing.

    Raises:
        ActRefused: `aggregate-not-yet`, the first is still to come.
    """
    due = [one for one in dates if one <= today]
    if not due:
        raise ActRefused(
            "aggregate-not-yet",
            "no aggregate has been published yet",
            next_step="ask again on the first of the dates that are published",
        )
    return max(due)


def aggregate(
    counts: Cells, rows: Sequence[str], columns: Sequence[str], on: date
) -> bytes:
    """Return the aggregate of a date, as canonical JSON.

    INVARIANT: each total is summed over the cells that are told, and a cell that is not
    told is null whatever it holds. So all bytes are a function of told cells alone, and
    no second cell has to be held back to hide the first. Zero is held back too.

    Args:
        counts: (row, column) -> number of cases; a cell that is not there has none.
        rows: closed list, of the data; never a firm or free text.
        columns: likewise.
        on: date of publication.

    Raises:
        ValueError: a count is outside the closed lists, or below zero.
    """
    known = {(row, column) for row in rows for column in columns}
    if not counts.keys() <= known or min(counts.values(), default=0) < 0:
        raise ValueError("a count outside the closed lists, or below zero")
    told = {cell: n for cell, n in counts.items() if n >= LEAST_CELL}
    table = {row: {one: told.get((row, one)) for one in columns} for row in rows}
    totals = {
        one: sum(n for (_, column), n in told.items() if column == one)
        for one in columns
    }
    return dump_canonical(
        {
            "published": on.isoformat(),
            "least_cell": LEAST_CELL,
            "cells": table,
            "totals_of_told_cells": totals,
        }
    )
