"""The numbers of reports in a file beside the ledger, to find the alike ones fast.

Made anew from the ledger whenever it is missing, damaged or of another making. Must
never hold a text, and what it finds is a hint: whoever acts on it looks at the ledger.
"""

import json
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ringwall.raid.intake.alike.prints import PERMUTATIONS, Key, Prints

__all__ = ["Cache", "Entry", "Hit"]

_T = TypeVar("_T")
_VERSION: Final = "2"
# Of two reports of 60 words of which six differ, 24 bands find 99 of 100; each band
# more is one more page that is written for each report.
_BANDS: Final = 24
_ROWS: Final = 4
# Whole numbers of SQLite up to here take six bytes.
_WIDTH: Final = 47
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
CREATE TABLE posting (
    hash INTEGER NOT NULL, num INTEGER NOT NULL, PRIMARY KEY (hash, num)
) WITHOUT ROWID;
"""
_TABLES_THERE: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_HEADS: Final = (
    "SELECT num, head.id, signature FROM json_each(?) AS asked "
    "CROSS JOIN head ON num = asked.value"
)
_HEAD: Final = "INSERT OR IGNORE INTO head (id, signature) VALUES (?, ?)"
_POSTING: Final = "INSERT OR IGNORE INTO posting VALUES (?, ?)"
_MOST_AT_ONCE: Final = 1024
_SHARED: Final = (
    "SELECT hash, num FROM json_each(?) AS asked CROSS JOIN posting "
    "ON hash = asked.value LIMIT ?"
)
_NEWEST: Final = "SELECT num FROM posting WHERE hash = ? ORDER BY num DESC LIMIT ?"
# Pages that the log of the file takes before they are put in their places: the more
# at once, the fewer are written twice.
_PAGES: Final = 4000


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
                _put(connection, entries)
                if caught_up is not None:
                    _mark(connection, *caught_up)

        self._within(write)

    def look(self, prints: Prints) -> list[Hit]:
        """Return the reports that are most alike, the likeliest first."""

        def read(connection: sqlite3.Connection) -> list[Hit]:
            own = np.array(prints.signature, dtype="<u4")
            shared, banded = _sharers(connection, _bands(own), prints.marks)
            return _hits(connection, own, shared, [*{**shared, **banded}])

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
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        with connection:
            connection.execute("BEGIN EXCLUSIVE")
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                _make(connection)
    tables = {row[0] for row in connection.execute(_TABLES_THERE)}
    if not tables >= {"meta", "head", "posting"}:
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


def _put(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    postings: list[tuple[int, int]] = []
    for name, prints in entries:
        signature = np.array(prints.signature, dtype="<u4")
        made = connection.execute(_HEAD, (name, signature.tobytes()))
        if made.rowcount:
            num = int(made.lastrowid or 0)
            postings += [(band, num) for band in _bands(signature)]
            postings += [(_key_hash(number), num) for _, number in prints.marks]
    # In their order those of many reports meet on the same pages.
    connection.executemany(_POSTING, sorted(postings))


def _mark(connection: sqlite3.Connection, index: int, name: str) -> None:
    row = connection.execute(
        "SELECT value FROM meta WHERE name = 'caught-up'"
    ).fetchone()
    if row is None or int(str(row[0]).partition(" ")[0]) < index:
        connection.execute(
            "INSERT OR REPLACE INTO meta VALUES ('caught-up', ?)", (f"{index} {name}",)
        )


def _bands(signature: NDArray[Any]) -> list[int]:
    """Return a number of `_WIDTH` bits for each band of a signature."""
    wide = signature[: _BANDS * _ROWS].astype(np.uint64).reshape(_BANDS, _ROWS)
    mixed = np.arange(1, _BANDS + 1, dtype=np.uint64)
    for row in range(_ROWS):
        # FNV-1a over the rows; wraps around, as it should.
        mixed = (mixed ^ wide[:, row]) * np.uint64(0x100000001B3)
        mixed ^= mixed >> np.uint64(29)
    found: list[int] = (mixed >> np.uint64(64 - _WIDTH)).tolist()
    return found


def _key_hash(number: int) -> int:
    """Return a mark's number of 63 bits in `_WIDTH` bits."""
    return number >> (63 - _WIDTH)


def _sharers(
    connection: sqlite3.Connection, bands: list[int], marks: Iterable[tuple[str, int]]
) -> tuple[dict[int, set[str]], dict[int, int]]:
    """Return who shares marks, with their kinds; and who bands, the most first."""
    kinds = {_key_hash(number): kind for kind, number in marks}
    shared: dict[int, set[str]] = {}
    counted: Counter[int] = Counter()
    for number, num in _postings(connection, [*bands, *kinds]):
        if number in kinds:
            shared.setdefault(num, set()).add(kinds[number])
        else:
            counted[num] += 1
    most = sorted(counted, key=lambda num: (-counted[num], -num))[:_MOST_COMPARED]
    return shared, {num: counted[num] for num in most}


def _postings(
    connection: sqlite3.Connection, wanted: Sequence[int]
) -> list[tuple[int, int]]:
    """Return number and report for each that has one of some numbers."""
    asked = (json.dumps(wanted), _MOST_AT_ONCE)
    found = connection.execute(_SHARED, asked).fetchall()
    if len(found) < _MOST_AT_ONCE:
        return found
    # Some are shared by very many; of each only the newest count.
    return [
        (number, num)
        for number in wanted
        for (num,) in connection.execute(_NEWEST, (number, _MOST_OF_ONE))
    ]


def _hits(
    connection: sqlite3.Connection,
    own: NDArray[Any],
    shared: dict[int, set[str]],
    nums: list[int],
) -> list[Hit]:
    if not nums:
        return []
    rows = connection.execute(_HEADS, (json.dumps(nums),)).fetchall()
    stored = np.frombuffer(b"".join(row[2] for row in rows), dtype="<u4")
    overlaps = (stored.reshape(len(rows), PERMUTATIONS) == own).mean(axis=1).tolist()
    hits = [
        Hit(row[1], overlap, frozenset(shared.get(row[0], ())))
        for row, overlap in zip(rows, overlaps, strict=True)
        if overlap >= _LEAST_OVERLAP or row[0] in shared
    ]
    hits.sort(key=lambda hit: (-hit.overlap, -len(hit.shared), hit.id))
    return hits[:_MOST_HITS]
