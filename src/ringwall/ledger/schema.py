"""The tables of a ledger database.

`leaf` is the record; `head` says how far it goes and is signed; the others are
projections: computed from the leaves and never written otherwise.
"""

from typing import Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

__all__ = ["DECISION", "HEAD", "INSTITUTE", "LEAF", "METADATA", "POLICY", "PROJECTIONS"]
__all__ += ["REGISTRY", "TRIGGERS"]

METADATA: Final = MetaData()

LEAF: Final = Table(
    "leaf",
    METADATA,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("entry", LargeBinary, nullable=False),
)

HEAD: Final = Table(
    "head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("basis", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
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

DECISION: Final = Table(
    "decision",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("idx", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("code", Text, nullable=False),
    Index("decision_idx", "idx"),
)

PROJECTIONS: Final = {t.name: t for t in (INSTITUTE, REGISTRY, POLICY, DECISION)}
"""Table name -> table, for those that are computed from the leaves."""

TRIGGERS: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS leaf_no_{verb.lower()} BEFORE {verb} ON leaf "
    f"BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
"""A guard against mistakes; against an attacker there are hashes and signatures."""
