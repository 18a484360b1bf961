"""A write-ahead log that somebody empties under a running gate: it stops at once."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.ledger import Ledger
from tests.fault.children import Child
from tests.fault.ledger_simulator import KEY, ORIGIN, VERIFIER, LedgerFile, decision

CUTS = (0, 32, 4152, 20_000)


def append_until_refused(file: LedgerFile, say: Callable[[object], None]) -> None:
    """Append and say what is acknowledged, then with what code no more is."""
    ledger = Ledger(file.path, VERIFIER, ORIGIN, KEY)
    try:
        while True:
            say(ledger.append([decision("dec-more", basis=8)])[0].index)
    except RecordUnavailable as error:
        say(error.code)
    while True:  # as a gate that denies from then on, and is not closed
        time.sleep(60)


@pytest.mark.parametrize("size", CUTS)
def test_a_process_whose_log_was_cut_records_no_more(tmp_path: Path, size: int) -> None:
    file = LedgerFile(tmp_path)
    wal = tmp_path / "ledger.db-wal"
    child = Child(lambda say: append_until_refused(file, say))
    lines = child.lines()
    try:
        for _ in range(40):
            next(lines)
        assert wal.stat().st_size > max(CUTS)
        os.truncate(wal, size)
        code = next(said for said in lines if isinstance(said, str))
    finally:
        child.kill()

    assert child.ended() == -signal.SIGKILL
    assert code == "ledger-shortened"
