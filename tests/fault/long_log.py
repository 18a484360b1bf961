"""A ledger of hundreds of entries, with a checkpoint each 256: what tiles are for."""

from pathlib import Path

from benchmarks.ledger_verify import write_log
from tests.fault.ledger_simulator import LedgerFile, decision

__all__ = ["LongLog"]


class LongLog(LedgerFile):
    """A ledger of decisions, signed by the simulator's key.

    Args:
        folder: where to make it.
        entries: how many.
    """

    def __init__(self, folder: Path, entries: int) -> None:  # made in one go
        self.path = folder / "ledger.db"
        write_log(self.path, entries)

    def grow(self, count: int) -> None:
        """Append decisions, and publish a checkpoint behind them."""
        [(size,)] = self.query("SELECT size FROM head")
        with self.opened() as ledger:
            ledger.append([decision(f"dec-{size + n}") for n in range(count)])
