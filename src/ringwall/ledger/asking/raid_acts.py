"""When acts at the incident desk were done: the journal's word, no entry is read.

Must never give an act on a case to whom it is not open.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.raid_questions import (
    RaidQuestion,
    Visible,
    statement_of,
)
from ringwall.ledger.founded import table_differs
from ringwall.ledger.store import Store

__all__ = ["ActTime", "RaidActs", "Span"]

_SELECT: Final = "SELECT id, case_id, act, at, idx FROM raid WHERE kind = ?"
_AMONG: Final = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Span:
    """Which acts.

    Attributes:
        since: instant from which on; None for all.
        until: instant before which; None for all.
        visible: only of cases that are open to somebody; None for all.
    """

    since: int | None = None
    until: int | None = None
    visible: Visible | None = None


class ActTime(NamedTuple):
    """An act.

    Attributes:
        id: of the object.
        case: id of the case that it belongs to; empty for none.
        act: what was done.
        at: instant.
        entry: index of the event.
    """

    id: str
    case: str
    act: str
    at: int
    entry: int


class RaidActs:
    """Reads the journal; each call sees one state of the log.

    Args:
        store: the ledger's file; opening it for reading is enough.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def times(self, kind: str, acts: Collection[str], span: Span) -> list[ActTime]:
        """Return acts in the order of the log.

        Args:
            kind: of the events.
            acts: what was done, any of them.
            span: which of them.

        Raises:
            IntegrityError: `table-differs`, an instant is none; or as `Store.reading`.
        """
        sql, values = f"{_SELECT} AND act {_AMONG}", [kind, json.dumps(sorted(acts))]
        for sign, bound in ((">=", span.since), ("<", span.until)):
            if bound is not None:
                # Without the zone, so that a second stands before its fractions.
                sql += f" AND rtrim(at, 'Z') {sign} ?"
                values.append(format_instant(bound).removesuffix("Z"))
        with self._store.reading() as connection:
            if span.visible is not None:
                asked = RaidQuestion("raid.case", visible=span.visible)
                cases = statement_of(connection, asked)
                sql += f" AND (case_id = '' OR case_id IN (SELECT id {cases.sql}))"
                values += map(str, cases.values)
            rows = connection.exec_driver_sql(f"{sql} ORDER BY idx", tuple(values))
            return [
                ActTime(name, case, act, _instant(at), index)
                for name, case, act, at, index in rows
            ]


def _instant(text: object) -> int:
    try:
        return parse_instant(str(text))
    except ValueError:
        raise _odd() from None


def _odd() -> IntegrityError:
    return table_differs("raid", "an act has no instant")
