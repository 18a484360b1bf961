"""The numbers of reports in a file beside the ledger, to find the alike ones fast.

Made anew from the ledger whenever it is missing, damaged or of another making. Must
never hold a text, and what it finds is a hint: whoever acts on it looks at the ledger.
"""

import json
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ringwall.raid.intake.alike.prints import PERMUTATIONS, Key, Prints

__all__ = ["Cache", "Entry", "Hit"]

_T = TypeVar("_T")
_VERSION: Final = "1"
_BANDS: Final = 32
_ROWS: Final = PERMUTATIONS // _BANDS
# A band or mark that more reports than this share tells them apart no longer.
_MOST_OF_ONE: Final = 64
_MOST_COMPARED: Final = 200
_MOST_HITS: Final = 20
_LEAST_OVERLAP: Final = 0.3
_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE head (
    num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, signature BLOB NOT NULL
);
CREATE TABLE band (
    number INTEGER NOT NULL, hash INTEGER NOT NULL, num INTEGER NOT NULL,
    PRIMARY KEY (number, hash, num)
) WITHOUT ROWID;
CREATE TABLE mark (
    kind TEXT NOT NULL, hash INTEGER NOT NULL, num INTEGER NOT NULL,
    PRIMARY KEY (kind, hash, num)
) WITHOUT ROWID;
"""
_TABLES_THERE: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_HEADS: Final = (
    "SELECT num, head.id, signature FROM json_each(?) AS asked "
    "CROSS JOIN head ON num = asked.value"
)
_NAMES: Final = {"band": ("number", "hash"), "mark": ("kind", "hash")}
_MOST_AT_ONCE: Final = 1024
_SHARED: Final = (
    "SELECT {1}, num FROM json_each(?) AS asked CROSS JOIN {0} "
    "ON {1} = json_extract(asked.value, '$[0]') "
    "AND {2} = json_extract(asked.value, '$[1]') LIMIT ?"
)
_NEWEST: Final = (
    "SELECT num FROM {0} WHERE {1} = ? AND {2} = ? ORDER BY num DESC LIMIT ?"
)


class Entry(NamedTuple):
    """A report that others may be like: no copy, and its text is at hand.

    Attributes:
        id: of the report.
        prints: its own.
    """

    id: str
    prints: Prints


class Hit(NamedTuple):
    """A report that may tell of the same.

    Attributes:
        id: of the report.
        overlap: estimated share of its shingles, 0 to 1.
        shared: kinds of the marks that both have.
    """

    id: str
    overlap: float
    shared: frozenset[str]


class Cache:
    """The file; shared by all threads, and by processes that open it each.

    Args:
        path: of the file; the folder that it lies in is made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._key = Key(b"", 0)

    @property
    def key(self) -> Key:
        """What its numbers are made with."""
        return self._within(lambda _: self._key)

    def caught_up(self) -> tuple[int, str]:
        """Return up to which entry all reports are in, and of which one it is.

        -1 and empty for none. Later ones may be in as well.
        """

        def read(connection: sqlite3.Connection) -> tuple[int, str]:
            row = connection.execute(
                "SELECT value FROM meta WHERE name = 'caught-up'"
            ).fetchone()
            index, _, name = str(row[0]).partition(" ") if row else ("-1", "", "")
            return int(index), name

        return self._within(read)

    def known(self, reports: Sequence[str]) -> set[str]:
        """Return those reports that are in."""

        def read(connection: sqlite3.Connection) -> set[str]:
            sql = "SELECT id FROM head WHERE id IN (SELECT value FROM json_each(?))"
            return {row[0] for row in connection.execute(sql, (json.dumps(reports),))}

        return self._within(read)

    def add(
        self, entries: Sequence[Entry], caught_up: tuple[int, str] | None = None
    ) -> None:
        """Take in reports; one that is in stays as it is.

        Args:
            entries: of reports.
            caught_up: index and id of the last one, if none before it is missing now.
        """

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for entry in entries:
                    _put(connection, *entry)
                if caught_up is not None:
                    _mark(connection, *caught_up)

        self._within(write)

    def look(self, prints: Prints) -> list[Hit]:
        """Return the reports that are most alike, the likeliest first."""

        def read(connection: sqlite3.Connection) -> list[Hit]:
            shared = _sharing(connection, prints)
            nums = [*shared, *_banded(connection, prints.signature)]
            return _hits(connection, prints, shared, list(dict.fromkeys(nums)))

        return self._within(read)

    def clear(self) -> None:
        """Begin anew, with another key."""
        with self._lock:
            self._begin_anew()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _within(self, use: Callable[[sqlite3.Connection], _T]) -> _T:
        """Use the file; if it is damaged, once more with an empty one."""
        with self._lock:
            try:
                return use(self._opened())
            except sqlite3.OperationalError:
                # Somebody else is at it, or the disk is full: it is whole as it is.
                raise
            except (sqlite3.DatabaseError, ValueError, TypeError):
                self._begin_anew()
            return use(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=30, isolation_level=None, check_same_thread=False
            )
            try:
                self._key = _key_of(connection)
            except BaseException:
                connection.close()
                raise
            self._path.chmod(0o600)
            self._connection = connection
        return self._connection

    def _begin_anew(self) -> None:
        """Take the file away; who has it open elsewhere finds that out by its key."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                self._path.with_name(self._path.name + end).unlink()


def _key_of(connection: sqlite3.Connection) -> Key:
    """Return the key of a file, made ready if it is empty.

    Raises:
        ValueError: it is of another making.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        with connection:
            connection.execute("BEGIN EXCLUSIVE")
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                _make(connection)
    tables = {row[0] for row in connection.execute(_TABLES_THERE)}
    if not tables >= {"meta", "head", "band", "mark"}:
        raise ValueError("the file is none of these")
    rows = dict(connection.execute("SELECT name, value FROM meta"))
    if rows.get("version") != _VERSION or len(rows.get("secret", b"")) != 16:
        raise ValueError("the file is of another making")
    return Key(bytes(rows["secret"]), int(rows["seed"]))


def _make(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    meta = {
        "version": _VERSION,
        "secret": secrets.token_bytes(16),
        "seed": secrets.randbits(32),
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    connection.execute("PRAGMA user_version = 1")


def _put(connection: sqlite3.Connection, name: str, prints: Prints) -> None:
    signature = np.array(prints.signature, dtype="<u4")
    made = connection.execute(
        "INSERT OR IGNORE INTO head (id, signature) VALUES (?, ?)",
        (name, signature.tobytes()),
    )
    if not made.rowcount:
        return
    num = made.lastrowid
    connection.executemany(
        "INSERT INTO band VALUES (?, ?, ?)",
        ((number, band, num) for number, band in enumerate(_bands(signature))),
    )
    connection.executemany(
        "INSERT INTO mark VALUES (?, ?, ?)",
        ((kind, number, num) for kind, number in prints.marks),
    )


def _mark(connection: sqlite3.Connection, index: int, name: str) -> None:
    row = connection.execute(
        "SELECT value FROM meta WHERE name = 'caught-up'"
    ).fetchone()
    if row is None or int(str(row[0]).partition(" ")[0]) < index:
        connection.execute(
            "INSERT OR REPLACE INTO meta VALUES ('caught-up', ?)", (f"{index} {name}",)
        )


def _bands(signature: NDArray[Any]) -> list[int]:
    """Return a number for each band of a signature, below 2^63."""
    wide = signature.astype(np.uint64).reshape(_BANDS, _ROWS)
    mixed = np.zeros(_BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        # FNV-1a over the rows; wraps around, as it should.
        mixed = (mixed ^ wide[:, row]) * np.uint64(0x100000001B3)
        mixed ^= mixed >> np.uint64(29)
    return [int(one) for one in mixed >> np.uint64(1)]


def _banded(connection: sqlite3.Connection, signature: Sequence[int]) -> list[int]:
    """Return the reports that share a band, those that share most of them first."""
    bands = enumerate(_bands(np.array(signature, dtype="<u4")))
    counted = Counter(num for _, num in _sharers(connection, "band", list(bands)))
    return sorted(counted, key=lambda num: (-counted[num], -num))[:_MOST_COMPARED]


def _sharing(connection: sqlite3.Connection, prints: Prints) -> dict[int, set[str]]:
    """Return the reports that share marks, and the kinds of those."""
    shared: dict[int, set[str]] = {}
    for kind, num in _sharers(connection, "mark", sorted(prints.marks)):
        shared.setdefault(num, set()).add(str(kind))
    return shared


def _sharers(
    connection: sqlite3.Connection, table: str, wanted: Sequence[tuple[Any, int]]
) -> list[tuple[Any, int]]:
    """Give name and report for each that has one of some numbers under its name."""
    asked = (json.dumps(wanted), _MOST_AT_ONCE)
    found = connection.execute(_SHARED.format(table, *_NAMES[table]), asked).fetchall()
    if len(found) < _MOST_AT_ONCE:
        return found
    # Some are shared by very many; of each only the newest count.
    sql = _NEWEST.format(table, *_NAMES[table])
    return [
        (name, num)
        for name, number in wanted
        for (num,) in connection.execute(sql, (name, number, _MOST_OF_ONE))
    ]


def _hits(
    connection: sqlite3.Connection,
    prints: Prints,
    shared: dict[int, set[str]],
    nums: list[int],
) -> list[Hit]:
    if not nums:
        return []
    rows = connection.execute(_HEADS, (json.dumps(nums),)).fetchall()
    stored = np.array([np.frombuffer(row[2], dtype="<u4") for row in rows])
    own = np.array(prints.signature, dtype="<u4")
    overlaps = (stored == own).mean(axis=1)
    hits = [
        Hit(row[1], float(overlap), frozenset(shared.get(row[0], ())))
        for row, overlap in zip(rows, overlaps, strict=True)
        if overlap >= _LEAST_OVERLAP or row[0] in shared
    ]
    hits.sort(key=lambda hit: (-hit.overlap, -len(hit.shared), hit.id))
    return hits[:_MOST_HITS]
