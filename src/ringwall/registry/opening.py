"""Opening the ledger of an institute: what has to hold before anybody reads or writes.

Must never give out a ledger for writing that is behind its second place, or whose key
is not the one in force.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.committing.recovery import recover
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.older_shape import add_desk
from ringwall.ledger.publication.anchor import Anchor, held_in
from ringwall.ledger.publication.epochs import Keys, check_in_force, recorded_epochs
from ringwall.ledger.publication.rotation import keys_on_record
from ringwall.ledger.store import Store
from ringwall.model.events import anchor_begun
from ringwall.model.settings import Settings
from ringwall.registry.growing import check_key, check_settings
from ringwall.registry.institute_folder import read_signing_key, read_verifier
from ringwall.registry.key_files import KeyFiles
from ringwall.registry.rotating import KeyRing, settle_keys
from ringwall.registry.second_place import FOUND, check_second_place, named_place
from ringwall.signing.keys import SigningKey, VerifierKey

__all__ = ["LASTING", "LedgerPlace", "open_for_reading", "open_for_writing"]

LASTING = ("tiers", "origin")
"""The settings that have to be those on record."""


class LedgerPlace(NamedTuple):
    """Where an institute has its ledger, and what it says of it.

    Attributes:
        folder: of the institute.
        settings: what its `ringwall.toml` says.
    """

    folder: Path
    settings: Settings

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / self.settings.store

    @property
    def anchor(self) -> Path | None:
        """The second place, None if there is none."""
        anchor = self.settings.anchor
        return None if anchor is None else self.folder / anchor


def open_for_reading(place: LedgerPlace, lasting: Sequence[str] = LASTING) -> Ledger:
    """Return the ledger for reading, its head and its first entry checked.

    Args:
        place: where it is.
        lasting: the settings that have to be those on record.

    Raises:
        ConfigurationError: a key or the ledger is missing, or `settings-differ`.
        IntegrityError: what is stored is not what was signed; `key-not-on-record`.
    """
    verifier = read_verifier(place.folder)
    ledger = Ledger(place.path, verifier, place.settings.origin)
    return _checked(ledger, place, lasting)


def open_for_writing(
    place: LedgerPlace,
    clock: Clock,
    lasting: Sequence[str] = LASTING,
    *,
    is_anchored: bool = True,
) -> Ledger:
    """Return the ledger for writing; as for reading, and what broke off is settled.

    A change of keys is finished or undone, the log compared with its second place,
    which goes on record if it is not yet, and after writers that ended uncleanly an
    entry says which of theirs may never have been acknowledged. A ledger of before the
    incident desk gets its tables.

    Args:
        place: where it is.
        clock: gives the instant of that entry.
        lasting: the settings that have to be those on record.
        is_anchored: False to leave the second place, and what is on record of it,
            alone.

    Raises:
        ConfigurationError: as `open_for_reading`; or as `check_second_place`.
        RecordUnavailable: it can't be written, or signed with the key there is; or
            its second place is missing.
        IntegrityError: as `open_for_reading`; or the log is not the one that the
            second place has seen.
    """
    anchor = place.anchor if is_anchored else None
    verifier, key = _settled_keys(place, lasting, is_anchored=is_anchored)
    ledger = Ledger(place.path, verifier, place.settings.origin, key, anchor)
    _checked(ledger, place, lasting)
    try:
        add_desk(ledger.store)
        with ledger.store.reading() as connection:
            check_in_force(connection, verifier)
        is_new = is_anchored and _is_new_place(ledger.store, place, verifier)
        recover(ledger.store, key, ledger.keys, ledger.anchor, clock.now())
        if is_new:
            named = named_place(place.settings)
            ledger.append([anchor_begun(clock.now(), FOUND, named)])
    except BaseException:
        ledger.close()
        raise
    return ledger


def _checked(ledger: Ledger, place: LedgerPlace, lasting: Sequence[str]) -> Ledger:
    try:
        # First, since a head never fits settings that are not the ledger's.
        recorded = ledger.institute()
        check_settings(place.settings, recorded, lasting)
        with ledger.store.reading() as connection:
            epochs = recorded_epochs(connection).epochs
        check_key(ledger.verifier, [epoch.verifier for epoch in epochs])
        ledger.head()
    except BaseException:
        ledger.close()
        raise
    return ledger


def _is_new_place(store: Store, place: LedgerPlace, verifier: VerifierKey) -> bool:
    """As `check_second_place`, on a record that the signed head vouches for."""
    # The row that tells of a second place can be taken out of its table.
    keys_on_record(store, verifier, place.settings.origin)
    return check_second_place(store, place.settings)


def _settled_keys(
    place: LedgerPlace, lasting: Sequence[str], *, is_anchored: bool
) -> tuple[VerifierKey, SigningKey]:
    """Return the log's keys; of two that are changed meanwhile those that follow."""
    _settle(place, lasting, is_anchored=is_anchored)
    verifier = read_verifier(place.folder)
    try:
        return verifier, read_signing_key(place.folder, verifier)
    except RecordUnavailable:
        _settle(place, lasting, is_anchored=is_anchored)
        later = read_verifier(place.folder)
        if later == verifier:
            raise
        return later, read_signing_key(place.folder, later)


def _settle(place: LedgerPlace, lasting: Sequence[str], *, is_anchored: bool) -> None:
    files = KeyFiles(place.folder)
    if files.is_settled():
        return
    # Whatever is wrong otherwise is told as it always is.
    open_for_reading(place, lasting).close()
    store = Store(place.path, writable=True)
    try:
        origin = place.settings.origin
        second = None
        if is_anchored:
            _is_new_place(store, place, read_verifier(place.folder))
        if is_anchored and place.anchor is not None:
            keys = Keys(read_verifier(place.folder), origin)
            second = Anchor(place.anchor, held_in(store, keys))
        settle_keys(KeyRing(files, store, origin, second))
    finally:
        store.close()
