"""Thousands of decisions: in tables alone, without entries, and in a ledger."""

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection

from ringwall.base.clock import format_instant
from ringwall.ledger.slices import BLOCK
from ringwall.ledger.slicing import fill_slices
from ringwall.ledger.store import Store
from tests.fault.ledger_simulator import AT
from tests.fault.long_log import LongLog

__all__ = ["COLLIDING", "SIZE", "SlicedLog", "decided", "decision_rows"]

SIZE: Final = 3 * BLOCK + 500
"""Three blocks that are full, and one that is not."""
COLLIDING: Final = ("plumless", "buckeroo")
"""Two words that have the same CRC-32."""

_SECOND: Final = 1_000_000
_OUTCOMES: Final = (
    ("permit", "", "weights.read", "acc-1 acc-2"),
    ("permit", "", "weights.copy", "acc-2"),
    ("deny", "not-screened", "weights.read", "acc-3"),
    ("deny", 'a "code"\n\x00ä', "weights.read", ""),
)
_RARE: Final = ("deny", "rare", "weights.list", "acc-9")

_Row = tuple[Any, ...]


def decision_rows(seed: int = 1, size: int = SIZE) -> list[_Row]:
    """Return rows of the table of decisions; some places hold none."""
    random = Random(seed)
    rows: list[_Row] = []
    at = AT
    for index in range(size):
        at += random.choice((0, _SECOND, 7, -3 * _SECOND, 5 * _SECOND))
        if random.random() < 0.05:
            continue
        subject = random.choice(("a", "a", "a", "b", "ü", *COLLIDING))
        effect, code, action, rules = random.choice(_OUTCOMES)
        if index == BLOCK + 7:
            subject, (effect, code, action, rules) = "rare", _RARE
        name = f"dec-{random.randrange(size)}"
        resource = random.choice(("r", "s", *COLLIDING))
        said = (name, format_instant(at), subject, action, resource, "p")
        rows.append((index, *said, effect, code, rules))
    return rows


def decided(connection: Connection, rows: list[_Row]) -> None:
    """Put rows of decisions."""
    marks = ", ".join("?" * 10)
    connection.exec_driver_sql(f"INSERT INTO decision VALUES ({marks})", rows)  # noqa: S608 - our own names


class SlicedLog(LongLog):
    """A ledger of decisions that fill some blocks, and are sliced.

    Args:
        folder: where to make it.
        blocks: how many they fill; there are some more.
    """

    def __init__(self, folder: Path, blocks: int = 1) -> None:
        self.path = folder / "ledger.db"
        self.path.write_bytes(_written(blocks))

    def sliced(self) -> list[int]:
        """Return which blocks are."""
        found = self.query("SELECT number FROM block ORDER BY number")
        return [number for (number,) in found]

    def bare(self) -> "SlicedLog":
        """Take all slices away."""
        self.edit("DELETE FROM slice")
        self.edit("DELETE FROM block")
        return self


@cache
def _written(blocks: int) -> bytes:
    with TemporaryDirectory() as folder:
        log = LongLog(Path(folder), blocks * BLOCK + 50)
        store = Store(log.path, writable=True)
        with store.writing() as connection:
            fill_slices(connection, blocks * BLOCK)
        store.fold(at_once=True)
        store.close()
        return log.path.read_bytes()
