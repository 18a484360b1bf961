"""Placing and lifting decoys: assets that nobody has a reason to ask for.

Must never put the id of one on record with its mark, make a second key while decoys
of the first are on record, nor let one go without the name of who let it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ringwall.base.clock import Clock
from ringwall.base.errors import ConfigurationError, RecordUnavailable, UnknownItem
from ringwall.ledger.facts import entities_of
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.spending import Spending
from ringwall.matters.decoys import Decoys
from ringwall.model.assets import Asset
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.model.matter_events import decoy_lifted, decoy_placed
from ringwall.registry.decoy_key import decoy_key_file, make_decoy_key, read_decoy_key
from ringwall.registry.on_record import read_on_record
from ringwall.registry.recorders import check_recorder
from ringwall.signing.decoy_marks import decoy_mark, key_mark

__all__ = ["DecoyDesk", "KnownDecoy"]


class KnownDecoy(NamedTuple):
    """A decoy that the key tells of.

    Attributes:
        asset: its id.
        is_on_record: whether the registry still holds it; if not, who looks for
            assets does not find it.
    """

    asset: str
    is_on_record: bool


class DecoyDesk:
    """Places, lifts and lists decoys; for the few who may read their key.

    Args:
        ledger: opened for writing; for reading it can still list.
        folder: of the institute; holds the key.
        clock: gives the instant of the events.
    """

    def __init__(self, ledger: Ledger, folder: Path, clock: Clock) -> None:
        self._ledger = ledger
        self._folder = folder
        self._clock = clock

    def place(self, asset: str, by: str) -> Receipt | None:
        """Make a decoy of an asset on record; the first one makes the key, too.

        Args:
            asset: its id.
            by: id of the officer who places it.

        Returns:
            The receipt of the event; None if it is one already.

        Raises:
            UnknownItem: `unknown-asset`, no such asset is on record;
                `unknown-person`.
            ActRefused: as `check_recorder`.
            ConfigurationError: as `read_decoy_key`; or `decoy-key-differs`.
            RecordUnavailable: `folder-unwritable`, or the record can't be written.
        """
        self._check(by)
        if not self._is_asset(asset):
            raise UnknownItem(
                "unknown-asset",
                f"no asset `{asset[:128]}` is on record",
                next_step="declare it with `ringwall apply` as any other, then run it "
                "again",
            )
        decoys = self._decoys()
        key = self._key(decoys, make=True)
        own, mark = key_mark(key), decoy_mark(key, asset)
        if mark in decoys:
            return None
        marks = [mark] if own in decoys else [own, mark]
        return self._append(decoy_placed, marks, by)

    def lift(self, asset: str, by: str) -> Receipt | None:
        """Let a decoy be one no longer; the asset stays on record.

        Args:
            asset: its id.
            by: id of the officer who lifts it.

        Returns:
            The receipt of the event; None if it is none.

        Raises:
            UnknownItem: `unknown-person`.
            ActRefused: as `check_recorder`.
            ConfigurationError: as `read_decoy_key`; or `decoy-key-differs`.
            RecordUnavailable: the record can't be written.
        """
        self._check(by)
        decoys = self._decoys()
        mark = decoy_mark(self._key(decoys), asset)
        return self._append(decoy_lifted, [mark], by) if mark in decoys else None

    def lift_all(self, by: str) -> int:
        """Let no decoy be one any longer, whether or not their key is at hand.

        What a lost or stolen key leaves behind; the next decoy may have another key,
        once the file of the old one is gone.

        Args:
            by: id of the officer who lifts them.

        Returns:
            How many decoys there were.

        Raises:
            UnknownItem: `unknown-person`.
            ActRefused: as `check_recorder`.
            RecordUnavailable: the record can't be written.
        """
        self._check(by)
        marks = sorted(self._decoys().marks())
        if marks:
            self._append(decoy_lifted, marks, by)
        return max(len(marks) - 1, 0)  # one is the key's own

    def known(self) -> tuple[KnownDecoy, ...]:
        """Return the decoys, by id.

        Raises:
            ConfigurationError: as `read_decoy_key`; or `decoy-key-differs`.
            IntegrityError: the registry is not what the log says.
        """
        decoys = self._decoys()
        if not decoys:
            return ()
        key = self._key(decoys)
        documents = self._ledger.registry_since(-1).documents
        return tuple(
            KnownDecoy(entity, documents[entity] is not None)
            for entity in sorted(documents)
            if decoy_mark(key, entity) in decoys
        )

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _check(self, by: str) -> None:
        state = read_on_record(self._ledger, self._clock.now())
        check_recorder(state.person(by), state)

    def _decoys(self) -> Decoys:
        decoys = Decoys()

        def hear(index: int, event: Event) -> None:
            if event["kind"] in {"decoy.placed", "decoy.lifted"}:
                decoys.take_in(index, event)

        self._ledger.registry_since(-1, Spending(hear))
        return decoys

    def _is_asset(self, entity: str) -> bool:
        documents = self._ledger.registry_since(-1).documents
        return isinstance(entities_of(self._ledger.store, documents).get(entity), Asset)

    def _key(self, decoys: Decoys, *, make: bool = False) -> bytes:
        if make and not decoys and not decoy_key_file(self._folder).exists():
            try:
                return make_decoy_key(self._folder)
            except OSError as error:
                raise RecordUnavailable(
                    "folder-unwritable",
                    f"the key of the decoys can't be written: {error.strerror}",
                    next_step="give `keys/` space and permissions, then run it again",
                ) from error
        key = read_decoy_key(self._folder)
        if decoys and key_mark(key) not in decoys:
            path = decoy_key_file(self._folder)
            raise ConfigurationError(
                "decoy-key-differs",
                f"`{path}` is not the key of the decoys on record",
                next_step=f"restore `{path}` from its safe copy, and find out who "
                "replaced it",
            )
        return key

    def _append(
        self, build: Callable[[int, str, str], Event], marks: list[str], by: str
    ) -> Receipt:
        now = self._clock.now()
        return self._ledger.append([build(now, mark, by) for mark in marks])[-1]
