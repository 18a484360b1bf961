"""From a question to an open container: decided first, then looked for, then unlocked.

Who is denied learns nothing, not even whether there is a container. Must never look at
the disk, nor say what is on record, before the permit is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.errors import RecordUnavailable
from ringwall.gate.asker import Asker
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.model.decisions import Decision
from ringwall.model.requests import Reach
from ringwall.vault.container.reading import Unlocked
from ringwall.vault.container.slots import KeySlot
from ringwall.vault.damage import alarmed
from ringwall.vault.release import Act, Releases
from ringwall.vault.shelf import Shelf

__all__ = ["Opened", "Opening", "Permitted", "Wanted", "act_of"]

_ATTEMPTS: Final = 8


def _unbound(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be opened, and for what.

    Attributes:
        asset: id.
        file: its name; empty for the only one, or `model.safetensors`.
        action: e.g. `weights.read`.
        binds: gives the hex digest that a grant has to be bound to, of a container.
        handles: obligations that are going to be carried out.
        is_act: whether a permit is for one act on record: one that was interrupted
            goes on under the permit that it has used a grant for.
    """

    asset: str
    file: str
    action: str
    binds: Callable[[str], str] = _unbound
    handles: Sequence[str] = ()
    is_act: bool = False


class Permitted(NamedTuple):
    """A permit, what it is for, and the container on record."""

    permit: Decision
    act: Act
    record: ContainerRecord


class Opened(NamedTuple):
    """A container that a permit has opened.

    Attributes:
        permit: the decision.
        record: what is on record of the container.
        slot: from which the data key was taken.
        content: gives its bytes; to be closed.
    """

    permit: Decision
    record: ContainerRecord
    slot: KeySlot
    content: Unlocked


class Opening:
    """Opens containers for those who may.

    Args:
        gate: decides and records.
        shelf: knows the containers.
        releases: releases data keys.
    """

    def __init__(self, gate: Gatekeeper, shelf: Shelf, releases: Releases) -> None:
        self._gate = gate
        self._shelf = shelf
        self._releases = releases

    def open(self, asker: Asker, wanted: Wanted) -> Opened:
        """Decide, hold the container against its record, and unlock it.

        Raises:
            AccessDenied: the answer is no; nothing else is told.
            UnknownItem: `file-unknown`.
            RequestError: `file-ambiguous`; or a word is malformed.
            IntegrityError: the container is not the one on record, or damaged; the
                alarm is on record. Or the key's secret is wrong.
            ActRefused: `container-gone`.
            RecordUnavailable: `vault-unsettled`.
        """
        return self.unlock(self.permitted(asker, wanted))

    def permitted(self, asker: Asker, wanted: Wanted) -> Permitted:
        """Return the permit for a container, and the container that it is for.

        Raises:
            AccessDenied, UnknownItem, RequestError, IntegrityError,
                RecordUnavailable: as `open`; the disk is not looked at.
        """
        for _ in range(_ATTEMPTS):
            named = self._shelf.named(wanted.asset, wanted.file)
            act = None
            if isinstance(named, ContainerRecord):
                act = _act(asker, wanted, named)
            permit = self._ask(asker, wanted, act)
            # The permit was decided on what is on record by now, `named` maybe not.
            now = self._shelf.named(wanted.asset, wanted.file)
            if not isinstance(now, ContainerRecord):
                raise now
            if act is not None and act.reach.container == now.id:
                return Permitted(permit, act, now)
        raise RecordUnavailable(
            "vault-unsettled",
            "containers were replaced faster than one could be opened",
            next_step="ask again later",
        )

    def unlock(self, permitted: Permitted) -> Opened:
        """Return a container, unlocked; its permit is used up.

        Raises:
            IntegrityError, ActRefused: as `open`.
        """
        permit, act, _ = permitted
        on_disk = self._shelf.on_disk(permitted.record)
        reader = on_disk.reader
        try:
            data_key = self._releases.unwrap(
                permit, act, on_disk.slot, reader.header_digest
            )
            with alarmed(self._gate, on_disk.record.id):
                content = reader.unlock(lambda _: data_key, on_disk.slot)
        except BaseException:
            reader.close()
            raise
        return Opened(permit, on_disk.record, on_disk.slot, content)

    def _ask(self, asker: Asker, wanted: Wanted, act: Act | None) -> Decision:
        return asker.require(
            action=wanted.action,
            resource=wanted.asset,
            amount=0,
            reach=None if act is None else act.reach,
            binds="" if act is None else act.binds,
            handles=wanted.handles,
            continues="" if act is None else act.continues,
        )


def _act(asker: Asker, wanted: Wanted, record: ContainerRecord) -> Act:
    """Return what a permit has to be for, to open a container."""
    reach, binds = Reach(record.id, 0, 0), wanted.binds(record.id)
    begun = ""
    if wanted.is_act:
        begun = asker.interrupted(wanted.action, wanted.asset, binds)
    return Act(wanted.action, wanted.asset, reach, binds, begun)


def act_of(permit: Decision) -> str:
    """Return the id of the permit that an act is put on record with.

    One that goes on is of the permit that it began with, so that it is done once.
    """
    return permit.request.continues or permit.id
