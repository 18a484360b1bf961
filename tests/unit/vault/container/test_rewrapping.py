"""A rewrap gives the data key to another key; header and chunks stay as they are."""

import fcntl
import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, ConfigurationError, IntegrityError
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.container.rewrapping import (
    add_slot,
    drop_other_slot,
    erase_slots,
)
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from tests.sealed import Kek, seal, unlocked

DATA = b"weights" * 1000
KEYS = [Kek(f"key-{n}", key=bytes([n]) * 32) for n in range(1, 5)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a container under the first key."""
    seal(tmp_path / "a.vault", DATA, KEYS[0])
    return tmp_path / "a.vault"


def slots(path: Path, old: Kek, new: Kek) -> tuple[KeySlot, KeySlot]:
    """Return the slot that counts, and one of the next generation."""
    with unlocked(path, old) as content:
        slot = content.reader.slot
        return slot, content.new_slot(partial(wrapped_slot, new, slot.generation + 1))


def rewrap_slot(path: Path, old: KeySlot, new: KeySlot) -> None:
    add_slot(path, old, new)
    drop_other_slot(path, new)


def code_of(error: type[Exception], deed: Callable[[], object]) -> str:
    with pytest.raises(error) as caught:
        deed()
    code: str = caught.value.code  # type: ignore[attr-defined] # of ours, all of them
    return code


def test_the_data_stays_and_the_old_key_opens_nothing_any_more(path: Path) -> None:
    before = path.read_bytes()
    for old, new in itertools.pairwise(KEYS):
        rewrap_slot(path, *slots(path, old, new))
        with unlocked(path, new) as content:
            assert content.read(0, len(DATA)) == DATA
            assert len(content.reader.slots) == 1
        assert code_of(IntegrityError, partial(unlocked, path, old)) == (
            "key-unwrap-failed"
        )
    after = path.read_bytes()

    assert after[:4096] == before[:4096]
    assert after[12288:] == before[12288:]
    assert after[4096:8192] == bytes(4096)


def test_cut_off_between_its_steps_it_leaves_both_keys(path: Path) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    add_slot(path, old, new)

    with ContainerReader.open(path) as reader:
        assert reader.slots == (new, old)
    drop_other_slot(path, new)
    drop_other_slot(path, new)
    with ContainerReader.open(path) as reader:
        assert reader.slots == (new,)


def test_a_rewrap_that_was_cut_off_can_be_done_again_or_given_up(path: Path) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    _, other = slots(path, KEYS[0], KEYS[2])
    add_slot(path, old, new)
    add_slot(path, old, other)
    with ContainerReader.open(path) as reader:
        assert reader.slots == (other, old)

    drop_other_slot(path, old)
    with unlocked(path, KEYS[0]) as content:
        assert bytes(content.read(0, 7)) == b"weights"


def test_half_a_slot_is_written_anew(path: Path) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    add_slot(path, old, new)
    with path.open("r+b") as file:
        file.seek(8192 + 200)
        file.write(bytes(4096 - 200))
    assert code_of(IntegrityError, partial(ContainerReader.open, path)) == (
        "container-slot-malformed"
    )

    rewrap_slot(path, old, new)

    with unlocked(path, KEYS[1]) as content:
        assert bytes(content.read(0, 7)) == b"weights"


def test_a_container_that_has_changed_meanwhile_is_left_alone(
    path: Path, tmp_path: Path
) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    rewrap_slot(path, old, new)
    before = path.read_bytes()

    again = replace(new, wrapped=b"other")
    for deed in (
        partial(add_slot, path, old, again),
        partial(drop_other_slot, path, again),
    ):
        assert code_of(IntegrityError, deed) == "container-changed"
    assert path.read_bytes() == before
    seal(tmp_path / "b.vault", DATA)
    deed = partial(rewrap_slot, tmp_path / "b.vault", old, new)
    assert code_of(IntegrityError, deed) == "container-changed"


def test_a_file_that_is_exchanged_while_it_is_locked_is_left_alone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    (tmp_path / "b.vault").write_bytes(path.read_bytes())
    lock = fcntl.flock

    def exchanged(handle: int, how: int) -> None:
        lock(handle, how)
        (tmp_path / "b.vault").replace(path)

    monkeypatch.setattr(fcntl, "flock", exchanged)
    deed = partial(add_slot, path, old, new)
    assert code_of(IntegrityError, deed) == "container-changed"


def test_a_slot_of_another_generation_is_a_mistake(path: Path) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])

    with pytest.raises(ValueError, match="next generation"):
        rewrap_slot(path, old, replace(new, generation=3))


def test_a_container_that_another_process_rewraps_is_left_alone(path: Path) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for deed in (partial(rewrap_slot, path, old, new), partial(erase_slots, path)):
            assert code_of(ActRefused, deed) == "container-busy"
    with ContainerReader.open(path) as reader:
        assert reader.slots == (old,)


def test_links_and_pipes_are_never_written(path: Path, tmp_path: Path) -> None:
    old, new = slots(path, KEYS[0], KEYS[1])
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe", "none"):
        deed = partial(rewrap_slot, tmp_path / name, old, new)
        assert code_of(ConfigurationError, deed) == "container-unwritable"


def test_a_disk_that_fails_leaves_the_old_slot(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    old, new = slots(path, KEYS[0], KEYS[1])
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", fail)
        deed = partial(rewrap_slot, path, old, new)
        assert code_of(ConfigurationError, deed) == "container-unwritable"
    with ContainerReader.open(path) as reader:
        assert reader.slots == (old,)


def test_a_container_without_slots_opens_for_nobody(path: Path) -> None:
    erase_slots(path)

    deed = partial(ContainerReader.open, path)
    assert code_of(IntegrityError, deed) == "container-slot-missing"


@pytest.mark.parametrize("size", [0, 4096, 5000, 12288])
def test_slots_of_a_file_that_was_cut_are_erased_as_far_as_they_go(
    path: Path, size: int
) -> None:
    start = path.read_bytes()[:4096]
    os.truncate(path, size)
    erase_slots(path)

    assert path.read_bytes() == (start + bytes(8192))[:size]
