"""Copying: a container of its own for one site, under one grant, counted.

The plaintext goes from chunk to chunk in memory. INVARIANT: until a copy is on record
its key slot holds no key, so what a copy that was cut off leaves is of no use to
anybody. Must never make a copy that no grant was used for.
"""

import errno
import hashlib
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ringwall.base.errors import ActRefused, IntegrityError, UnknownItem
from ringwall.gate.asker import Asker
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.matters.containers import ContainerRecord
from ringwall.model.decisions import Decision
from ringwall.model.events import Event
from ringwall.model.places import Site
from ringwall.vault.binding import binds_of
from ringwall.vault.container.faults import unwritable
from ringwall.vault.container.header import fresh_container, fresh_nonce
from ringwall.vault.container.json_block import BLOCK_BYTES
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.reading import Unlocked
from ringwall.vault.container.slots import KeySlot
from ringwall.vault.container.writing import write_part
from ringwall.vault.damage import alarmed
from ringwall.vault.draft import Draft
from ringwall.vault.keys.provider import KeyProvider
from ringwall.vault.mending import header_block, publish_left
from ringwall.vault.opening import Opened, Opening, Wanted, act_of
from ringwall.vault.places import PART
from ringwall.vault.progress import Progress
from ringwall.vault.shelf import Shelf

__all__ = ["Copied", "CopyOrder", "Copying"]

_COPY: Final = "weights.copy"
_HANDLED: Final = ("watermark",)
"""A copy has an id and a recipient of its own, to which each of its chunks is bound."""
_MAC_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What is to be copied, for whom, and to where.

    Attributes:
        asset: id.
        file: name of the file; as of `Opening.open`.
        to: id of the site that it is for.
        target: name of the new container, where nothing is yet.
        progress: is told how far it is.
    """

    asset: str
    file: str
    to: str
    target: Path
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was made.

    Attributes:
        container: its id.
        copy_of: id of the container that it is a copy of.
        recipient: id of the site that it is for.
        path: where it lies.
        decision: id of the permit.
        grant: id of the request whose grant was used.
        was_finished: whether an earlier copy was finished and nothing new was made.
    """

    container: str
    copy_of: str
    recipient: str
    path: Path
    decision: str
    grant: str
    was_finished: bool = False


class Copying:
    """Makes copies at one enforcement point.

    Args:
        gate: decides and records.
        shelf: knows the containers.
        opening: opens them.
    """

    def __init__(self, gate: Gatekeeper, shelf: Shelf, opening: Opening) -> None:
        self._gate = gate
        self._shelf = shelf
        self._opening = opening

    def copy(self, asker: Asker, order: CopyOrder, provider: KeyProvider) -> Copied:
        """Decide, copy, record, and give the copy its name.

        Args:
            asker: who asks.
            order: what is to be copied.
            provider: the key that is to wrap the data key of the copy.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-site`.
            ActRefused: `copy-without-grant`; `container-exists` at the target;
                `container-busy`; `container-gone`, the original meanwhile.
            ConfigurationError: `container-unwritable`.
            RingwallError: as `Opening.open`.
        """
        self._check_site(order.to)
        finished = self._finished(asker, order, provider.name)
        if finished is not None:
            return finished
        binds = partial(binds_of, key=provider.name, to=order.to)
        wanted = Wanted(order.asset, order.file, _COPY, binds, _HANDLED, is_act=True)
        # A slip is told of before it costs a grant.
        self._check_target(order.target)
        permitted = self._opening.permitted(asker, wanted)
        _check_grant(permitted.permit)
        with PartFile.begin(order.target) as part:
            try:
                opened = self._opening.unlock(permitted)
                with opened.content:
                    copied = self._copied(opened, order, provider, part)
            except BaseException:
                part.discard()
                raise
            part.publish()
        return copied

    def _copied(
        self, opened: Opened, order: CopyOrder, provider: KeyProvider, part: PartFile
    ) -> Copied:
        """Write a copy that has no name yet, and put it on record."""
        record, permit = opened.record, opened.permit
        header = replace(
            opened.content.header,
            container=fresh_container(),
            nonce=fresh_nonce(),
            created=self._gate.clock.now(),
            copy_of=record.id,
            recipient=order.to,
        )
        draft = Draft(permit, header, provider)
        withheld = _Withheld(draft)

        def told(done: int) -> None:
            if order.progress is not None:
                order.progress(done, header.bytes)

        with alarmed(self._gate, record.id):
            source = _Plain(opened.content)
            written = write_part(source, part, header, withheld.slot, told)
            if written.sha256.hex() != record.sha256:
                raise _differs(record)
        self._record(record, draft, withheld, written.sha256)
        withheld.put_into(part.path)
        return _told(header.container, record, order, permit)

    def _record(
        self,
        record: ContainerRecord,
        draft: Draft,
        withheld: "_Withheld",
        sha256: bytes,
    ) -> None:
        def make(ground: Ground) -> list[Event]:
            containers = ground.matters.containers
            now = containers.get(record.id)
            is_done = containers.is_carried_out(act_of(draft.permit))
            if now is None or not now.is_usable or is_done:
                raise ActRefused(
                    "container-gone",
                    f"`{record.id}` changed, or its copy was made, meanwhile",
                    next_step="look at the inventory, and ask again",
                )
            return [draft.event(self._gate, withheld.real.digest, sha256)]

        self._gate.record(make)

    def _finished(self, asker: Asker, order: CopyOrder, key: str) -> Copied | None:
        """Finish a copy that an earlier run has put on record, None if there is none.

        Nothing is told of it before the permit is, which continues the earlier one.
        """
        source = self._shelf.named(order.asset, order.file)
        if not isinstance(source, ContainerRecord):
            return None
        copies = self._gate.ground.matters.containers.copies(source.id)
        for one in copies:
            is_meant = (one.recipient, one.key) == (order.to, key) and one.is_usable
            if is_meant and publish_left(order.target, one):
                binds = binds_of(source.id, key=key, to=order.to)
                permit = asker.require(
                    action=_COPY,
                    resource=order.asset,
                    amount=0,
                    binds=binds,
                    handles=_HANDLED,
                    continues=asker.begun(_COPY, order.asset, binds),
                )
                done = _told(one.id, source, order, permit)
                return replace(done, was_finished=True)
        return None

    def _check_target(self, target: Path) -> None:
        """Raise if nothing can be made there, or what is unfinished would be lost."""
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise unwritable(target, OSError(errno.EACCES, "its folder can't be used"))
        part = header_block(target.with_name(target.name + PART))
        digest = hashlib.sha256(part).hexdigest()
        for one in self._gate.ground.matters.containers.all():
            if one.header == digest and one.state == "kept":
                raise _unfinished(target, one)
        if os.path.lexists(target):
            raise ActRefused(
                "container-exists",
                f"`{target}` is there already",
                next_step="name another target: containers are never written over",
            )

    def _check_site(self, site: str) -> None:
        if not isinstance(self._gate.ground.facts.documents().get(site), Site):
            raise UnknownItem(
                "unknown-site",
                f"`{site[:80]}` is no site on record",
                next_step="name a site that is declared, such as site:hub-north",
            )


class _Plain:
    """The plaintext of an open container, from front to back."""

    def __init__(self, content: Unlocked) -> None:
        self._content = content
        self._place = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or its first bytes; 0 at the end."""
        length = min(len(buffer), self._content.size - self._place)
        self._content.read_into(self._place, buffer[:length])
        self._place += length
        return length


class _Withheld:
    """The key slot of a copy: a blank one first, the real one once it is on record."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.real: KeySlot

    def slot(self, data_key: bytes, header_digest: bytes) -> KeySlot:
        """Keep the real slot, and return one of the same key that holds none."""
        self.real = self._draft.slot(data_key, header_digest)
        return replace(self.real, wrapped=bytes(1), mac=bytes(_MAC_BYTES))

    def put_into(self, path: Path) -> None:
        """Write the real slot into the container, durably.

        Raises:
            ConfigurationError: `container-unwritable`.
        """
        try:
            handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                os.pwrite(handle, self.real.block(), BLOCK_BYTES)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise unwritable(path, error) from error


def _check_grant(permit: Decision) -> None:
    """Raise unless a grant was used for a permit to copy."""
    if not permit.verdict.grant:
        raise ActRefused(
            "copy-without-grant",
            f"`{permit.id}` permits a copy without a grant, so none is made",
            next_step="have the quorum rows of weights.copy demand approvals",
        )


def _told(
    container: str, source: ContainerRecord, order: CopyOrder, permit: Decision
) -> Copied:
    return Copied(
        container,
        source.id,
        order.to,
        order.target,
        permit.id,
        permit.verdict.grant,
    )


def _unfinished(target: Path, record: ContainerRecord) -> ActRefused:
    return ActRefused(
        "container-unfinished",
        f"where `{target}` is to be, `{record.id}` waits, which is on record",
        next_step="who has begun it runs the same again; if it never got its key, "
        "destroy it, and make another one under another grant",
    )


def _differs(record: ContainerRecord) -> IntegrityError:
    return IntegrityError(
        "plaintext-differs",
        f"what `{record.id}` holds is not what is on record of it",
        next_step="run `ringwall audit verify`, and find out who wrote which of both",
    )
