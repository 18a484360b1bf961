"""An entry on its way into the log: the event, its canonical bytes, its leaf hash."""

from typing import NamedTuple

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.model.events import BASIS_KINDS, Event
from ringwall.tlog.hashing import leaf_hash

__all__ = ["Entry", "seal_entry"]


class Entry(NamedTuple):
    """One event ready to be appended; the bytes hashed are the bytes stored."""

    event: Event
    data: bytes
    leaf: bytes

    @property
    def moves_basis(self) -> bool:
        """Whether later decisions rest on it."""
        return self.event["kind"] in BASIS_KINDS


def seal_entry(event: Event) -> Entry:
    """Return the entry of an event.

    Raises:
        ValueError: the event has no canonical form or exceeds 60 KiB.
    """
    data = dump_canonical(event)
    if len(data) > MAX_ENTRY_BYTES:
        raise ValueError(f"an entry of {len(data)} bytes exceeds {MAX_ENTRY_BYTES}")
    return Entry(event, data, leaf_hash(data))
