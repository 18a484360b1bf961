"""The tables of the incident desk: a journal of all its acts, a row for each object.

Made from the columns that the cards of its events have. Must never hold a column that
no card has: what is told in words stays in the entries.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, text

from ringwall.model.raid_events import CARDS

__all__ = [
    "JOURNAL",
    "MADE_BY",
    "MAKING",
    "PARTING",
    "SHUTTING",
    "card_table_name",
    "card_tables",
    "journal_table",
]

JOURNAL: Final = "raid"
"""Name of the journal."""
SHUTTING: Final = "kind = 'raid.need' AND act IN ('shut', 'unshut')"
"""The condition that an act of the journal shuts a case, or opens it to its team."""
PARTING: Final = "kind = 'raid.case' AND act = 'unmerge'"
"""The condition that an act of the journal undoes a merge."""
MADE_BY: Final[Mapping[str, str]] = {
    "raid.report": "receive",
    "raid.case": "open",
    "raid.clock": "arm",
    "raid.handover": "send",
    "raid.proposal": "propose",
    "raid.drill": "begin",
    "raid.identity": "ask",
    "raid.inquiry": "inquire",
    "raid.message": "post",
    "raid.box": "erase",
    "raid.attachment": "add",
    "raid.release": "draft",
    "raid.brief": "brief",
}
"""Kind -> the act that makes each of its objects, once, and does nothing else."""

# Reports are looked up by what comes in again and by what their reporters ask with,
# the others by what they belong to. Lists ask for the first columns of the long ones,
# and what is counted, sorted by or shut off stands in the rest: so a hundred thousand
# rows need not be read for a page of fifty.
_KEYS: Final = ("imminent", "priority", "owned", "compute", "reach")
_INDEXES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "raid.report": (
        *(("digest",), ("receipt",), ("source",)),
        ("state", "priority", "imminent", "received"),
    ),
    "raid.case": (
        ("lead",),
        ("state", "priority", "team", "imminent", "severity", "host_due", "id"),
    ),
    "raid.link": (("case_id",), ("report",)),
    "raid.clock": (("case_id",), ("state", "due", "case_id")),
    "raid.handover": (("case_id",), ("state", "limit", "case_id")),
    "raid.proposal": (("case_id",), ("state", "case_id")),
    "raid.drill": (("state",),),
    "raid.inquiry": (("state", "case_id"),),
    "raid.matter": (("case_id",),),
    "raid.embargo": (("case_id",), ("state", "ends")),
    "raid.party": (("case_id",),),
    "raid.identity": (("case_id",), ("state", "expires")),
    "raid.message": (("case_id",),),
    "raid.attachment": (("case_id",),),
    "raid.release": (("case_id",), ("state", "case_id")),
    "raid.brief": (("recipient",),),
}
# What the queue goes through whole: name -> condition, in the very words in which
# `asking.raid_queue` asks for it, and columns.
_WAITING: Final[Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "raid.report": (
        (
            *("raid_report_waiting", "state = 'received'"),
            ("alike", "received", "id", "tlp", *_KEYS),
        ),
    ),
    "raid.case": (
        (
            "raid_case_worked",
            "state IN ('new', 'triaged', 'owned', 'coordinating')",
            (
                *(*_KEYS, "opened", "id", "team", "state", "tlp", "class", "lane"),
                *("severity", "host_due", "due"),
            ),
        ),
        ("raid_case_owed", "host_due != ''", ("host_due",)),
    ),
}
MAKING: Final = {
    kind: f"kind = '{kind}' AND act = '{act}'" for kind, act in MADE_BY.items()
}
"""Kind -> the condition that an act of the journal makes an object of it."""
_TYPES: Final = {str: Text, int: Integer}


def card_table_name(kind: str) -> str:
    """Return the name of the table of a kind, e.g. `raid_case` of `raid.case`."""
    return kind.replace(".", "_")


def journal_table(metadata: MetaData) -> Table:
    """Return the table of all acts of the desk, keyed by their places in the log."""
    return Table(
        JOURNAL,
        metadata,
        Column("idx", Integer, primary_key=True, autoincrement=False),
        Column("at", Text, nullable=False),
        Column("kind", Text, nullable=False),
        # Empty for need-to-know, which is about a case and no object of its own.
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("act", Text, nullable=False),
        Column("decision", Text, nullable=False),
        Index("raid_id", "id", "idx"),
        Index("raid_case_id", "case_id", "idx"),
        Index("raid_decision", "decision"),
        # Which cases are shut is asked with each list of cases; few ever are.
        Index("raid_shut", "case_id", "idx", "act", sqlite_where=text(SHUTTING)),
        # Which merges were undone is asked with each case that is shown; few ever are.
        Index("raid_parted", "id", sqlite_where=text(PARTING)),
        # How many there have to be is asked with each list.
        *(
            Index(
                f"{card_table_name(kind)}_making",
                "kind",
                "act",
                sqlite_where=text(made),
            )
            for kind, made in MAKING.items()
        ),
    )


def card_tables(metadata: MetaData) -> dict[str, Table]:
    """Return table name -> table with the latest row of each object of a kind.

    Keyed by the place of the latest event, so that the newest stand together and to
    replace a row is an append; the id is unique besides.
    """
    return {card_table_name(kind): _card_table(metadata, kind) for kind in CARDS}


def _card_table(metadata: MetaData, kind: str) -> Table:
    name = card_table_name(kind)
    columns = [
        Column(column, _TYPES[of](), nullable=False)
        for column, of in CARDS[kind].items()
    ]
    indexes = [Index(f"{name}_by_{some[0]}", *some) for some in _INDEXES.get(kind, ())]
    indexes += [
        Index(called, *some, sqlite_where=text(condition))
        for called, condition, some in _WAITING.get(kind, ())
    ]
    return Table(
        name,
        metadata,
        Column("idx", Integer, primary_key=True, autoincrement=False),
        Column("id", Text, nullable=False, unique=True),
        Column("at", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        *columns,
        *indexes,
    )
