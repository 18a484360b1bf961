"""Publishing the log as it stands, for whoever can't wait for the publisher.

Must never store a checkpoint before the second place has it.
"""

from ringwall.ledger.head import read_head
from ringwall.ledger.publication.anchor import Anchor
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.publication.published import Published, publish, published_at
from ringwall.ledger.store import Store
from ringwall.signing.keys import SigningKey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint

__all__ = ["publish_head"]


def publish_head(
    store: Store, key: SigningKey, keys: Keys, anchor: Anchor | None
) -> Published:
    """Return the checkpoint of the whole log; publish it first if there is none.

    Args:
        store: opened for writing.
        key: the one in force.
        keys: opens what is signed.
        anchor: the second place; None if there is none.

    Raises:
        RecordUnavailable: it can't be written, there or here.
        IntegrityError: as `Anchor.advance`; or what is stored is not what was signed.
    """
    with store.reading() as connection:
        head = read_head(connection)
        keys.open_head(connection, head)
        stored = published_at(connection, head.size)
        if stored is not None:
            keys.open_held(connection, head, stored.note)
            return stored
    checkpoint = Checkpoint(keys.origin, head.size, head.root)
    note = sign_checkpoint(checkpoint, key)
    if anchor is not None:
        anchor.advance(checkpoint, note)
    with store.writing() as connection:
        publish(connection, head.size, note)
    return Published(head.size, note)
