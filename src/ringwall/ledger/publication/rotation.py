"""A log changes its key: the old one announces the new one and closes its own epoch.

The new key vouches for the tree that announces it, beside the old one, so that from
then on either leads to the other. Must never leave an epoch without the checkpoint
that closes it, nor sign that by a key which is not the epoch's own.
"""

from typing import Final

from sqlalchemy import Connection

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.entries import seal_entry
from ringwall.ledger.founded import table_differs
from ringwall.ledger.head import read_head
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.memory.disclosures import Pseudonyms
from ringwall.ledger.publication.anchor import Anchor
from ringwall.ledger.publication.epochs import Keys, recorded_epochs
from ringwall.ledger.publication.published import publish, published_at, republish
from ringwall.ledger.shape import check_shape
from ringwall.ledger.store import Store
from ringwall.ledger.tree import check_begins, root_at
from ringwall.model.events import key_rotated
from ringwall.signing.keys import SigningKey, VerifierKey, format_vkey
from ringwall.signing.notes import SignatureLine, join_line
from ringwall.tlog.checkpoints import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    sign_checkpoint,
)
from ringwall.tlog.epochs import Epochs

__all__ = ["announce_key", "close_epoch", "keys_on_record"]

_NOBODY: Final = Pseudonyms(lambda _: None)


def keys_on_record(store: Store, trusted: VerifierKey, origin: str) -> Epochs:
    """Return the keys that the log has had, as the signed head vouches for them.

    Raises:
        IntegrityError: `table-differs`, the tables are not those that were signed
            for; or as `Keys.open_head`.
    """
    with store.reading() as connection:
        head = read_head(connection)
        Keys(trusted, origin).open_head(connection, head)
        basis = stored_basis(connection)
        if (basis.last, basis.tally) != (head.basis, head.tally):
            raise table_differs("epoch", "it is not the one that was signed for")
        return recorded_epochs(connection)


def announce_key(
    store: Store, old: SigningKey, origin: str, new: VerifierKey, at: int
) -> int:
    """Append the entry that ends an epoch, sealed by the key that it takes leave of.

    From then on no writer with the old key appends anything (`key-rotated`).

    Args:
        store: opened for writing.
        old: the key in force.
        origin: the log's name.
        new: what is announced; its private half is kept durably already.
        at: the present instant.

    Returns:
        The index of the entry.

    Raises:
        RecordUnavailable: `key-rotated`, somebody was faster; or as `Store.writing`.
        IntegrityError: what is stored is not what was signed.
    """
    entry = seal_entry(key_rotated(at, format_vkey(new)), _NOBODY)
    with store.writing() as connection:
        check_shape(connection)
        tip = Tip.read(connection, old, origin)
        tip.extended(connection, [entry], old, origin)
    # As the committer does it after what moves the basis.
    store.fold(at_once=True)
    return tip.head.size


def close_epoch(
    store: Store,
    old: SigningKey | None,
    new: SigningKey,
    keys: Keys,
    anchor: Anchor | None,
) -> None:
    """Publish the tree at which an epoch ends, signed by its key and by the next.

    What was done before is not done again, so that it goes on where it broke off.

    Args:
        store: opened for writing; the last epoch on record is that of `new`.
        old: the key of the epoch before; None if it can't be used any more.
        new: the key in force.
        keys: opens what is signed.
        anchor: the second place; None if there is none.

    Raises:
        RecordUnavailable: `epoch-unclosed`, only the old key could sign and it can't
            be used; or it can't be written.
        IntegrityError: what is stored is not what was signed.
    """
    with store.reading() as connection:
        closing, note = _closing(connection, keys)
    is_stored = note is not None
    if note is None:
        note = _signed(closing, old)
        if anchor is not None:
            anchor.advance(closing, note)
    joined = _joined(note, closing, new)
    if is_stored and joined == note:
        return
    with store.writing() as connection:
        publish(connection, closing.size, joined)
        republish(connection, closing.size, joined)


def _closing(connection: Connection, keys: Keys) -> tuple[Checkpoint, bytes | None]:
    """Return the tree at which the last epoch but one ends, and its note if stored."""
    head = read_head(connection)
    keys.open_head(connection, head)
    epochs = recorded_epochs(connection)
    size = epochs.epochs[-1].start
    stored = published_at(connection, size)
    if stored is not None:
        return epochs.open_at(stored.note, keys.origin), stored.note
    closing = Checkpoint(keys.origin, size, root_at(connection, size))
    check_begins(connection, (size, closing.root), (head.size, head.root))
    return closing, None


def _signed(closing: Checkpoint, old: SigningKey | None) -> bytes:
    if old is None:
        raise RecordUnavailable(
            "epoch-unclosed",
            f"the checkpoint of {closing.size} entries lacks the signature of the key"
            " that ended there",
            next_step="restore `keys/log.key` from its safe copy, then open it again",
        )
    return sign_checkpoint(closing, old)


def _joined(note: bytes, closing: Checkpoint, new: SigningKey) -> bytes:
    """Return the note with the line of the new key, which shows that it is held."""
    message = format_checkpoint(closing).encode()
    verifier = new.verifier()
    line = SignatureLine(new.name, verifier.key_id, new.sign(message))
    joined = join_line(note, line)
    open_checkpoint(joined, verifier, closing.origin)
    return joined
