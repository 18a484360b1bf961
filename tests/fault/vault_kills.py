"""Acts at the vault, ended by SIGKILL at each step on the disk or on the record.

Run as a program it takes every step of every act; a test takes some of them. After each
kill the vault must be as the record says, or say what is not finished; the same again
must finish it, once. Must never leave a step out that changes a file.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from ringwall.base.errors import IntegrityError, RingwallError
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.institute import Institute
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.desk import Vault
from ringwall.vault.keys.provider import Wrapped
from tests.fault.children import Child, Say
from tests.vault_office import (
    ASSET,
    CUSTODIAN,
    NAME,
    READER,
    VaultOffice,
    content,
)

__all__ = ["ACTS", "Act", "kill_at", "steps_of"]

BEFORE: Final = content(9_000)
AFTER: Final = content(7_000, 5)
WEST: Final = "site:hub-west"

# All that the vault calls to change a file; the record is one step, as it has been put.
_STEPS: Final = (
    "write",
    "pwrite",
    "fsync",
    "link",
    "unlink",
    "rename",
    "mkdir",
    "open",
)
_PENDING: Final = {
    "container-missing",
    "container-pending",
    "container-unfinished",
    "destroyed-still-there",
    "part-left-over",
    "slot-left-over",
}
_REFUSED: Final = {"access-denied", "container-exists", "container-unfinished"}


@dataclass(frozen=True)
class Act:
    """Something that is done at the vault.

    Attributes:
        name: of it.
        prepare: seals what it starts from, and gives the words that it is done with.
        do: does it.
        kind: of the event that it comes to.
        check: holds what is there, once it was done, against what should be.
    """

    name: str
    prepare: Callable[[VaultOffice, Vault], dict[str, Any]]
    do: Callable[[Vault, VaultOffice, dict[str, Any]], object]
    kind: str
    check: Callable[[Vault, VaultOffice], None]


def read(vault: Vault) -> bytes:
    """Return what is in the vault."""
    with vault.open(ASSET, NAME, **READER) as file:
        return file.readall()


def _copy_read(vault: Vault, path: Path) -> bytes:
    """Return what is in a copy, as its recipient reads it."""
    provider = vault.keyring.provider("west")
    with ContainerReader.open(path) as reader:
        context = reader.slot.context(reader.header_digest)

        def release(slot: Any) -> bytes:  # noqa: ANN401 - of either room
            return provider.unwrap(Wrapped(dict(slot.params), slot.wrapped), context)

        with reader.unlock(release) as unlocked:
            return bytes(unlocked.read(0, unlocked.size))


def _nothing(office: VaultOffice, _: Vault) -> dict[str, Any]:
    office.source(AFTER, "to-be-sealed")
    return {}


def _sealed(office: VaultOffice, vault: Vault) -> dict[str, Any]:
    office.sealed(vault, BEFORE)
    office.source(AFTER, "to-be-sealed")
    return {}


def _to_rewrap(office: VaultOffice, vault: Vault) -> dict[str, Any]:
    return office.to_rewrap(office.sealed(vault, BEFORE).container)


def _to_copy(office: VaultOffice, vault: Vault) -> dict[str, Any]:
    (office.scratch / "west").mkdir()
    return office.to_copy(office.sealed(vault, BEFORE).container)


def _to_destroy(office: VaultOffice, vault: Vault) -> dict[str, Any]:
    return office.to_destroy(office.sealed(vault, BEFORE).container)


def _seal(vault: Vault, office: VaultOffice, _: dict[str, Any]) -> object:
    path = office.scratch / "to-be-sealed"
    return vault.seal(path, ASSET, key="vault-1", file=NAME, **CUSTODIAN)


def _replace(vault: Vault, office: VaultOffice, _: dict[str, Any]) -> object:
    path = office.scratch / "to-be-sealed"
    words = {"key": "vault-1", "file": NAME, "replace": True, **CUSTODIAN}
    return vault.seal(path, ASSET, **words)


def _rewrap(vault: Vault, _: VaultOffice, words: dict[str, Any]) -> object:
    return vault.rewrap(ASSET, NAME, to_key="vault-2", **words)


def _copy(vault: Vault, office: VaultOffice, words: dict[str, Any]) -> object:
    target = office.scratch / "west" / "copy.vault"
    return vault.copy(ASSET, NAME, to=WEST, key="west", target=target, **words)


def _destroy(vault: Vault, _: VaultOffice, words: dict[str, Any]) -> object:
    (record,) = vault.inventory()
    return vault.destroy(record.id, **words)


def _holds_new(vault: Vault, _: VaultOffice) -> None:
    assert read(vault) == AFTER


def _holds_old(vault: Vault, office: VaultOffice) -> None:
    (office.folder / "keys/vault/vault-1.kek").unlink()
    assert read(vault) == BEFORE


def _is_copied(vault: Vault, office: VaultOffice) -> None:
    found = vault.verify_inventory(office.scratch / "west", site=WEST)
    if "container-unfinished" in {one.code for one in found}:
        # Killed between the record and the key: one copy too many on record, no key
        # in it. Nobody gets another one under the same grant.
        with suppress(IntegrityError):
            _copy_read(vault, office.scratch / "west" / "copy.vault.part")
            raise AssertionError
        return
    assert _copy_read(vault, office.scratch / "west" / "copy.vault") == BEFORE
    assert vault.verify_inventory(office.scratch / "west", site=WEST) == ()
    assert sum(one["copies"] for one in office.events("amount.left")) == 1


def _is_gone(vault: Vault, office: VaultOffice) -> None:
    assert list((office.folder / "vault").rglob("*.vault")) == []
    assert [one.state for one in vault.inventory()] == ["destroyed"]


ACTS: Final = {
    act.name: act
    for act in (
        Act("seal", _nothing, _seal, "vault.sealed", _holds_new),
        Act("replace", _sealed, _replace, "vault.sealed", _holds_new),
        Act("rewrap", _to_rewrap, _rewrap, "vault.rewrapped", _holds_old),
        Act("copy", _to_copy, _copy, "vault.sealed", _is_copied),
        Act("destroy", _to_destroy, _destroy, "vault.destroyed", _is_gone),
    )
}


class _Countdown:
    """Ends this process at its n-th step, before it is taken or right after.

    Args:
        last: number of the step; 0 for none.
        is_after: whether it is taken.
    """

    def __init__(self, last: int, *, is_after: bool) -> None:
        self.taken = 0
        self._last = last
        self._is_after = is_after

    def watch(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return what counts a step, and takes it."""

        def step(*given: Any, **words: Any) -> Any:  # noqa: ANN401 - of any step
            # What the record does beside, in threads of its own, has its own tests.
            if not sys._getframe(1).f_globals["__name__"].startswith("ringwall.vault"):
                return act(*given, **words)
            self.taken += 1
            # Of what is a step of several, the end comes after those.
            is_last = self.taken == self._last
            if is_last and not self._is_after:
                _end()
            try:
                return act(*given, **words)
            finally:
                if is_last:
                    _end()

        return step


def _end() -> NoReturn:  # pragma: no cover - nobody is left to tell
    """End this process as it stands; not a step further until that has happened."""
    os.kill(os.getpid(), signal.SIGKILL)
    while True:
        signal.pause()


@contextmanager
def _watched(gate: Gatekeeper, countdown: _Countdown) -> Iterator[None]:
    """Count each step that is taken at a vault."""
    for name in _STEPS:
        setattr(os, name, countdown.watch(getattr(os, name)))
    for holder, name in ((gate, "record"), (gate, "check")):
        setattr(holder, name, countdown.watch(getattr(holder, name)))
    yield


def prepared(founded: Path, scratch: Path, act: Act) -> tuple[Path, dict[str, Any]]:
    """Return a folder in which an act can be done, and the words for it."""
    folder = scratch / "prepared" / "institute"
    shutil.copytree(founded, folder)
    office = VaultOffice(folder)
    with office.gate() as gate:
        words = act.prepare(office, gate.vault)
    office.close()
    return folder.parent, words


def steps_of(scene: Path, words: dict[str, Any], scratch: Path, act: Act) -> int:
    """Return how many steps an act takes that nobody ends."""
    (taken,) = _done(
        scene,
        words,
        scratch / f"{act.name}-counted",
        act,
        _Countdown(0, is_after=False),
    )
    return int(taken)


def kill_at(
    scene: Path,
    words: dict[str, Any],
    scratch: Path,
    act: Act,
    step: int,
    *,
    is_after: bool,
) -> str:
    """Kill an act at a step, and have the same again finish it.

    Returns:
        What the inventory said of it in between, sorted and joined.
    """
    place = scratch / f"{act.name}-{step}-{'after' if is_after else 'before'}"
    said = _done(scene, words, place, act, _Countdown(step, is_after=is_after))
    assert said == [], f"it came to its end, and said {said}"
    office = VaultOffice(place / "institute")
    began = sum(_is_of(act, event) for event in office.events(act.kind))
    with office.gate() as gate:
        found = _found(gate.vault, office)
        assert set(found) <= _PENDING, found
        _check_between(gate.vault, act, found)
        # What was done all the same needs no second time; a seal would be another one.
        if found or not began:
            _again(act, gate.vault, office, words)
        act.check(gate.vault, office)
        assert gate.vault.verify_inventory() == ()
    assert sum(_is_of(act, event) for event in office.events(act.kind)) == 1
    assert _plain_text(place) == []
    assert Institute(office.folder, office.clock).verify().is_sound
    office.close()
    shutil.rmtree(place)
    return " ".join(found)


def _found(vault: Vault, office: VaultOffice) -> list[str]:
    """Return the codes of what is not in order, in the vault and at the other site."""
    copies = vault.verify_inventory(office.scratch / "west", site=WEST)
    return sorted({one.code for one in (*vault.verify_inventory(), *copies)})


def _again(act: Act, vault: Vault, office: VaultOffice, words: dict[str, Any]) -> None:
    """Do the same again; where all was done already, it may be refused."""
    try:
        act.do(vault, office, words)
    except RingwallError as error:
        if error.code not in _REFUSED:
            raise


def _is_of(act: Act, event: dict[str, Any]) -> bool:
    """Return whether an event is what an act came to, not what it started from."""
    if act.name == "copy":
        return bool(event["copy_of"])
    if act.name == "replace":
        return bool(event["replaces"])
    return True


def _check_between(vault: Vault, act: Act, found: list[str]) -> None:
    """Hold what is read between a kill and the next try against both ends."""
    if act.name in {"rewrap", "copy"}:
        assert read(vault) == BEFORE
        return
    # On record and not in its place yet, or not on record yet, or not any more.
    allowed = {"container-missing", "container-rolled-back"} if found else set()
    if act.name != "replace":
        allowed.add("file-unknown")
    try:
        assert read(vault) in {BEFORE, AFTER}
    except RingwallError as error:
        if error.code not in allowed:
            raise


def _plain_text(place: Path) -> list[Path]:
    """Return the files that hold plaintext, but for what is to be sealed."""
    marks = BEFORE[100:164], AFTER[100:164]
    return [
        path
        for path in place.rglob("*")
        if path.is_file() and path.name != "to-be-sealed"
        if any(mark in path.read_bytes() for mark in marks)
    ]


def _done(
    scene: Path,
    words: dict[str, Any],
    place: Path,
    act: Act,
    countdown: _Countdown,
) -> list[Any]:
    """Do an act in a process of its own; return what it said at its end."""
    shutil.copytree(scene, place)

    def work(say: Say) -> None:  # pragma: no cover - in a process of its own
        office = VaultOffice(place / "institute")
        with office.gate() as gate, _watched(gate, countdown):
            act.do(gate.vault, office, words)
            say(countdown.taken)

    child = Child(work)
    said = list(child.lines())
    assert child.ended() in {0, -signal.SIGKILL}
    return said
