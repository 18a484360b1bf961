"""What an officer does for the log itself: publish it, change its key, anchor it anew.

Must never begin a second place where there is one, nor begin or end one without an
entry that says so.
"""

from ringwall.base.clock import Clock
from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import begin_anchor, check_free, held_in
from ringwall.ledger.publication.epochs import check_in_force
from ringwall.ledger.publication.published import Published, last_published
from ringwall.ledger.publication.publishing import publish_head
from ringwall.ledger.publication.recorded_place import recorded_place
from ringwall.model.events import anchor_begun, anchor_ended
from ringwall.registry.institute_folder import read_signing_key
from ringwall.registry.key_files import KeyFiles
from ringwall.registry.opening import LedgerPlace, open_for_reading, open_for_writing
from ringwall.registry.rotating import KeyRing, Rotation, rotate_key
from ringwall.registry.second_place import named_place
from ringwall.signing.keys import SigningKey

__all__ = ["anchor_anew", "anchor_end", "last_checkpoint", "publish_now", "rotate"]


def last_checkpoint(place: LedgerPlace) -> Published:
    """Return the checkpoint of the largest size, and that the log begins with it.

    Raises:
        UnknownItem: `checkpoint-unknown`, none has been published.
        ConfigurationError: the folder can't be used.
        IntegrityError: what is stored is not what was signed.
    """
    ledger = open_for_reading(place)
    try:
        with ledger.store.reading() as connection:
            published = last_published(connection)
        held_in(ledger.store, ledger.keys)(published.note)
    finally:
        ledger.close()
    return published


def publish_now(place: LedgerPlace, clock: Clock) -> None:
    """Publish a checkpoint of the whole log, unless there is one.

    Raises:
        ConfigurationError: the folder can't be used.
        RecordUnavailable: the log or its second place can't be written.
        IntegrityError: what is stored is not what was signed.
    """
    ledger = open_for_writing(place, clock)
    try:
        publish_head(ledger.store, _key(place, ledger), ledger.keys, ledger.anchor)
    finally:
        ledger.close()


def rotate(place: LedgerPlace, clock: Clock) -> Rotation:
    """Give the log a new key and erase the old one.

    Whoever has the institute open for writing must open it anew. Copies of the old
    key elsewhere can't sign anything that counts any more.

    Raises:
        ConfigurationError: the folder can't be used.
        RecordUnavailable: something can't be written; the next opening for writing
            finishes what was begun, or undoes it.
        IntegrityError: what is stored is not what was signed.
    """
    ledger = open_for_writing(place, clock)
    try:
        ring = KeyRing(
            KeyFiles(place.folder), ledger.store, ledger.origin, ledger.anchor
        )
        return rotate_key(ring, _key(place, ledger), clock.now())
    finally:
        ledger.close()


def anchor_anew(place: LedgerPlace, clock: Clock, reason: str) -> Published:
    """Begin a second place where there is none, as settings and record then say.

    Args:
        place: its settings name the file, which is not there.
        clock: gives the instant of the entry.
        reason: why, for whoever reads the record.

    Returns:
        The checkpoint that it begins with.

    Raises:
        ConfigurationError: `anchor-unset`, the settings name none; `anchor-in-use`,
            there is a file; or the folder can't be used.
        RecordUnavailable: something can't be written.
        IntegrityError: what is stored is not what was signed.
    """
    if place.anchor is None:
        raise ConfigurationError(
            "anchor-unset",
            "`ringwall.toml` names no second place",
            next_step='add a line such as `anchor = "/media/other/log.note"` to it',
        )
    check_free(place.anchor)
    ledger = open_for_writing(place, clock, is_anchored=False)
    try:
        named = named_place(place.settings)
        ledger.append([anchor_begun(clock.now(), reason, named)])
        published = publish_head(ledger.store, _key(place, ledger), ledger.keys, None)
        begin_anchor(place.anchor, published.note)
    finally:
        ledger.close()
    return published


def anchor_end(place: LedgerPlace, clock: Clock, reason: str) -> Published:
    """Record that the log goes on without a second place, as the settings say.

    Args:
        place: its settings name no second place any more.
        clock: gives the instant of the entry.
        reason: why, for whoever reads the record.

    Returns:
        The checkpoint that covers the entry.

    Raises:
        ConfigurationError: `anchor-set`, the settings name one; or
            `anchor-not-on-record`, there was none; or the folder can't be used.
        RecordUnavailable: something can't be written.
        IntegrityError: what is stored is not what was signed.
    """
    if place.anchor is not None:
        raise ConfigurationError(
            "anchor-set",
            "`ringwall.toml` names a second place",
            next_step="run `ringwall audit verify`, take its `anchor` line out, and "
            "try again",
        )
    ledger = open_for_writing(place, clock, is_anchored=False)
    try:
        recorded = recorded_place(ledger.store)
        if recorded is None or not recorded.place:
            raise ConfigurationError(
                "anchor-not-on-record",
                "the log has no second place on record, so none can end",
                next_step="leave it at that",
            )
        ledger.append([anchor_ended(clock.now(), reason)])
        return publish_head(ledger.store, _key(place, ledger), ledger.keys, None)
    finally:
        ledger.close()


def _key(place: LedgerPlace, ledger: Ledger) -> SigningKey:
    """Return the secret key; if another one is in force by now, say so.

    Raises:
        RecordUnavailable: `key-rotated`; or as `read_signing_key`.
    """
    try:
        return read_signing_key(place.folder, ledger.verifier)
    except RecordUnavailable:
        with ledger.store.reading() as connection:
            check_in_force(connection, ledger.verifier)
        raise
