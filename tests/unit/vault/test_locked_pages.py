"""Pages are held in memory, or it is said that they can't be."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.vault.locked_pages import LockedPages, read_swaps

SIZE = 16 * os.sysconf("SC_PAGE_SIZE")
HEADING = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.fixture
def handle() -> Iterator[int]:
    handle = os.memfd_create("test", os.MFD_CLOEXEC)
    yield handle
    os.close(handle)


def locked() -> int:
    """Return how many bytes of this process are locked."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmLck:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the kernel says nothing of it")


def test_pages_are_locked_until_they_are_let_go(handle: int) -> None:
    os.truncate(handle, SIZE)
    before = locked()

    with LockedPages(handle, SIZE) as pages:
        assert locked() == before + SIZE
        os.pwrite(handle, b"written later", 0)
        assert os.pread(handle, 7, 0) == b"written"

    assert locked() == before
    pages.close()
    assert locked() == before


def test_what_is_no_file_can_not_be_mapped() -> None:
    with pytest.raises(OSError, match="descriptor"):
        LockedPages(-1, SIZE)


def test_pages_that_can_not_be_locked_are_let_go_of(handle: int) -> None:
    before = len(Path("/proc/self/maps").read_text().splitlines())

    # There is nothing in the file that could stay in memory.
    with pytest.raises(OSError, match="memory"):
        LockedPages(handle, SIZE)

    assert len(Path("/proc/self/maps").read_text().splitlines()) == before


def test_the_swap_areas_in_use_are_those_below_the_heading(tmp_path: Path) -> None:
    listing = tmp_path / "swaps"
    listing.write_text(f"{HEADING}/dev/dm-1   partition 1 0 -2\n/swap file 1 0 -3\n\n")

    assert read_swaps(listing) == ("/dev/dm-1", "/swap")


@pytest.mark.parametrize("text", ["", HEADING])
def test_a_machine_without_swap_has_none(tmp_path: Path, text: str) -> None:
    listing = tmp_path / "swaps"
    listing.write_text(text)

    assert read_swaps(listing) == ()


def test_where_nothing_tells_of_swap_it_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_swaps(tmp_path / "swaps")
