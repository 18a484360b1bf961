"""Sealing: a file becomes a container, on record before it has its name.

Decided before a byte is read. Must never write plaintext, leave half a container under
the name that others open, nor take the place of one that nobody said to replace.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.base.errors import ActRefused, IntegrityError
from ringwall.gate.asker import Asker
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.matters.containers import ContainerRecord
from ringwall.model.assets import Asset
from ringwall.model.decisions import Decision
from ringwall.model.events import Event
from ringwall.vault.container.header import (
    DEFAULT_CHUNK,
    ContainerHeader,
    fresh_container,
    fresh_nonce,
)
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.writing import Written, write_part
from ringwall.vault.draft import Draft
from ringwall.vault.keys.provider import KeyProvider
from ringwall.vault.mending import Mending
from ringwall.vault.opening import act_of
from ringwall.vault.places import Places
from ringwall.vault.progress import Progress
from ringwall.vault.source_file import SourceFile

__all__ = ["Order", "Sealed", "Sealing"]

_SEAL: Final = "weights.seal"
_TENSORS: Final = ".safetensors"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sealed, and how.

    Attributes:
        source: the file.
        asset: id of the asset that it belongs to.
        file: name that it is to have within the asset.
        replace: whether it may take the place of the one that has that name.
        chunk: bytes of each chunk.
        progress: is told how far it is.
    """

    source: Path
    asset: str
    file: str
    replace: bool = False
    chunk: int = DEFAULT_CHUNK
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A container that was made.

    Attributes:
        container: its id.
        path: where it lies.
        bytes: of the plaintext.
        sha256: of the plaintext, hex.
        decision: id of the permit.
        replaces: id of the container whose place it has taken; empty for none.
        was_finished: whether an earlier seal was finished and nothing new was made.
    """

    container: str
    path: Path
    bytes: int
    sha256: str
    decision: str
    replaces: str = ""
    was_finished: bool = False


class Sealing:
    """Seals files at one enforcement point.

    Args:
        gate: decides and records.
        places: knows where containers lie.
        mending: finishes what was interrupted.
    """

    def __init__(self, gate: Gatekeeper, places: Places, mending: Mending) -> None:
        self._gate = gate
        self._places = places
        self._mending = mending

    def seal(self, asker: Asker, order: Order, provider: KeyProvider) -> Sealed:
        """Decide, seal, record, and give the container its name.

        Args:
            asker: who asks.
            order: what is to be sealed.
            provider: the key that is to wrap the data key.

        Raises:
            AccessDenied: the answer is no.
            ActRefused: `container-exists`; `container-busy`, another process seals
                it; `weights-differ` from what is registered of the asset.
            RequestError: `source-unreadable`, `source-changed`.
            IntegrityError: `source-length-differs`.
            ConfigurationError: `container-unwritable`.
            RecordUnavailable: it could not be recorded, and has no name.
        """
        # Nothing is told of what is finished here before the permit is.
        finished = self._mending.settle(order.asset, order.file)
        if finished is not None:
            begun = asker.begun(_SEAL, order.asset)
            permit = self._ask(asker, order, begun)
            with SourceFile(order.source) as source:
                if source.digest() == finished.sha256:
                    return self._told(permit, finished)
        permit = self._ask(asker, order, asker.interrupted(_SEAL, order.asset))
        with SourceFile(order.source) as source:
            return self._seal(permit, order, source, provider)

    def _ask(self, asker: Asker, order: Order, begun: str) -> Decision:
        return asker.require(
            action=_SEAL, resource=order.asset, amount=0, continues=begun
        )

    def _told(self, permit: Decision, finished: ContainerRecord) -> Sealed:
        """Return the seal of a container that an earlier run has begun."""
        return Sealed(
            finished.id,
            self._places.container(finished.asset, finished.file),
            finished.bytes,
            finished.sha256,
            permit.id,
            was_finished=True,
        )

    def _seal(
        self,
        permit: Decision,
        order: Order,
        source: SourceFile,
        provider: KeyProvider,
    ) -> Sealed:
        place = target = self._places.container(order.asset, order.file)
        before = self._before(order)
        if before:
            target = self._places.staging(order.asset, order.file)
        for path in {place, target}:
            self._places.make_room(path)
        header = self._header(order, source.size)
        draft = Draft(permit, header, provider, before)
        with PartFile.begin(target) as part:
            try:
                written = self._written(part, order, draft, source)
                self._record(order, draft, written)
            except BaseException:
                part.discard()
                raise
            part.publish()
        if before and not self._mending.take_over(place, target):
            raise _unknown(place)
        return Sealed(
            header.container,
            place,
            written.bytes,
            written.sha256.hex(),
            permit.id,
            before,
        )

    def _before(self, order: Order) -> str:
        """Return the id of the container that is to be replaced, empty for none.

        Raises:
            ActRefused: `container-exists`.
        """
        containers = self._gate.ground.matters.containers
        before = containers.current(order.asset, order.file)
        if before is None:
            return ""
        if not order.replace:
            raise _exists(order, f"`{before.id}` is on record")
        return before.id

    def _header(self, order: Order, size: int) -> ContainerHeader:
        document = self._gate.ground.facts.documents().get(order.asset)
        return ContainerHeader(
            container=fresh_container(),
            asset=order.asset,
            file=order.file,
            tier=_tier_of(document),
            bytes=size,
            chunk=order.chunk,
            nonce=fresh_nonce(),
            created=self._gate.clock.now(),
        )

    def _written(
        self, part: PartFile, order: Order, draft: Draft, source: SourceFile
    ) -> Written:
        """Write a container that has no name yet; its plaintext is what it should be.

        Raises:
            RequestError: `source-changed`.
            ActRefused: `weights-differ`.
        """

        def told(done: int) -> None:
            if order.progress is not None:
                order.progress(done, source.size)

        written = write_part(source, part, draft.header, draft.slot, told)
        source.check_unchanged()
        if not self._is_registered(order, written):
            raise ActRefused(
                "weights-differ",
                f"`{order.source}` is not the file registered of `{order.asset}`",
                next_step="seal the registered file, or register this one first",
            )
        return written

    def _is_registered(self, order: Order, written: Written) -> bool:
        """Return whether these are the weights on record, if they have to be.

        The first safetensors file of an asset has to be the registered one, whatever
        it is called; others may stand beside it.
        """
        ground = self._gate.ground
        asset = ground.facts.documents().get(order.asset)
        registered = asset.file if isinstance(asset, Asset) else None
        if registered is None or not order.file.endswith(_TENSORS):
            return True
        if written.sha256.hex() == registered.sha256:
            return written.bytes == registered.bytes
        return any(
            (one.sha256, one.state) == (registered.sha256, "kept")
            for one in ground.matters.containers.of(order.asset)
            if one.file != order.file and not one.is_copy
        )

    def _record(self, order: Order, draft: Draft, written: Written) -> None:
        """Put a container on record, unless another one came first."""

        def make(ground: Ground) -> list[Event]:
            containers = ground.matters.containers
            now = containers.current(order.asset, order.file)
            is_other = (now.id if now is not None else "") != draft.replaces
            if is_other or containers.is_carried_out(act_of(draft.permit)):
                raise _exists(order, "another one was sealed meanwhile")
            return [draft.event(self._gate, written.slot_digest, written.sha256)]

        self._gate.record(make)


def _tier_of(document: object) -> str:
    if isinstance(document, Asset) and document.tier is not None:
        return str(document.tier)
    raise ActRefused(
        "asset-unclassified",
        "what has no tier can't be sealed",
        next_step="classify the asset first",
    )


def _exists(order: Order, what: str) -> ActRefused:
    return ActRefused(
        "container-exists",
        f"`{order.file}` of `{order.asset}` is sealed already: {what}",
        next_step="seal it under another name with --file, or say --replace",
    )


def _unknown(place: Path) -> IntegrityError:
    return IntegrityError(
        "container-unknown",
        f"what lies at `{place}` is not on record, so it is not replaced",
        next_step="look at what it is, move it away, and seal again",
    )
