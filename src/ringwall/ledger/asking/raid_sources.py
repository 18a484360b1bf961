"""How the tables are asked for what waits at the incident desk, and in which order.

Must never put a value into the text of a statement; nor give a row of a case to whom
the case is not open.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from ringwall.ledger.asking.raid_questions import (
    RaidQuestion,
    Statement,
    statement_of,
)
from ringwall.ledger.asking.raid_waiting import (
    MOST_STEPS,
    NEVER,
    RANK_BYTES,
    RANK_SHAPE,
    QueueTerms,
    Waiting,
)

__all__ = [
    "COLUMNS",
    "before",
    "first_of_each",
    "ordered",
    "owed_and_reports",
    "small_ordered",
    "sources_of",
]

COLUMNS: Final = (
    *("id", "kind", "idx", "state", "tlp", "class", "lane", "severity", "since"),
    *("host_due", "due", "copies"),
    *("imminent", "priority", "owned", "compute", "reach"),
)
"""What an item is made of; see `raid_waiting.Waiting`."""

_GRAVEST: Final = COLUMNS[-5:]
# As the index of the cases in work has it, so that it is used.
_WORKED: Final = "state IN ('new', 'triaged', 'owned', 'coordinating')"
_ELSEWHERE: Final = "state IN ('handed-over', 'watch', 'declined', 'resolved')"
_CASE: Final = (
    "SELECT id, 'case' AS kind, idx, state, tlp, class, lane, severity, "
    "opened AS since, host_due, due, 0 AS copies, imminent, priority, owned, "
    "compute, reach"
)
# Named, since the planner knows nothing of how many rows a column parts.
_BY_KEYS: Final = "FROM raid_case INDEXED BY raid_case_worked WHERE"
_OWED: Final = "FROM raid_case INDEXED BY raid_case_owed WHERE"
_COMBINED: Final = " CROSS JOIN ".join(
    f"(SELECT value AS its_{name} FROM json_each('{list(range(count))}'))"  # noqa: S608 - names and numbers of this module alone
    for name, count in zip(_GRAVEST, (2, *RANK_SHAPE), strict=True)
)
_FIRST_OF_EACH: Final = " ".join(
    (
        f"FROM {_COMBINED} CROSS JOIN raid_case ON raid_case.idx IN (SELECT idx",
        f"{_BY_KEYS} {{where}} AND {_WORKED} AND",
        " AND ".join(f"{name} = its_{name}" for name in _GRAVEST),
        "ORDER BY opened, id LIMIT ?)",
    )
)
_REPORT: Final = (
    "SELECT one.id, 'report' AS kind, one.idx, 'received' AS state, one.tlp, "
    "'' AS class, '' AS lane, -1 AS severity, {since}, '' AS host_due, '' AS due, "
    "{copies}, {keys}"
)
_COPIES: Final = " ".join(
    (
        "WITH copies AS MATERIALIZED (SELECT alike, count(*) AS count,",
        "min(received) AS since,",
        ", ".join(f"max({name}) AS {name}" for name in _GRAVEST),
        "FROM raid_report INDEXED BY raid_report_waiting",
        "WHERE state = 'received' AND alike != '' GROUP BY alike)",
    )
)
_ALONE: Final = " ".join(
    (
        _COPIES,
        _REPORT.format(
            since="received AS since",
            copies="0 AS copies",
            keys="imminent, priority, owned, compute, reach",
        ),
        "FROM raid_report AS one INDEXED BY raid_report_waiting",
        "WHERE state = 'received' AND alike = ''",
        "AND id NOT IN (SELECT alike FROM copies)",
    )
)
# Where the head is out of the queue, the first of those like it stands for all.
_GROUPS: Final = " ".join(
    (
        _COPIES,
        _REPORT.format(
            since="min(copies.since, one.received) AS since",
            copies="copies.count - (one.alike != '') AS copies",
            keys=", ".join(
                f"max(one.{name}, copies.{name}) AS {name}" for name in _GRAVEST
            ),
        ),
        "FROM copies JOIN raid_report AS one ON one.id = coalesce(",
        "(SELECT id FROM raid_report WHERE id = copies.alike AND state = 'received'),",
        "(SELECT id FROM raid_report WHERE state = 'received' AND alike = copies.alike",
        "ORDER BY received, id LIMIT 1))",
    )
)


def _ladder(least: int, most: int) -> tuple[str, tuple[int, ...]]:
    """Return what finds the steps of an item, and of which steps its parameters are.

    By halves: a queue has many items, and comparing texts is most of the work.
    """
    if least == most:
        return str(least), ()
    middle = (least + most + 1) // 2
    fewer, of_fewer = _ladder(least, middle - 1)
    more, of_more = _ladder(middle, most)
    sql = f"CASE WHEN since > ? THEN {fewer} ELSE {more} END"
    return sql, (middle, *of_fewer, *of_more)


_LADDER, _STEPS = _ladder(0, MOST_STEPS)
_PLACE: Final = "((priority * {1} + owned) * {2} + compute) * {3} + reach".format(
    *RANK_SHAPE
)
_RANK: Final = (
    f"substr(?, (({_PLACE}) * {MOST_STEPS + 1} + {_LADDER}) * {RANK_BYTES} + 1, "
    f"{RANK_BYTES})"
)
_HOST: Final = (
    f"CASE WHEN host_due != '' AND host_due <= ? THEN host_due ELSE '{NEVER}' END"
)
_ORDER: Final = f"{_HOST}, imminent DESC, {_RANK}, since, id"
# The first of `KEYS` by which an item stands before another one; none if it does not.
_BEFORE: Final = (
    f"CASE WHEN {_HOST} < ? THEN 0 WHEN {_HOST} > ? THEN NULL "
    "WHEN imminent > ? THEN 1 WHEN imminent < ? THEN NULL "
    f"WHEN {_RANK} < ? THEN 2 WHEN {_RANK} > ? THEN NULL "
    "WHEN since < ? THEN 3 WHEN since > ? THEN NULL WHEN id < ? THEN 4 END"
)


def sources_of(connection: Connection, terms: QueueTerms) -> list[Statement]:
    """Return what gives the items of each kind; apart, so that each uses its index."""
    where, values = _open_cases(connection, terms)
    soon = f"{_ELSEWHERE} AND host_due != '' AND host_due <= ?"
    return [
        Statement(f"{_CASE} {_BY_KEYS} {where} AND {_WORKED}", values),
        Statement(f"{_CASE} {_OWED} {where} AND {soon}", (*values, terms.soon)),
        Statement(_ALONE, ()),
        Statement(_GROUPS, ()),
    ]


def owed_and_reports(connection: Connection, terms: QueueTerms) -> list[Statement]:
    """Return what gives the items that are no cases, or whose host clock is due soon.

    With what `first_of_each` gives these are all; a case may be given twice.
    """
    where, values = _open_cases(connection, terms)
    soon = f"({_WORKED} OR {_ELSEWHERE}) AND host_due != '' AND host_due <= ?"
    return [
        Statement(f"{_CASE} {_OWED} {where} AND {soon}", (*values, terms.soon)),
        Statement(_ALONE, ()),
        Statement(_GROUPS, ()),
    ]


def first_of_each(connection: Connection, terms: QueueTerms, few: int) -> Statement:
    """Return what gives the first few cases in work of each combination of keys.

    Among cases of one combination, those aside whose host clock is due soon, the order
    of the queue is that of the index.
    """
    where, values = _open_cases(connection, terms)
    return Statement(f"{_CASE} {_FIRST_OF_EACH.format(where=where)}", (*values, few))


def _open_cases(
    connection: Connection, terms: QueueTerms
) -> tuple[str, Sequence[object]]:
    """Return the condition that a case is open to somebody, with its parameters."""
    asked = RaidQuestion("raid.case", visible=terms.visible)
    cases = statement_of(connection, asked)
    return cases.sql.partition("WHERE ")[2] or "1", cases.values


def ordered(terms: QueueTerms, limit: int) -> Statement:
    """Return the order of the queue, up to a limit."""
    values = (terms.soon, *_of_rank(terms), limit)
    return Statement(f"ORDER BY {_ORDER} LIMIT ?", values)


def small_ordered(terms: QueueTerms, limit: int) -> Statement:
    """Return the order of cases below 1e25 operations, the widest reach first."""
    sql = (
        f"WHERE kind = 'case' AND compute = 0 AND {_HOST} = '{NEVER}' "
        f"ORDER BY reach DESC, {_ORDER} LIMIT ?"
    )
    return Statement(sql, (terms.soon, terms.soon, *_of_rank(terms), limit))


def before(terms: QueueTerms, item: Waiting) -> Statement:
    """Return the place in `KEYS` of the key by which something stands before an item.

    NULL where it does not.
    """
    key, rank = item.key, item.rank.to_bytes(RANK_BYTES, "big")
    of_rank = (*_of_rank(terms), rank)
    values = (
        *(terms.soon, key[0], terms.soon, key[0], item.imminent, item.imminent),
        *(*of_rank, *of_rank, key[3], key[3], key[4]),
    )
    return Statement(_BEFORE, values)


def _of_rank(terms: QueueTerms) -> tuple[object, ...]:
    """Return the parameters of `_RANK`."""
    ladder = terms.ladder
    return terms.ranks, *(ladder[step - 1] for step in _STEPS)
