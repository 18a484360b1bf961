"""What an event changes in the tables; pure and total over the known kinds.

The same function serves the append, the replay and the verifier, so that they
can't disagree. Must never depend on what a table holds already.
"""

import re
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import parse_instant
from ringwall.ledger.event_keys import ALARMS, COUNTS, LISTS, MATTERS, NUMBERS, TEXTS
from ringwall.ledger.raid_tables import JOURNAL, card_table_name
from ringwall.model.events import ANCHOR_KINDS, EVENT_KINDS, Event
from ringwall.model.matter_events import PASSING_KINDS
from ringwall.model.raid_events import CARDS

__all__ = ["RowPut", "TableRows", "latest_rows", "project"]

TableRows = dict[str, list[dict[str, Any]]]
"""Table -> its rows, each column -> value in the order of the table's columns."""

_HIDDEN: Final = "concealed"
_CONCEALED: Final = re.compile(r"text:~[A-Za-z0-9_-]{43}")
_DECIDED: Final = "decision.made"
_NAMES_OF_DECISION: Final = (
    "id",
    "at",
    "subject",
    "action",
    "resource",
    "point",
    "effect",
)
_TEXTS_OF_DECISION: Final = itemgetter(*_NAMES_OF_DECISION)
_COLUMNS_OF_DECISION: Final = ("idx", *_NAMES_OF_DECISION, "code", "rules")

_PINNED: Final = {"approver", "resource", "subject"}
_WITHOUT_TABLE: Final = PASSING_KINDS | {
    *("alarm.raised", "log.recovered", "anchor.begun", "anchor.ended"),
}
_NEED: Final = "raid.need"
_PASSING: Final = frozenset(
    {"decision", "event", "pruning", JOURNAL, *map(card_table_name, CARDS)}
)
_ONE_AT_A_TIME: Final = frozenset({"policy", "quorum"})

_LIMIT: Final = 2**53


class RowPut(NamedTuple):
    """A row that replaces the one with the same key.

    Attributes:
        table: name of the projection.
        key: value of its primary key.
        row: column -> value, in the order of the table's columns.
    """

    table: str
    key: str | int
    row: dict[str, Any]

    def moved(self, index: int) -> "RowPut":
        """Return the row that the same event puts if it stands at `index`."""
        row = {**self.row, "idx": index}
        return RowPut(self.table, index if type(self.key) is int else self.key, row)

    def standing(self) -> tuple[str, str | int] | None:
        """Return what the row says something lasting about, None for nothing.

        Of the rows about the same thing only the latest is in force.
        """
        if self.table == "event" and self.row["kind"] in ANCHOR_KINDS:
            return self.table, self.key
        if self.table in _PASSING:
            return None
        return self.table, 0 if self.table in _ONE_AT_A_TIME else self.key


def project(index: int, event: Event) -> tuple[RowPut, ...]:
    """Return the rows that the event at `index` puts, that of its own table first.

    A decision puts one; any other kind puts one in `event`, too, which says where it
    stands. Some put only that: they are read from the log itself, so that no table
    can lose them. The kinds of the incident desk put one in its journal besides.

    Raises:
        ValueError: its kind is unknown, a key of its kind is missing, or the
            value of one is not of its type.
    """
    kind = event.get("kind")
    if not isinstance(kind, str) or (kind not in TEXTS and kind != _DECIDED):
        raise ValueError("it is of no known kind")
    try:
        if kind == _DECIDED:
            return (_decision(index, event),)
        texts = {name: _word(event[name]) for name in TEXTS[kind]}
        counts = {name: _count(event[name]) for name in COUNTS.get(kind, ())}
        parse_instant(_word(event["at"]))
        listed = {"idx": index, "at": event["at"], "kind": kind}
        own = _put(index, kind, {**texts, **counts}, event)
        journal = _journal(index, kind, event)
    except (AttributeError, KeyError, TypeError):
        raise ValueError(f"a key of `{kind}` is missing or of another type") from None
    put = RowPut("event", index, listed)
    return (put,) if own is None else (own, *journal, put)


def latest_rows(puts: Iterable[RowPut]) -> TableRows:
    """Return the rows to write, of those with the same key only the last."""
    tables: dict[str, dict[str | int, dict[str, Any]]] = {}
    for put in puts:
        tables.setdefault(put.table, {})[put.key] = put.row
    return {table: list(rows.values()) for table, rows in tables.items()}


def _decision(index: int, event: Event) -> RowPut:
    """Return the row of a decision: of all kinds the one that must take no time."""
    texts = _TEXTS_OF_DECISION(event)
    reasons = event["reasons"]
    code = reasons[0]["code"] if reasons else ""
    named = {*event["rules"], *[reason.get("rule", "") for reason in reasons]}
    for value in (*texts, code, *named):
        _word(value)
    rules = " ".join(sorted(named - {""}))
    row = dict(zip(_COLUMNS_OF_DECISION, (index, *texts, code, rules), strict=True))
    return RowPut("decision", index, row)


def _put(index: int, kind: str, said: dict[str, Any], event: Event) -> RowPut | None:
    """Return the row in the table of the kind, None for a kind that has none."""
    if kind in _WITHOUT_TABLE:
        _check_listed(kind, event)
        return None
    if kind in MATTERS:
        return _matter(index, kind, event)
    if kind in CARDS:
        return _card(index, kind, event)
    return _put_fact(index, kind, said, event)


def _put_fact(index: int, kind: str, said: dict[str, Any], event: Event) -> RowPut:
    """Return the row of an event that says what is so from now on."""
    match kind:
        case "amount.left":
            del said["decision"]  # the entry tells, no query asks
            return RowPut("amount", index, {"idx": index, **said})
        case "policy.activated":
            _word(event["catalogue"])
            _word(event.get("request", ""))
            concerns = _document(event["concerns"])
            row = {"idx": index, **said, "concerns": concerns}
            return RowPut("policy", index, row)
        case "institute.created" | "institute.grown":
            # An institute grows; nothing on record ever takes a tier away.
            if kind == "institute.grown" and said["tiers"] != "three":
                raise TypeError
            return RowPut("institute", index, {"idx": index, **said})
        case "fact.declared" | "fact.removed":
            declared = kind == "fact.declared"
            document = _document(event["document"]) if declared else None
            row = {**said, "idx": index, "document": document}
            return RowPut("registry", said["id"], row)
        case _:
            return _put_of_log(index, kind, said, event)


def _matter(index: int, kind: str, event: Event) -> RowPut:
    """Return the row of an event of a matter: what it is about, and where it stands."""
    _check_listed(kind, event)
    if kind == "request.approved":
        _pins(event["facts"])
    about = event[MATTERS[kind]]
    row = {"idx": index, "at": event["at"], "kind": kind, "about": about}
    return RowPut("matter", index, row)


def _card(index: int, kind: str, event: Event) -> RowPut:
    """Return the row of an object of the incident desk: what its card says."""
    card, columns = event["card"], CARDS[kind]
    if type(card) is not dict or card.keys() != columns.keys():
        raise TypeError
    # Written out: to call a function for each cell takes longer than all the rest.
    told = {name: card[name] for name in columns}
    numbers = [cell for cell in told.values() if type(cell) is int]
    if [*map(type, told.values())] != [*columns.values()]:
        raise TypeError
    if numbers and not 0 <= min(numbers) <= max(numbers) < _LIMIT:
        raise TypeError
    # The kind of an incident must never be taken for that of an event.
    if told["state"] != event["to"] or told.get("kind") in EVENT_KINDS:
        raise TypeError
    _document(event["said"])
    head = {"idx": index, "id": event["id"], "at": event["at"]}
    row = {**head, "case_id": event["case"], **told}
    return RowPut(card_table_name(kind), event["id"], row)


def _journal(index: int, kind: str, event: Event) -> tuple[RowPut, ...]:
    """Return the row in the journal of the incident desk, for a kind that has one."""
    if kind not in CARDS and kind != _NEED:
        return ()
    row = {
        "idx": index,
        "at": event["at"],
        "kind": kind,
        "id": "" if kind == _NEED else event["id"],
        "case_id": event["case"],
        "act": event["act"],
        "decision": event["decision"],
    }
    return (RowPut(JOURNAL, index, row),)


def _check_listed(kind: str, event: Event) -> None:
    """Check the keys of a kind that go into no column."""
    for name in LISTS.get(kind, ()):
        _listed(event[name], _word)
    for name in NUMBERS.get(kind, ()):
        _listed(event[name], _count)
    if kind == "log.recovered":
        _names(event["writers"])
    if kind == "alarm.raised":
        texts, counts = ALARMS[event["code"]]
        for name in texts:
            _word(event[name])
        for name in counts:
            _count(event[name])


def _put_of_log(index: int, kind: str, said: dict[str, Any], event: Event) -> RowPut:
    """Return the row of an event that is about the log itself."""
    match kind:
        case "key.rotated":
            return RowPut("epoch", index, {"idx": index, **said})
        case "witness.added" | "witness.removed":
            row = {"name": said["name"], "idx": index, "vkey": said.get("vkey")}
            return RowPut("witness", said["name"], row)
        case "witness.quorum":
            row = {"idx": index, **said, "mandatory": int(_flag(event["mandatory"]))}
            return RowPut("quorum", index, row)
        case "subject.erased":
            tokens = dump_canonical(_names(event["tokens"])).decode("ascii")
            return RowPut("erasure", index, {"idx": index, "tokens": tokens})
        case _:
            return RowPut("pruning", index, {"idx": index, "before": said["before"]})


def _word(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _count(value: object) -> int:
    # Less than nothing would give back a budget that is spent.
    if type(value) is not int or not 0 <= value < _LIMIT:
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _names(value: object) -> list[str]:
    if type(value) is not list or not value:
        raise TypeError
    return [_word(item) for item in value]


def _listed(value: object, check: Callable[[object], object]) -> None:
    if type(value) is not list:
        raise TypeError
    for item in value:
        check(item)


def _pins(value: object) -> None:
    """Check the digests that an approval pins, or what stands for them."""
    _document(value)
    if isinstance(value, dict) and _HIDDEN not in value:
        if value.keys() != _PINNED:
            raise TypeError
        for digest in value.values():
            _word(digest)


def _document(value: object) -> str:
    if not isinstance(value, dict):
        raise TypeError
    if _HIDDEN in value:
        # It stands for the whole, so there is nothing beside it.
        token = _CONCEALED.fullmatch(_word(value[_HIDDEN]))
        if token is None or len(value) > 1:
            raise TypeError
    return dump_canonical(value).decode("utf-8")
