"""Pages of a file in memory that the kernel must not write to a swap area.

Must never say that they stay in memory where nothing makes sure of it.
"""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

__all__ = ["LockedPages", "read_swaps"]

_PROT_READ: Final = 0x1
_MAP_PRIVATE: Final = 0x2
_FAILED: Final = ctypes.c_void_p(-1).value
_SWAPS: Final = Path("/proc/swaps")


def read_swaps(listing: Path = _SWAPS) -> tuple[str, ...]:
    """Return the swap areas in use, as `/proc/swaps` names them.

    Raises:
        OSError: nothing says which there are.
    """
    # The first line is a heading.
    lines = listing.read_text("utf-8", errors="replace").splitlines()[1:]
    return tuple(line.split()[0] for line in lines if line.strip())


class LockedPages:
    """A mapping of a file in memory, for nothing but to keep its pages there.

    It is private and read-only, so that it stands in the way of no seal. The pages
    belong to the file: what is written to it elsewhere is held as well.

    Args:
        handle: descriptor of the file.
        size: bytes, at least 1.

    Raises:
        OSError: they can't be locked, by `RLIMIT_MEMLOCK` most likely.
    """

    def __init__(self, handle: int, size: int) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._size = ctypes.c_size_t(size)
        mapping = _typed(self._libc.mmap, ctypes.c_void_p)
        at = mapping(
            None, self._size, _PROT_READ, _MAP_PRIVATE, handle, ctypes.c_long(0)
        )
        if at == _FAILED:
            raise _error()
        self._at: ctypes.c_void_p | None = ctypes.c_void_p(at)
        # Faults every page in, too: it is there before anything is written to it.
        if self._libc.mlock(self._at, self._size):
            error = _error()
            self.close()
            raise error

    def close(self) -> None:
        """Let go of the pages."""
        if self._at is not None:
            self._libc.munmap(self._at, self._size)
            self._at = None

    def __enter__(self) -> Self:
        """Return the pages themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the pages."""
        self.close()


def _typed(
    function: "ctypes._NamedFuncPointer", kind: type[ctypes.c_void_p]
) -> Callable[..., int | None]:
    """Return a function of the C library that gives an address, not an `int`."""
    function.restype = kind
    return function


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
