"""The desk of an institute, open for one command."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringwall.grants.desk import GrantsDesk
    from ringwall.institute import Institute

__all__ = ["grants_desk"]


@contextmanager
def grants_desk(
    institute: "Institute", *, writable: bool = True
) -> "Iterator[GrantsDesk]":
    """Open the desk for grants, and close it behind the command."""
    desk = institute.grants(writable=writable)
    try:
        yield desk
    finally:
        desk.close()
