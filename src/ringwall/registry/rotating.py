"""An institute changes the key of its log, and what was broken off is finished.

The new key is written down, announced and sealed by the old one, and only then put in
its place. Must never erase a key that the log has announced, nor keep one that it has
taken leave of.
"""

from typing import NamedTuple

from ringwall.ledger.publication.anchor import Anchor
from ringwall.ledger.publication.epochs import Keys, check_in_force
from ringwall.ledger.publication.rotation import (
    announce_key,
    close_epoch,
    keys_on_record,
)
from ringwall.ledger.store import Store
from ringwall.registry.key_files import KeyFiles
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    format_vkey,
    generate_signing_key,
)

__all__ = ["KeyRing", "Rotation", "rotate_key", "settle_keys"]


class KeyRing(NamedTuple):
    """What a change of keys works on.

    Attributes:
        files: the keys in the folder.
        store: of the log, opened for writing.
        origin: the log's name.
        anchor: the second place; None if there is none.
    """

    files: KeyFiles
    store: Store
    origin: str
    anchor: Anchor | None


class Rotation(NamedTuple):
    """A key that is in force from now on.

    Attributes:
        entry: index of the entry that announced it.
        vkey: text of the public key.
    """

    entry: int
    vkey: str


def rotate_key(ring: KeyRing, old: SigningKey, at: int) -> Rotation:
    """Give a log a new key and erase the old one.

    Whatever breaks off in between, `settle_keys` finishes or undoes.

    Args:
        ring: the log and its keys.
        old: the secret key in force.
        at: the present instant.

    Raises:
        RecordUnavailable: `key-rotated`, somebody was faster; or something can't be
            written.
        IntegrityError: what is stored is not what was signed.
    """
    with ring.files.locked():
        _settle_what_is_left(ring)
        with ring.store.reading() as connection:
            check_in_force(connection, old.verifier())
        new = generate_signing_key(ring.origin)
        ring.files.put_next(new)
        entry = announce_key(ring.store, old, ring.origin, new.verifier(), at)
        _finish(ring, old, new, old.verifier())
    return Rotation(entry, format_vkey(new.verifier()))


def settle_keys(ring: KeyRing) -> None:
    """Finish or undo a change of keys that was broken off.

    One that is under way in another process is waited for. What is not the trace of
    one stays as it is, for whoever opens the log to refuse.

    Raises:
        RecordUnavailable: `ledger-busy`, the other one takes too long; or something
            can't be written.
        IntegrityError: what is stored is not what was signed.
    """
    if ring.files.is_settled():
        return
    with ring.files.locked():
        _settle_what_is_left(ring)


def _settle_what_is_left(ring: KeyRing) -> None:
    told = ring.files.told()
    if told is not None and not ring.files.is_settled():
        _settle(ring, told)


def _settle(ring: KeyRing, told: VerifierKey) -> None:
    epochs = keys_on_record(ring.store, told, ring.origin).epochs
    in_force = epochs[-1].verifier
    current, following = ring.files.current(), ring.files.next()
    if current is not None and current.verifier() == in_force:
        ring.files.drop_next()
        if told != in_force:
            ring.files.tell(in_force)
    elif following is not None and following.verifier() == in_force and len(epochs) > 1:
        is_old = current is not None and current.verifier() == epochs[-2].verifier
        _finish(ring, current if is_old else None, following, told)


def _finish(
    ring: KeyRing, old: SigningKey | None, new: SigningKey, told: VerifierKey
) -> None:
    close_epoch(ring.store, old, new, Keys(told, ring.origin), ring.anchor)
    ring.files.install_next()
    ring.files.tell(new.verifier())
