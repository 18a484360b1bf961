"""A log whose key has changed, at every stage of the change and with every fault."""

from pathlib import Path

from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.publication.rotation import announce_key, close_epoch
from ringwall.ledger.store import Store
from ringwall.signing.keys import SigningKey
from tests.fault.ledger_simulator import AT, HISTORY, KEY, ORIGIN, LedgerFile, decision

KEYS = tuple(SigningKey(ORIGIN, bytes([number]) * 32) for number in range(7, 12))
"""Keys that a log changes to, in their order."""


class RotatedFile(LedgerFile):
    """A log that changes its key; the one in force is the last of `held`.

    Args:
        folder: where to make it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, HISTORY)
        self.held = [KEY]

    def announce(self) -> int:
        """Announce the next key; return the index of the entry."""
        old, new = self.held[-1], KEYS[len(self.held) - 1]
        store = Store(self.path, writable=True)
        try:
            index = announce_key(store, old, ORIGIN, new.verifier(), AT)
        finally:
            store.close()
        self.held.append(new)
        return index

    def close(self) -> None:
        """Publish the tree that the announcement closes."""
        old, new = self.held[-2:]
        store = Store(self.path, writable=True)
        try:
            close_epoch(store, old, new, Keys(old.verifier(), ORIGIN), None)
        finally:
            store.close()

    def rotate(self) -> int:
        """Change the key; return the index of the entry that says so."""
        index = self.announce()
        self.close()
        return index

    def grow(self, count: int = 1) -> None:
        """Append under the key in force."""
        key = self.held[-1]
        ledger = Ledger(self.path, key.verifier(), ORIGIN, key)
        try:
            for number in range(count):
                ledger.append([decision(f"dec-new-{number}")])
        finally:
            ledger.close()

    def trusting(self, key: SigningKey) -> Ledger:
        """Return the ledger for a reader who trusts one key."""
        return Ledger(self.path, key.verifier(), ORIGIN)
