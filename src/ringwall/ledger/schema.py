"""The tables of a ledger database.

`leaf` is the record; `head` says how far it goes and is signed; the others are
projections: computed from the leaves and never written otherwise.
"""

from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from typing_extensions import override

__all__ = [
    "AMOUNT",
    "DECISION",
    "HEAD",
    "INSTITUTE",
    "LEAF",
    "METADATA",
    "POLICY",
    "PROJECTIONS",
    "REGISTRY",
    "create_schema",
]


class _Bytes(LargeBinary):
    """Bytes just as the driver gives them.

    SQLAlchemy's own type turns what it finds into bytes, and fails on the text or
    number that a damaged cell may hold.
    """

    @override
    def bind_processor(self, dialect: Dialect) -> None:
        return None

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


METADATA: Final = MetaData()

LEAF: Final = Table(
    "leaf",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("hash", _Bytes(32), nullable=False),
    Column("entry", _Bytes, nullable=False),
)

HEAD: Final = Table(
    "head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", _Bytes(32), nullable=False),
    Column("frontier", _Bytes, nullable=False),
    Column("basis", Integer, nullable=False),
    Column("tally", _Bytes, nullable=False),
    Column("note", _Bytes, nullable=False),
    Column("seal", _Bytes, nullable=False),
)

INSTITUTE: Final = Table(
    "institute",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("tiers", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("vkey", Text, nullable=False),
)

REGISTRY: Final = Table(
    "registry",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("idx", Integer, nullable=False),
    # NULL once the entity has been removed: the row stays, so that readers who
    # ask for what changed since an index hear of it.
    Column("document", Text),
    Index("registry_idx", "idx"),
)

POLICY: Final = Table(
    "policy",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("concerns", Text, nullable=False),
)

# Keyed by its place in the log, so that an id that stands twice is two rows: a
# projection has no say in what may be recorded, and an insert stays an append.
DECISION: Final = Table(
    "decision",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("code", Text, nullable=False),
    Index("decision_id", "id"),
)

# Read in the order of the log, added up in memory: see `spending`.
AMOUNT: Final = Table(
    "amount",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
)

PROJECTIONS: Final = {
    t.name: t for t in (INSTITUTE, REGISTRY, POLICY, DECISION, AMOUNT)
}
"""Table name -> table, for those that are computed from the leaves."""

# A guard against mistakes; against an attacker there are hashes and signatures.
_TRIGGERS: Final = tuple(
    f"CREATE TRIGGER leaf_no_{verb.lower()} BEFORE {verb} ON leaf "
    f"BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)


def create_schema(connection: Connection) -> None:
    """Make the tables, indexes and triggers of a ledger in an empty database."""
    METADATA.create_all(connection)
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(trigger)
