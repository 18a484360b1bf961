"""The clock rules that come with ringwall."""

import shutil
from pathlib import Path

import pytest

from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.reader import read_clocks
from ringwall.shipped import shipped_path


@pytest.fixture(scope="session")
def shipped_clocks() -> ClockBook:
    """Return them, read."""
    return read_clocks(shipped_path("raid") / "clocks")


@pytest.fixture
def clocks_folder(tmp_path: Path) -> Path:
    """Return a copy of their folder that a test may change."""
    folder = tmp_path / "clocks"
    shutil.copytree(shipped_path("raid") / "clocks", folder)
    return folder
