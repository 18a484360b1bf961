"""Memory for sealed and opened chunks, and how it is overwritten.

Fresh pages come from the kernel, are left out of core dumps, and are never zeroed
twice. Overwriting reaches this buffer only: Python may have made copies elsewhere.
"""

import mmap
from typing import Final

__all__ = ["fresh_buffer", "wipe"]

_ZEROS: Final = bytes(64 * 1024)
_LARGE: Final = 512 * 1024
_PAGE: Final = 2 * 1024 * 1024


def fresh_buffer(length: int) -> memoryview:
    """Return writable memory of so many zero bytes.

    It belongs to this process alone. Pages are large where the kernel allows that,
    since the faults of small ones cost more than the decryption.
    """
    if length == 0:
        return memoryview(bytearray())
    # The kernel aligns to large pages what is made of whole ones.
    room = -(-length // _PAGE) * _PAGE if length >= _LARGE else length
    pages = mmap.mmap(-1, room, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    _advise(pages, mmap.MADV_DONTDUMP)
    if length >= _LARGE:
        _advise(pages, mmap.MADV_HUGEPAGE)
    return memoryview(pages)[:length]


def wipe(view: memoryview) -> None:
    """Overwrite a buffer of bytes with zeros."""
    for start in range(0, len(view), len(_ZEROS)):
        piece = view[start : start + len(_ZEROS)]
        piece[:] = _ZEROS[: len(piece)]


def _advise(pages: mmap.mmap, advice: int) -> None:
    """Tell the kernel; one that was built without the feature says no."""
    try:
        pages.madvise(advice)
    except OSError:
        return
