"""Statistics for everybody: counts in cells, on fixed dates.

Must never let a published number hang on a cell that is held back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import ActRefused

__all__ = ["LEAST_CELL", "Cells", "Counted", "aggregate", "published_on"]

LEAST_CELL: Final = 5
"""Smallest count that is told."""

Cells = Mapping[tuple[str, str], int]
"""(row, column) -> how many."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A table of counts.

    Attributes:
        counts: (row, column) -> how many; a cell that is not there has none.
        rows: closed list, of the data; never a firm or free text.
        columns: likewise.
    """

    counts: Cells
    rows: Sequence[str]
    columns: Sequence[str]


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
    tables: Mapping[str, Counted], since: date, on: date, exercise: str = ""
) -> bytes:
    """Return the aggregate of a date, as canonical JSON.

    INVARIANT: each total is summed over the cells that are told, and a cell that is not
    told is null whatever it holds. So all bytes are a function of told cells alone, and
    no second cell has to be held back to hide the first. Zero is held back too.

    Args:
        tables: name -> counts of what began from `since` on and before `on`: of no
            other aggregate, so that none tells of one case by what it has more.
        since: date of the aggregate before.
        on: date of publication.
        exercise: name of the exercise that it is part of; empty for none.

    Raises:
        ValueError: a count is outside the closed lists, or below zero.
    """
    told = {name: _table(one) for name, one in tables.items()}
    return dump_canonical(
        {
            "v": 1,
            "kind": "ringwall-aggregate",
            "since": since.isoformat(),
            "published": on.isoformat(),
            "least_cell": LEAST_CELL,
            "tables": told,
            **({"exercise": exercise} if exercise else {}),
        }
    )


def _table(one: Counted) -> dict[str, Any]:
    known = {(row, column) for row in one.rows for column in one.columns}
    counts = one.counts
    if not counts.keys() <= known or min(counts.values(), default=0) < 0:
        raise ValueError("a count outside the closed lists, or below zero")
    told = {cell: n for cell, n in counts.items() if n >= LEAST_CELL}
    return {
        "cells": {
            row: {name: told.get((row, name)) for name in one.columns}
            for row in one.rows
        },
        "totals_of_told_cells": {
            name: sum(n for (_, column), n in told.items() if column == name)
            for name in one.columns
        },
    }
