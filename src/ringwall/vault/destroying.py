"""Destroying: a container is no more, on record before it is gone from the disk.

Its key slots are emptied, so that nobody unwraps a data key, then it is removed. Must
never touch a file that is not the container on record.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.gate.asker import Asker
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.matters.containers import ContainerRecord
from ringwall.model.events import Event
from ringwall.model.vault_events import vault_destroyed
from ringwall.vault.binding import binds_of
from ringwall.vault.mending import erase
from ringwall.vault.opening import act_of
from ringwall.vault.places import PART, Places

__all__ = ["Destroyed", "Destroying"]

_DELETE: Final = "weights.delete"


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A container that is no more.

    Attributes:
        container: its id.
        decision: id of the permit.
        erased: the files whose key slots were emptied and that were removed; none of
            a copy that is elsewhere.
    """

    container: str
    decision: str
    erased: tuple[Path, ...]


class Destroying:
    """Destroys containers at one enforcement point.

    Args:
        gate: decides and records.
        places: knows where containers lie.
    """

    def __init__(self, gate: Gatekeeper, places: Places) -> None:
        self._gate = gate
        self._places = places

    def destroy(
        self, asker: Asker, container: str, copy: Path | None = None
    ) -> Destroyed:
        """Decide, record, and erase what is there of a container.

        Run again for one that is on record as destroyed, it erases what was left.

        Args:
            asker: who asks; the purpose is recorded as the reason.
            container: its id.
            copy: where it lies, of a copy.

        Raises:
            UnknownItem: `unknown-container`.
            AccessDenied: the answer is no.
            ActRefused: `container-gone`, somebody else has destroyed it meanwhile.
            ConfigurationError: `container-unwritable`.
            RecordUnavailable: it could not be recorded, and is as it was.
        """
        record = self._gate.ground.matters.containers.get(container)
        if record is None:
            raise UnknownItem(
                "unknown-container",
                f"`{container[:40]}` is no container on record",
                next_step="see `ringwall vault inventory` for those that are",
            )
        binds = binds_of(record.id)
        is_begun = record.state == "destroyed"
        before = asker.begun if is_begun else asker.interrupted
        permit = asker.require(
            action=_DELETE,
            resource=record.asset,
            amount=0,
            binds=binds,
            continues=before(_DELETE, record.asset, binds),
        )
        if not is_begun:
            said = {
                "decision": act_of(permit),
                "subject": permit.request.subject,
                "reason": self._reason(asker, permit.verdict.grant),
            }
            self._record(record, said)
        erased = [path for path in self._paths(record, copy) if erase(path, record)]
        return Destroyed(record.id, permit.id, tuple(erased))

    def _reason(self, asker: Asker, grant: str) -> str:
        """Return why: as it is said now, or as it was when it was asked for."""
        request = self._gate.ground.matters.requests.get(grant)
        return asker.purpose or ("" if request is None else request.purpose)

    def _record(self, record: ContainerRecord, said: dict[str, str]) -> None:
        def make(ground: Ground) -> list[Event]:
            containers = ground.matters.containers
            now = containers.get(record.id)
            is_done = containers.is_carried_out(said["decision"])
            if now is None or now.state == "destroyed" or is_done:
                raise ActRefused(
                    "container-gone",
                    f"`{record.id}` was destroyed meanwhile",
                    next_step="nothing is left to be done",
                )
            return [vault_destroyed(self._gate.clock.now(), record.id, said)]

        self._gate.record(make)

    def _paths(self, record: ContainerRecord, copy: Path | None) -> list[Path]:
        """Return where a container may lie, under all its names."""
        if record.is_copy:
            places = [] if copy is None else [copy]
        else:
            places = [
                self._places.container(record.asset, record.file),
                self._places.staging(record.asset, record.file),
                self._places.aside(record.id),
            ]
        parts = [place.with_name(place.name + PART) for place in places]
        return [*places, *parts]
