"""Containers of the vault and what has become of each, as the record tells it.

History is kept for ever, of verifications the latest. Must never let what is against
the rules of the record pass for a container that can be opened: it is disputed.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ringwall.base.clock import parse_instant
from ringwall.model.container_names import parse_container, parse_file_name
from ringwall.model.ids import asset_kind, parse_id, prefix_of

__all__ = ["ContainerRecord", "Containers", "State", "Verification"]

State = Literal["kept", "replaced", "destroyed"]
"""What a container has come to; the last two are for good."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verification:
    """How far the chunks of a container were found right, from the first one on.

    Attributes:
        run: its name.
        until: how many chunks.
        total: chunks of the container.
        at: instant of its latest entry.
    """

    run: str
    until: int
    total: int
    at: int

    @property
    def is_whole(self) -> bool:
        """Whether all chunks were found right."""
        return self.until == self.total


@dataclass(frozen=True, slots=True)
class ContainerRecord:
    """A container as the record has it.

    Attributes:
        id: its id.
        index: of the entry by which it was sealed.
        at: instant of that.
        asset: id of the asset.
        file: name of the file within the asset.
        header: hex SHA-256 of the block of its header.
        slot: hex SHA-256 of the block of the key slot that counts.
        generation: of that slot, 1 for the first.
        key: name of the key that wraps its data key.
        key_kind: of what kind that is.
        bytes: of the plaintext.
        sha256: of the plaintext, hex.
        site: where it was sealed.
        copy_of: id of the container that it is a copy of; empty for none.
        recipient: id of the site that the copy is for; empty for none.
        state: `kept`, `replaced` by a later one, or `destroyed`.
        is_disputed: whether something is on record of it that is against the rules:
            it must not be opened, whatever else is right.
        slots: hex SHA-256 of each slot that counted before, the oldest first.
        verified: the latest verification of all chunks; None for none.
        verifying: the latest one begun since and not ended; None for none.
    """

    id: str
    index: int
    at: int
    asset: str
    file: str
    header: str
    slot: str
    generation: int
    key: str
    key_kind: str
    bytes: int
    sha256: str
    site: str
    copy_of: str = ""
    recipient: str = ""
    state: State = "kept"
    is_disputed: bool = False
    slots: tuple[str, ...] = ()
    verified: Verification | None = None
    verifying: Verification | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it is a copy for a site."""
        return bool(self.copy_of or self.recipient)

    @property
    def is_usable(self) -> bool:
        """Whether it is there and nothing speaks against opening it."""
        return self.state == "kept" and not self.is_disputed


class Containers:
    """The fold of `vault.sealed`, `.rewrapped`, `.destroyed` and `.verified`.

    Values are replaced whole, so readers need no lock. No desk writes what is against
    these rules, so whoever did had the key of the log:

    - an id is sealed once, and nothing is said of it before; what is said of it, is
      shaped as it has to be;
    - a file of an asset has one container at a time that is no copy: another one names
      it in `replaces`, and all that were kept in its place are replaced;
    - a copy is of a usable container of the same plaintext, for a site, and replaces
      nothing;
    - a generation is larger than the one before, its slot another;
    - what is destroyed stays so.

    What breaks one is not taken in, and the container it is about is disputed for good,
    known by then or later. A verification that has a gap is left out.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, ContainerRecord] = {}
        self._of_asset: dict[str, tuple[str, ...]] = {}
        self._of_file: dict[tuple[str, str], tuple[str, ...]] = {}
        self._copies: dict[str, tuple[str, ...]] = {}
        self._runs: dict[tuple[str, str], Verification] = {}
        self._early: frozenset[str] = frozenset()
        self._carried_out: set[str] = set()

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event of a container, in the order of the log."""
        container = event["container"]
        known = self._by_id.get(container)
        if event["kind"] != "vault.verified":
            self._carried_out.add(event["decision"])
        if known is None:
            self._take_unknown(index, event)
            return
        match event["kind"]:
            case "vault.rewrapped":
                self._by_id[container] = _rewrapped(known, event)
            case "vault.destroyed":
                self._by_id[container] = _destroyed(known)
            case "vault.verified":
                self._verify(known, event)
            case _:  # sealed a second time
                self._by_id[container] = replace(known, is_disputed=True)

    def get(self, container: str) -> ContainerRecord | None:
        """Return a container by its id, None if there is none."""
        return self._by_id.get(container)

    def all(self) -> tuple[ContainerRecord, ...]:
        """Return every container there ever was, the oldest first."""
        return tuple(self._by_id.values())

    def of(self, asset: str) -> tuple[ContainerRecord, ...]:
        """Return every container of an asset, copies and all, the oldest first."""
        return tuple(self._by_id[one] for one in self._of_asset.get(asset, ()))

    def is_carried_out(self, decision: str) -> bool:
        """Return whether something was done on a permit: one is for one act."""
        return decision in self._carried_out

    def copies(self, container: str) -> tuple[ContainerRecord, ...]:
        """Return the copies that were made of a container, the oldest first."""
        return tuple(self._by_id[one] for one in self._copies.get(container, ()))

    def current(self, asset: str, file: str) -> ContainerRecord | None:
        """Return the latest container kept of a file that is no copy, None for none.

        It may be disputed: ask `is_usable` before it is opened.
        """
        for one in reversed(self._of_file.get((asset, file), ())):
            if self._by_id[one].state == "kept":
                return self._by_id[one]
        return None

    def _take_unknown(self, index: int, event: dict[str, Any]) -> None:
        if event["kind"] == "vault.sealed":
            self._seal(_sealed(index, event), event["replaces"])
        elif event["kind"] != "vault.verified":
            self._early |= {event["container"]}

    def _seal(self, sealed: ContainerRecord, replaces: str) -> None:
        name, place = sealed.id, (sealed.asset, sealed.file)
        is_right = name not in self._early and _is_shaped(sealed)
        if sealed.is_copy:
            is_right = is_right and not replaces and self._is_copy(sealed)
        else:
            before = self.current(*place)
            is_right = is_right and replaces == ("" if before is None else before.id)
        if not is_right:
            sealed = replace(sealed, is_disputed=True)
        elif replaces:
            self._replace_all(place)
        # INVARIANT: first there by its id, then found by what it is of: readers of
        # these lists look up each id.
        self._by_id[name] = sealed
        _add(self._of_asset, sealed.asset, name)
        if sealed.is_copy:
            _add(self._copies, sealed.copy_of, name)
        else:
            self._of_file[place] = (*self._of_file.get(place, ()), name)

    def _is_copy(self, copy: ContainerRecord) -> bool:
        """Return whether a container can be a copy of the one that it names."""
        source = self._by_id.get(copy.copy_of)
        if source is None or not source.is_usable:
            return False
        return _plain(copy) == _plain(source)

    def _replace_all(self, place: tuple[str, str]) -> None:
        for one in self._of_file[place]:
            if self._by_id[one].state == "kept":
                self._by_id[one] = replace(self._by_id[one], state="replaced")

    def _verify(self, known: ContainerRecord, event: dict[str, Any]) -> None:
        run, until, total = event["run"], event["until"], event["total"]
        before = self._runs.get((known.id, run))
        told = Verification(run, until, total, parse_instant(event["at"]))
        is_next = event["first"] == (0 if before is None else before.until)
        is_next = is_next and (before is None or before.total == total)
        if known.state == "destroyed" or not (is_next and event["first"] < until):
            return
        if until > total:
            return
        if told.is_whole:
            self._runs.pop((known.id, run), None)
            change = replace(known, verified=told, verifying=None)
        else:
            self._runs[known.id, run] = told
            change = replace(known, verifying=told)
        self._by_id[known.id] = change


def _add(lists: dict[str, tuple[str, ...]], key: str, name: str) -> None:
    lists[key] = (*lists.get(key, ()), name)


def _plain(record: ContainerRecord) -> tuple[str, str, int, str]:
    """Return what a container and its copies have in common."""
    return record.asset, record.file, record.bytes, record.sha256


def _sealed(index: int, event: dict[str, Any]) -> ContainerRecord:
    return ContainerRecord(
        id=event["container"],
        index=index,
        at=parse_instant(event["at"]),
        asset=event["asset"],
        file=event["file"],
        header=event["header"],
        slot=event["slot"],
        generation=1,
        key=event["key"],
        key_kind=event["key_kind"],
        bytes=event["bytes"],
        sha256=event["sha256"],
        site=event["site"],
        copy_of=event["copy_of"],
        recipient=event["recipient"],
    )


def _is_shaped(record: ContainerRecord) -> bool:
    """Return whether a container is told of in words that can be true of one.

    Paths are made of some of them: what is on record may have been written by whoever
    had the key of the log.
    """
    digests = record.header, record.slot, record.sha256
    try:
        parse_container(record.id)
        parse_id(record.asset)
        parse_file_name(record.file)
        if record.is_copy:
            parse_container(record.copy_of)
            parse_id(record.recipient)
    except ValueError:
        return False
    if not asset_kind(record.asset):
        return False
    is_for_site = not record.is_copy or prefix_of(record.recipient) == "site"
    return is_for_site and all(map(_DIGEST.fullmatch, digests))


def _rewrapped(known: ContainerRecord, event: dict[str, Any]) -> ContainerRecord:
    slot, generation = event["slot"], event["generation"]
    is_new = slot not in {known.slot, *known.slots} and _DIGEST.fullmatch(slot)
    is_later = generation > known.generation
    if not (is_new and is_later) or known.is_disputed or known.state == "destroyed":
        return replace(known, is_disputed=True)
    return replace(
        known,
        slot=slot,
        generation=generation,
        key=event["key"],
        key_kind=event["key_kind"],
        slots=(*known.slots, known.slot),
    )


def _destroyed(known: ContainerRecord) -> ContainerRecord:
    # Twice is once too often; it changes nothing for who would open it.
    is_disputed = known.is_disputed or known.state == "destroyed"
    return replace(known, state="destroyed", is_disputed=is_disputed)
