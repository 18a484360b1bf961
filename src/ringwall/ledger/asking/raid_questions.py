"""What somebody may ask the incident desk's tables for, and how the tables are asked.

Must never put a value into the text of a statement, nor a name that is no column; nor
give a row of a case to whom the case is not open.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from sqlalchemy import Connection

from ringwall.base.clock import format_instant
from ringwall.ledger.memory.disclosing import people_of
from ringwall.ledger.raid_tables import SHUTTING, card_table_name
from ringwall.model.raid_events import CARDS

__all__ = ["RaidQuestion", "Statement", "Visible", "statement_of"]

_NOTHING: Final[Mapping[str, str | int | frozenset[str | int]]] = MappingProxyType({})
_NO_FLOOR: Final[Mapping[str, int]] = MappingProxyType({})
_ALWAYS: Final = frozenset({"idx", "id", "at", "case_id"})
_INSTANTS: Final = frozenset(
    {
        *("at", "received", "opened", "host_due", "due", "start", "lawful", "worst"),
        *("limit", "until"),
    }
)
# What is no column of its own: when a clock has to be met at the latest. Where that is
# at once, it comes before whatever has an instant.
_MADE: Final = {
    ("raid.clock", "deadline"): """(CASE
 WHEN state = 'armed' AND worst = '' THEN '0001-01-01T00:00:00Z'
 WHEN state IN ('running', 'breached') AND due = '' THEN '0001-01-01T00:00:00Z'
 WHEN state = 'armed' THEN worst ELSE due END)"""
}
# Several ids or codes in one text: who asks for one asks for rows that hold it.
_SEVERAL: Final = frozenset({"authors", "states"})
_PERSON: Final = "user:"
# These are of the desk as a whole, so that no need-to-know of a case is asked.
_OF_DESK: Final = frozenset({"raid.report", "raid.desk"})
# Open to nobody but who is named; what was said last counts.
_SHUT: Final = (
    "SELECT case_id FROM (SELECT case_id, act, max(idx) FROM raid "  # noqa: S608 - a constant
    f"WHERE {SHUTTING} GROUP BY case_id) WHERE act = 'shut'"
)


@dataclass(frozen=True, slots=True)
class Visible:
    """The cases that are open to somebody.

    Attributes:
        teams: a case of one of these is, unless it is shut.
        named: ids of cases that are in any event.
    """

    teams: frozenset[str]
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class RaidQuestion:
    """Which rows of one kind are asked for; all that is said has to hold.

    Attributes:
        kind: of `CARDS`, e.g. `raid.case`.
        equal: column -> value, or values of which any will do. People by their ids;
            of `authors` and `states`, which hold several, one.
        at_least: column -> the least number.
        since: instant from which on, as the column `instant` says.
        until: instant before which.
        instant: column; a row that has none there is none of a window.
        order: columns, the first counts first; with `-` in front from the greatest.
            What has no instant comes last in any event. What is equal in all of
            them comes the newest first.
        limit: how many at most; None for all.
        skip: how many to leave out, the first.
        visible: only rows of cases that are open to somebody; None for all.
    """

    kind: str
    equal: Mapping[str, str | int | frozenset[str | int]] = field(
        default_factory=lambda: _NOTHING
    )
    at_least: Mapping[str, int] = field(default_factory=lambda: _NO_FLOOR)
    since: int | None = None
    until: int | None = None
    instant: str = "at"
    order: tuple[str, ...] = ("-idx",)
    limit: int | None = None
    skip: int = 0
    visible: Visible | None = None

    def __post_init__(self) -> None:
        """Refuse what is no column.

        Raises:
            ValueError: a name is no column of the kind, or `instant` none of instants.
        """
        known = CARDS[self.kind].keys() | _ALWAYS
        named = {*self.equal, *self.at_least, self.instant}
        named |= {name.removeprefix("-") for name in self.order}
        named -= {name for kind, name in _MADE if kind == self.kind}
        if named - known:
            odd = ", ".join(sorted(named - known))
            raise ValueError(f"`{self.kind}` has no column {odd}")
        if self.instant not in _INSTANTS and (self.kind, self.instant) not in _MADE:
            raise ValueError(f"`{self.instant}` holds no instant")

    @property
    def table(self) -> str:
        """Name of the table that is asked."""
        return card_table_name(self.kind)


class Statement(NamedTuple):
    """The part of a query behind the columns.

    Attributes:
        sql: from FROM on.
        values: in the order of the statement's parameters.
    """

    sql: str
    values: Sequence[object]

    def ordered(self, question: RaidQuestion) -> "Statement":
        """Return it with the order and the bounds of a question."""
        order = [_ordering(question.kind, name) for name in question.order]
        sql = f"{self.sql} ORDER BY {', '.join((*order, 'idx DESC'))} LIMIT ? OFFSET ?"
        limit = -1 if question.limit is None else question.limit
        return Statement(sql, (*self.values, limit, question.skip))


def statement_of(connection: Connection, question: RaidQuestion) -> Statement:
    """Return what asks a table for all rows of a question, in no order.

    Args:
        connection: to the ledger's database; says by which tokens people are known.
        question: which rows.

    Raises:
        IntegrityError: as `people_of`.
    """
    conditions: list[str] = []
    values: list[object] = []
    for name, wanted in question.equal.items():
        sql, some = _equal(connection, name, wanted)
        conditions.append(sql)
        values += some
    for name, least in question.at_least.items():
        conditions.append(f'"{name}" >= ?')
        values.append(least)
    for sql, some in (*_window(question), *_visible(question)):
        conditions.append(sql)
        values += some
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return Statement(f"FROM {question.table}{where}", values)


def _equal(
    connection: Connection, name: str, wanted: str | int | frozenset[str | int]
) -> tuple[str, list[object]]:
    """Return the condition that a column has a value, or one of several."""
    asked = wanted if isinstance(wanted, frozenset) else frozenset({wanted})
    known: set[str | int] = set()
    for one in asked:
        known |= _known_as(connection, one)
    found: list[object] = sorted(known, key=str)
    if name in _SEVERAL:
        held = f"instr(' ' || \"{name}\" || ' ', ' ' || ? || ' ') > 0"
        return f"({' OR '.join([held] * len(found)) or '0'})", found
    if len(found) == 1:
        return f'"{name}" = ?', found
    sql = f'"{name}" IN (SELECT value FROM json_each(?))'  # noqa: S608 - our own names
    return sql, [json.dumps(found)]


def _known_as(connection: Connection, value: str | int) -> set[str | int]:
    """Return what stands for a value in the tables: of a person the tokens."""
    if isinstance(value, str) and value.startswith(_PERSON):
        found = {one.token for one in people_of(connection, value)}
        # Whoever was erased is asked for by the token that is left.
        return {*found, value}
    return {value}


def _window(question: RaidQuestion) -> list[tuple[str, list[object]]]:
    found: list[tuple[str, list[object]]] = []
    name = _column(question.kind, question.instant)
    column = _instant(name)
    for sign, bound in ((">=", question.since), ("<", question.until)):
        if bound is not None:
            found.append((f"{column} {sign} ?", [_bound(bound)]))
    if found:
        found.append((f"{name} != ''", []))
    return found


def _visible(question: RaidQuestion) -> list[tuple[str, list[object]]]:
    """Return the condition that a row is of a case that is open to somebody."""
    if question.visible is None or question.kind in _OF_DESK:
        return []
    teams, named = map(_listed, (question.visible.teams, question.visible.named))
    of_team = f"team IN (SELECT value FROM json_each(?)) AND id NOT IN ({_SHUT})"  # noqa: S608 - our own names
    by_name = "IN (SELECT value FROM json_each(?))"
    if question.kind == "raid.case":
        return [(f"(id {by_name} OR ({of_team}))", [named, teams])]
    cases = f"SELECT id FROM raid_case WHERE {of_team}"  # noqa: S608 - our own names
    sql = f"(case_id = '' OR case_id {by_name} OR case_id IN ({cases}))"
    return [(sql, [named, teams])]


def _listed(names: frozenset[str]) -> str:
    return json.dumps(sorted(names))


def _column(kind: str, name: str) -> str:
    """Return what stands for a column in a statement."""
    return _MADE.get((kind, name), f'"{name}"')


def _instant(column: str) -> str:
    """Return what compares instants: a whole second would sort behind its fractions."""
    return (
        f"""CASE length({column}) WHEN 20 THEN substr({column}, 1, 19) || """
        f"""'.000000Z' ELSE {column} END"""
    )


def _bound(instant: int) -> str:
    told = format_instant(instant)
    return told if "." in told else told.removesuffix("Z") + ".000000Z"


def _ordering(kind: str, name: str) -> str:
    plain = name.removeprefix("-")
    column = _column(kind, plain)
    direction = " DESC" if name.startswith("-") else ""
    if plain in _INSTANTS or (kind, plain) in _MADE:
        return f"{column} = '', {_instant(column)}{direction}"
    return f"{column}{direction}"
