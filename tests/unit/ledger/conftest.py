"""A small ledger for each test of the ledger."""

from pathlib import Path

import pytest

from tests.fault.ledger_simulator import LedgerFile


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a short history in it, closed."""
    return LedgerFile(tmp_path)
