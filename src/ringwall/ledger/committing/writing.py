"""All that one process needs to append to a log, put together and taken down in order.

Must never strike a writer's presence before its row: a row without presence says that
its process came to a bad end.
"""

from ringwall.base.errors import RecordUnavailable, RingwallError
from ringwall.ledger.committing.committer import Committer
from ringwall.ledger.committing.presence import Presence
from ringwall.ledger.committing.writer_claims import sign_claim
from ringwall.ledger.committing.writers import new_writer
from ringwall.ledger.head import read_head
from ringwall.ledger.publication.anchor import Anchor
from ringwall.ledger.publication.publisher import Publisher
from ringwall.ledger.store import Store
from ringwall.signing.keys import SigningKey

__all__ = ["Writing"]


class Writing:
    """A committer with its publisher and its presence.

    Args:
        store: opened for writing.
        key: signs heads and checkpoints.
        origin: name of the log.
        anchor: the second place; None if there is none.

    Raises:
        RecordUnavailable: `record-unavailable`, the folder can't be written.

    Attributes:
        committer: appends.
    """

    def __init__(
        self, store: Store, key: SigningKey, origin: str, anchor: Anchor | None
    ) -> None:
        writer = new_writer()
        try:
            claim = sign_claim(key, origin, writer.id, _size_of(store))
            self._presence = Presence(store.path, writer.id, claim)
        except OSError as error:
            raise RecordUnavailable(
                "record-unavailable",
                f"nothing can be written beside `{store.path}`: {error.strerror}",
                next_step="make the institute folder writable and give it free space",
            ) from error
        publisher = Publisher(key, origin, anchor)
        self.committer = Committer(store, key, origin, publisher, writer)
        publisher.call(self.committer.wake)

    def close(self) -> None:
        """Commit and publish what is pending, then be gone."""
        self.committer.close()
        self._presence.leave()


def _size_of(store: Store) -> int:
    """Return how long the log is said to be; 0 where that can't be read."""
    try:
        with store.reading() as connection:
            return read_head(connection).size
    except RingwallError:
        return 0  # whoever appends is told of it
