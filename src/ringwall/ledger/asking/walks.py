"""Ways through the tables to the entries that are asked for, the newest first.

A way goes from one entry to the next older one, and looks at little else. Must never
skip one of those that are asked for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from sqlalchemy import Connection, TextClause, text

from ringwall.ledger.asking.block_walk import BlockWalk, Condition
from ringwall.ledger.asking.outcomes import outcome_in
from ringwall.ledger.asking.questions import DECIDED, Question
from ringwall.ledger.asking.spans import EVERYWHERE, Span, pieces_of, spans_of
from ringwall.ledger.statements import fetch

__all__ = ["RowWalk", "Walk", "walks_of"]

# As `spans.Window` compares instants.
_AT = "CASE length(at) WHEN 20 THEN substr(at, 1, 19) || '.000000Z' ELSE at END"


class Walk(Protocol):
    """One way through a table."""

    @property
    def table(self) -> str:
        """Its name."""
        ...

    def newest(self, connection: Connection, below: int, count: int) -> list[int]:
        """Return the indexes of the newest entries before one, the newest first.

        Args:
            connection: to the ledger's database.
            below: index that they stand before.
            count: how many at most.
        """
        ...


@dataclass(frozen=True, slots=True)
class RowWalk:
    """A way along the rows of a table, or along those of one key in an index.

    Attributes:
        table: its name.
        through: the index, empty for the table itself.
        spans: where the entries stand at all, the newest first.
        conditions: what they have to be; that on the key of the index first.
    """

    table: str
    through: str
    spans: Sequence[Span]
    conditions: tuple[Condition, ...] = ()

    def newest(self, connection: Connection, below: int, count: int) -> list[int]:
        """Return the indexes of the newest entries before one; as `Walk.newest`."""
        conditions = tuple(condition.sql for condition in self.conditions)
        query = _statement(self.table, self.through, conditions)
        values = [value for condition in self.conditions for value in condition.values]
        found: list[int] = []
        for low, end in self.spans:
            if len(found) < count and low < below:
                asked = (*values, min(end, below), low, count - len(found))
                found += [index for (index,) in fetch(connection, query, *asked)]
        return found


@cache
def _statement(table: str, index: str, conditions: tuple[str, ...]) -> TextClause:
    """Return the query for entries in a span; made of constants only."""
    hint = f"INDEXED BY {index}" if index else "NOT INDEXED"
    where = " AND ".join((*conditions, "idx < :end", "idx >= :low"))
    query = f"idx FROM {table} {hint} WHERE {where} ORDER BY idx DESC LIMIT :count"
    return text(" ".join(("SELECT", query)))


def walks_of(
    connection: Connection, question: Question, subjects: frozenset[str], pruned: int
) -> list[Walk]:
    """Return the ways that together lead to each entry asked for, and to no other.

    Args:
        connection: to the ledger's database.
        question: which entries.
        subjects: those meant, by their tokens if they are people.
        pruned: index before which entries may have lost their bytes.
    """
    if question.asks_all:
        kept = Condition("(entry IS NOT NULL OR idx >= :pruned)", (pruned,))
        return [RowWalk("leaf", "", EVERYWHERE, (kept,))]
    found: list[Walk] = []
    if question.kind in {"", DECIDED}:
        found.append(_decisions(connection, question, subjects))
    if question.kind != DECIDED and not question.asks_outcome:
        found.append(_events(connection, question, subjects))
    return found


def _decisions(
    connection: Connection, question: Question, subjects: frozenset[str]
) -> Walk:
    """Return the way to decisions."""
    values: dict[str, Sequence[str]] = {}
    if question.subject:
        values["subject"] = sorted(subjects)
    if question.resource:
        values["resource"] = (question.resource,)
    conditions = (*_parties(question, subjects), *_outcome(question), *_when(question))
    pieces = pieces_of(connection, question.window)
    # The same few words, block for block.
    takes = cache(lambda word: question.takes(outcome_in(word)))
    asked = takes if question.asks_outcome else None
    return BlockWalk(pieces, values, asked, conditions)


def _events(
    connection: Connection, question: Question, subjects: frozenset[str]
) -> Walk:
    """Return the way to entries of the other kinds."""
    spans = spans_of(connection, question.window)
    when = _when(question)
    if question.asks_parties:
        # Read in the order of the log, by hand: an index would cost each append.
        return RowWalk("amount", "", spans, (*_parties(question, subjects), *when))
    if question.kind:
        of_kind = Condition("kind = :kind", (question.kind,))
        return RowWalk("event", "event_kind", spans, (of_kind, *when))
    return RowWalk("event", "", spans, when)


def _parties(question: Question, subjects: frozenset[str]) -> tuple[Condition, ...]:
    found: list[Condition] = []
    if question.subject:
        known = (json.dumps(sorted(subjects)),)
        among = "subject IN (SELECT value FROM json_each(:subjects))"
        found.append(Condition(among, known))
    if question.resource:
        found.append(Condition("resource = :resource", (question.resource,)))
    return tuple(found)


def _outcome(question: Question) -> tuple[Condition, ...]:
    found = [
        Condition(f"{name} = :{name}", (value,))
        for name in ("effect", "code", "action")
        if (value := getattr(question, name))
    ]
    if question.rule:
        named = "instr(' ' || rules || ' ', ' ' || :rule || ' ') > 0"
        found.append(Condition(named, (question.rule,)))
    return tuple(found)


def _when(question: Question) -> tuple[Condition, ...]:
    if question.window.is_open:
        return ()
    since, until = question.window.bounds()
    return Condition(f"{_AT} >= :since", (since,)), Condition(
        f"{_AT} < :until", (until,)
    )
