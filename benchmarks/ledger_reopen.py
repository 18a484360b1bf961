"""How long a log that was not closed takes to open again, by the length of its tail.

python -m benchmarks.ledger_reopen [ENTRIES...]
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import delete, insert

from benchmarks.ledger_verify import KEY, ORIGIN, write_log
from ringwall.ledger.committing.recovery import recover
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.schema import CHECKPOINT, WRITER
from ringwall.ledger.store import Store

__all__ = ["ReopenTimes", "measure_reopen"]

SIZES: Final = (1_000, 20_000, 200_000)
ROUNDS: Final = 3
_AT: Final = 1_800_000_000_000_000


class ReopenTimes(NamedTuple):
    """What it took to recover a log.

    Attributes:
        entries: since the last checkpoint.
        seconds: by the clock.
        processor: seconds of one core.
    """

    entries: int
    seconds: float
    processor: float

    @property
    def bar(self) -> float:
        """Most seconds that it may take."""
        return 0.5 + 2e-6 * self.entries


def measure_reopen(path: Path) -> ReopenTimes:
    """Recover a log that `write_log` wrote as if its writer had been killed.

    Args:
        path: of the ledger; all its checkpoints but the first are taken away.
    """
    _leave_behind(path)
    ledger = Ledger(path, KEY.verifier(), ORIGIN, KEY)
    start, processor = time.perf_counter(), time.process_time()
    found = recover(ledger.store, KEY, ledger.keys, None, _AT)
    took = time.perf_counter() - start, time.process_time() - processor
    ledger.close()
    if found is None:
        raise SystemExit("nothing was recovered")
    return ReopenTimes(found.size - found.first, *took)


def _leave_behind(path: Path) -> None:
    """Make a closed log look as after a kill."""
    store = Store(path, writable=True)
    with store.writing() as connection:
        connection.execute(delete(CHECKPOINT).where(CHECKPOINT.c.size > 256))
        gone = {"id": "0" * 32, "pid": 7, "since": "2027-01-15T08:00:00Z", "size": 256}
        connection.execute(insert(WRITER), gone)
    store.close()


def _main(words: Sequence[str]) -> None:
    for entries in [int(word) for word in words] or SIZES:
        rounds = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "ledger.db"
                write_log(path, entries)
                rounds.append(measure_reopen(path))
        seconds = statistics.median(taken.seconds for taken in rounds)
        processor = statistics.median(taken.processor for taken in rounds)
        print(
            f"{rounds[0].entries:,} entries since the last checkpoint: {seconds:.2f} s "
            f"({processor:.2f} s of a core; bar {rounds[0].bar:.2f} s)"
        )


if __name__ == "__main__":
    _main(sys.argv[1:])
