"""The tables of a ledger database.

`leaf` is the record; `head` says how far it goes and is sealed; `checkpoint`, `tile`,
`writer` and `disclosure` are kept beside; the others are projections: computed from the
leaves and never written otherwise; but `block` and `slice` follow behind the log.
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
    text,
)
from typing_extensions import override

from ringwall.ledger.raid_tables import card_tables, journal_table

__all__ = [
    "AMOUNT",
    "BEHIND",
    "BLOCK",
    "CHECKPOINT",
    "DECISION",
    "DISCLOSURE",
    "EPOCH",
    "ERASURE",
    "EVENT",
    "HEAD",
    "INSTITUTE",
    "LEAF",
    "MATTER",
    "METADATA",
    "POLICY",
    "PROJECTIONS",
    "PRUNING",
    "QUORUM",
    "RAID",
    "RAID_CARDS",
    "REGISTRY",
    "SLICE",
    "TILE",
    "WITNESS",
    "WRITER",
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
    # NULL once it has been pruned.
    Column("entry", _Bytes),
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
    Column("seal", _Bytes, nullable=False),
    # Empty where the seal covers all of the log.
    Column("tag", _Bytes, nullable=False),
)

# Each is the signed note of a size that was durable before; cosignatures are added.
CHECKPOINT: Final = Table(
    "checkpoint",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("note", _Bytes, nullable=False),
)

# The complete tiles of C2SP tlog-tiles, so that a proof needs no walk through the log.
TILE: Final = Table(
    "tile",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("root", _Bytes(32), nullable=False),
    Column("hashes", _Bytes, nullable=False),
)

# Who has the log open for writing; whoever is here but gone ended uncleanly.
WRITER: Final = Table(
    "writer",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("size", Integer, nullable=False),
)

# What the tokens in the entries stand for. Never hashed itself, so that it can go.
DISCLOSURE: Final = Table(
    "disclosure",
    METADATA,
    Column("token", Text, primary_key=True),
    # The token of the person that it is about; a person's own is its own.
    Column("owner", Text, nullable=False),
    Column("salt", _Bytes(32), nullable=False),
    Column("value", _Bytes, nullable=False),
    Index("disclosure_owner", "owner"),
    Index("disclosure_person", "value", sqlite_where=text("owner = token")),
    sqlite_with_rowid=False,
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
# projection has no say in what may be recorded, and an insert stays an append. No
# index: that would cost each append as much as the rest of it. See `slices`.
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
    Column("rules", Text, nullable=False),
)

# Ways to the decisions of a block of 4096 entries, made behind the log; a block that
# has none is read through. Both follow from `decision` alone.
BLOCK: Final = Table(
    "block",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    # Least and greatest instant, empty for no decisions.
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    # What the decisions came to and where each stands; empty for too much of it.
    Column("outcomes", Text, nullable=False),
    Column("places", _Bytes, nullable=False),
)

SLICE: Final = Table(
    "slice",
    METADATA,
    Column("field", Text, primary_key=True),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("data", _Bytes, nullable=False),
)

# All the other kinds, few as they are: where they stand.
EVENT: Final = Table(
    "event",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Index("event_kind", "kind"),
    # First and last instant of each block of entries, see `spans`.
    Index("event_span", text("idx / 4096"), "at"),
)

ERASURE: Final = Table(
    "erasure",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("tokens", Text, nullable=False),
)

EPOCH: Final = Table(
    "epoch",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("vkey", Text, nullable=False),
)

WITNESS: Final = Table(
    "witness",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("idx", Integer, nullable=False),
    # NULL once it has been removed.
    Column("vkey", Text),
)

QUORUM: Final = Table(
    "quorum",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("need", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("mandatory", Integer, nullable=False),
)

PRUNING: Final = Table(
    "pruning",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("before", Integer, nullable=False),
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

# Events that decisions rest on for ever, one each: of requests, sessions, duties,
# reviews and decoys. What they come to is worked out in memory: see `matters`.
MATTER: Final = Table(
    "matter",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Index("matter_about", "about"),
)

RAID: Final = journal_table(METADATA)

RAID_CARDS: Final = card_tables(METADATA)
"""Table name -> table, for those of which a row is replaced by the next of its id."""

PROJECTIONS: Final = {
    t.name: t
    for t in (
        INSTITUTE,
        REGISTRY,
        POLICY,
        DECISION,
        AMOUNT,
        MATTER,
        EVENT,
        ERASURE,
        EPOCH,
        WITNESS,
        QUORUM,
        PRUNING,
        RAID,
        *RAID_CARDS.values(),
    )
}
"""Table name -> table, for those that are computed from the leaves."""

BEHIND: Final = {t.name: t for t in (BLOCK, SLICE)}
"""Table name -> table, for those that are computed from decisions, sooner or later."""

# A guard against mistakes; against an attacker there are hashes and signatures.
_REFUSED: Final = "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
_TRIGGERS: Final = (
    # Old bytes may go, as an entry of the log says; nothing else ever changes.
    (
        "CREATE TRIGGER leaf_no_update BEFORE UPDATE ON leaf "
        "WHEN NEW.entry IS NOT NULL OR NEW.idx != OLD.idx OR NEW.hash IS NOT OLD.hash "
        f"{_REFUSED}"
    ),
    f"CREATE TRIGGER leaf_no_delete BEFORE DELETE ON leaf {_REFUSED}",
)


def create_schema(connection: Connection) -> None:
    """Make the tables, indexes and triggers of a ledger in an empty database."""
    METADATA.create_all(connection)
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(trigger)
