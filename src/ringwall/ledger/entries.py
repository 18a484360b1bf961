"""An entry of the log: the event as it is stored, its canonical bytes, its leaf hash.

What an entry says of people it says by tokens (`disclosures`). Must never give an
event back whose bytes are not those that were hashed.
"""

import hmac
from typing import NamedTuple

from ringwall.base.canonical import MAX_ENTRY_BYTES
from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosures import Disclosure, Pseudonyms, conceal
from ringwall.ledger.printable import shown
from ringwall.ledger.projections import RowPut, project
from ringwall.model.events import BASIS_KINDS, Event, load_event
from ringwall.tlog.hashing import leaf_hash

__all__ = ["Entry", "entry_changed", "is_leaf_of", "open_entry", "seal_entry"]


class Entry(NamedTuple):
    """One event ready to be appended.

    Attributes:
        event: what is recorded, people by their tokens.
        data: its canonical bytes; those hashed are those stored.
        leaf: 32-byte leaf hash.
        puts: the rows that it puts, as if it stood at index 0.
        moves_basis: whether later decisions rest on it.
        disclosures: what its tokens stand for.
    """

    event: Event
    data: bytes
    leaf: bytes
    puts: tuple[RowPut, ...]
    moves_basis: bool
    disclosures: tuple[Disclosure, ...]


def seal_entry(event: Event, people: Pseudonyms) -> Entry:
    """Return the entry of an event.

    Args:
        event: in plain words.
        people: gives the tokens of people.

    Raises:
        ValueError: the event has no canonical form, exceeds 60 KiB, or is not
            what its kind has to be; refused here, it can't spoil the batch of
            others.
    """
    concealed, data, disclosures = conceal(event, people)
    puts = project(0, concealed)
    size = max(len(data), *(len(disclosure.value) for disclosure in disclosures), 0)
    if size > MAX_ENTRY_BYTES:
        raise ValueError(f"an entry of {size} bytes exceeds {MAX_ENTRY_BYTES}")
    moves = event["kind"] in BASIS_KINDS
    return Entry(concealed, data, leaf_hash(data), puts, moves, disclosures)


def open_entry(
    index: int, leaf: object, data: object
) -> tuple[Event, tuple[RowPut, ...]]:
    """Return the event of a stored entry, as it is stored, and the rows it puts.

    Args:
        index: where it stands.
        leaf: what is stored as its leaf hash, of whatever type.
        data: what is stored as its bytes, of whatever type.

    Raises:
        IntegrityError: `entry-changed`, the bytes do not match the hash;
            `entry-unreadable`, they are no event.
    """
    if not isinstance(data, bytes) or not is_leaf_of(leaf, data):
        raise entry_changed(index)
    try:
        event = load_event(data)
        return event, project(index, event)
    except ValueError as error:
        raise IntegrityError(
            "entry-unreadable",
            f"entry {index} is not an event: {shown(error)}",
            next_step="run `ringwall audit verify`",
        ) from error


def is_leaf_of(leaf: object, data: object) -> bool:
    """Return whether something stored is the leaf hash of something else stored."""
    if not isinstance(leaf, bytes) or not isinstance(data, bytes):
        return False
    return hmac.compare_digest(leaf_hash(data), leaf)


def entry_changed(index: int) -> IntegrityError:
    """Return the error that an entry's bytes do not match its leaf hash."""
    return IntegrityError(
        "entry-changed",
        f"the stored bytes of entry {index} do not match their leaf hash",
        next_step="run `ringwall audit verify`",
    )
