"""Ways through the tables to the entries that are asked for, the newest first.

A way follows an index from one entry to the next older one, and looks at nothing else
as long as it leads only to entries that are asked for. Must never skip one of these.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Connection, TextClause, text

from ringwall.ledger.asking.outcomes import Outcome, outcomes_of
from ringwall.ledger.asking.questions import DECIDED, Question
from ringwall.ledger.asking.spans import EVERYWHERE, Span, spans_of
from ringwall.ledger.statements import fetch

__all__ = ["Walk", "walks_of"]

# Beyond so many it makes no difference how many more there are.
_MANY: Final = 2000
# As `spans.Window` compares instants.
_AT: Final = "CASE length(at) WHEN 20 THEN substr(at, 1, 19) || '.000000Z' ELSE at END"
_ONE_WAY: Final = ((),)


class _Condition(NamedTuple):
    """A condition in SQL, and the values in it in their order."""

    sql: str
    values: tuple[object, ...]


class _Path(NamedTuple):
    """An index, and the keys under which the entries asked for stand in it.

    Attributes:
        through: its name, empty for the table itself.
        key: the condition on the key.
        keys: the values of each key.
    """

    through: str
    key: str
    keys: Sequence[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through a table.

    Attributes:
        table: its name.
        path: which index to follow, by which keys.
        spans: where the entries stand at all, the newest first.
        others: what else they have to be.
    """

    table: str
    path: _Path
    spans: Sequence[Span]
    others: tuple[_Condition, ...] = ()

    def newest(self, connection: Connection, below: int, count: int) -> list[int]:
        """Return the indexes of the newest entries before one, the newest first.

        Args:
            connection: to the ledger's database.
            below: index that they stand before.
            count: how many at most.
        """
        found: list[int] = []
        for span in self.spans:
            within = Span(span.low, min(span.end, below))
            if within.low < within.end and len(found) < count:
                found += self._within(connection, within, count - len(found))
        return found

    def count(self, connection: Connection) -> int:
        """Return how many entries lie on the way, counted up to a few thousand."""
        query = _statement("count", self.table, self.path.through, self.path.key, ())
        found = 0
        for span in self.spans:
            for key in self.path.keys:
                if found < _MANY:
                    [(more,)] = fetch(connection, query, *key, *span[::-1], _MANY)
                    found += more
        return found

    def _within(self, connection: Connection, span: Span, count: int) -> list[int]:
        others = tuple(condition.sql for condition in self.others)
        query = _statement("idx", self.table, self.path.through, self.path.key, others)
        values = [value for condition in self.others for value in condition.values]
        found: list[int] = []
        for head, key in self._heads(connection, span):
            if len(found) == count and head < found[-1]:
                break
            # Of what is older than the oldest of enough nothing is needed.
            low = found[-1] if len(found) == count else span.low
            rows = fetch(connection, query, *key, span.end, low, *values, count)
            found = sorted((*found, *(i for (i,) in rows)), reverse=True)[:count]
        return found

    def _heads(
        self, connection: Connection, span: Span
    ) -> Sequence[tuple[int, tuple[object, ...]]]:
        """Return the keys with the newest entry below each, the newest first."""
        if len(self.path.keys) == 1:
            return [(span.end, self.path.keys[0])]
        query = _statement("idx", self.table, self.path.through, self.path.key, ())
        found = [
            (rows[0][0], key)
            for key in self.path.keys
            if (rows := fetch(connection, query, *key, span.end, span.low, 1))
        ]
        return sorted(found, reverse=True)


@cache
def _statement(
    what: str, table: str, index: str, key: str, others: tuple[str, ...]
) -> TextClause:
    """Return the query for entries under one key in a span; made of constants only."""
    hint = f"INDEXED BY {index}" if index else "NOT INDEXED"
    conditions = (key, "idx < :end", "idx >= :low", *others)
    where = " AND ".join(condition for condition in conditions if condition)
    query = f"idx FROM {table} {hint} WHERE {where} ORDER BY idx DESC LIMIT :count"
    if what == "count":
        return text(" ".join(("SELECT count(*) FROM (SELECT", query, ")")))
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

    Raises:
        IntegrityError: as `outcomes_of`.
    """
    if question.asks_all:
        kept = _Condition("(entry IS NOT NULL OR idx >= :pruned)", (pruned,))
        return [Walk("leaf", _Path("", "", _ONE_WAY), EVERYWHERE, (kept,))]
    found: list[Walk] = []
    if question.kind in {"", DECIDED}:
        found.append(_decisions(connection, question, subjects))
    if question.kind != DECIDED and not question.asks_outcome:
        found.append(_events(connection, question, subjects))
    return found


def _decisions(
    connection: Connection, question: Question, subjects: frozenset[str]
) -> Walk:
    """Return the shortest way to decisions."""
    spans = spans_of(connection, "decision", question.window)
    paths = dict(_paths(connection, question, subjects))
    conditions = {**_parties(question, subjects), "outcome": _outcome(question)}
    when = _when(question)
    walks = [
        Walk(
            "decision",
            path,
            spans,
            (*_all_but(conditions, name), *when),
        )
        for name, path in paths.items()
    ]
    if len(walks) > 1:
        walks.sort(key=lambda walk: walk.count(connection))
    return walks[0]


def _events(
    connection: Connection, question: Question, subjects: frozenset[str]
) -> Walk:
    """Return the way to entries of the other kinds."""
    spans = spans_of(connection, "event", question.window)
    when = _when(question)
    if question.asks_parties:
        # Read in the order of the log, by hand: an index would cost each append.
        asked = _all_but(_parties(question, subjects), "")
        return Walk("amount", _Path("", "", _ONE_WAY), spans, (*asked, *when))
    path = _Path("", "", _ONE_WAY)
    if question.kind:
        path = _Path("event_kind", "kind = :kind", ((question.kind,),))
    return Walk("event", path, spans, when)


def _paths(
    connection: Connection, question: Question, subjects: frozenset[str]
) -> Iterator[tuple[str, _Path]]:
    """Give each index by which the decisions asked for can be found."""
    if question.subject:
        keys = [(subject,) for subject in sorted(subjects)]
        yield "subject", _Path("decision_subject", "subject = :key", keys)
    if question.resource:
        keys = [(question.resource,)]
        yield "resource", _Path("decision_resource", "resource = :key", keys)
    if question.asks_outcome:
        wanted = Outcome(question.effect, question.code, question.action, "")
        found = outcomes_of(connection, wanted)
        outcomes = [one for one in found if question.takes(one)]
        yield "outcome", _Path("decision_outcome", _OUTCOME, outcomes)
    if not question.asks_parties:
        yield "", _Path("", "", _ONE_WAY)


def _parties(
    question: Question, subjects: frozenset[str]
) -> dict[str, tuple[_Condition, ...]]:
    named: dict[str, tuple[_Condition, ...]] = {}
    if question.subject:
        known = (json.dumps(sorted(subjects)),)
        among = "subject IN (SELECT value FROM json_each(:subjects))"
        named["subject"] = (_Condition(among, known),)
    if question.resource:
        named["resource"] = (_Condition("resource = :resource", (question.resource,)),)
    return named


def _outcome(question: Question) -> tuple[_Condition, ...]:
    found = [
        _Condition(f"{name} = :{name}", (value,))
        for name in ("effect", "code", "action")
        if (value := getattr(question, name))
    ]
    if question.rule:
        named = "instr(' ' || rules || ' ', ' ' || :rule || ' ') > 0"
        found.append(_Condition(named, (question.rule,)))
    return tuple(found)


def _when(question: Question) -> tuple[_Condition, ...]:
    if question.window.is_open:
        return ()
    since, until = question.window.bounds()
    return _Condition(f"{_AT} >= :since", (since,)), _Condition(
        f"{_AT} < :until", (until,)
    )


def _all_but(
    conditions: dict[str, tuple[_Condition, ...]], left_out: str
) -> tuple[_Condition, ...]:
    return tuple(
        condition
        for name, group in conditions.items()
        if name != left_out
        for condition in group
    )


_OUTCOME: Final = " AND ".join(f"{name} = :{name}" for name in Outcome._fields)
