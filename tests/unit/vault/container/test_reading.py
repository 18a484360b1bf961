"""A container gives its bytes whole, or an error with a code and zeros."""

import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.header import TAG_BYTES
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.container.rewrapping import add_slot
from ringwall.vault.container.slots import wrapped_slot
from tests.sealed import CHUNK, KEK, Kek, release, seal, unlocked

SIZE = 3 * CHUNK + 100
DATA = secrets.token_bytes(SIZE)
FIRST = 12288
SEALED = CHUNK + TAG_BYTES

Change = Callable[[bytearray], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a container of three whole chunks and a short one."""
    seal(tmp_path / "a.vault", DATA)
    return tmp_path / "a.vault"


def damage(path: Path, change: Change) -> None:
    """Change the bytes of a file."""
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)


def flip(place: int) -> Change:
    def change(data: bytearray) -> None:
        data[place] ^= 0x10

    return change


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as caught:
        deed()
    assert caught.value.exit_code == 6
    return caught.value.code


def test_structure_is_read_without_a_key(path: Path) -> None:
    with ContainerReader.open(path) as reader:
        assert reader.header.bytes == SIZE
        assert reader.header_digest == reader.header.digest
        assert reader.slots == (reader.slot,)
        assert reader.slot_digest == reader.slot.digest
        assert reader.slot.key == "key-1"
        assert not reader.is_torn
    with pytest.raises(ValueError, match="closed"):
        reader.file.read_into(0, memoryview(bytearray(1)))


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, 0),
        (SIZE, SIZE),
        (0, SIZE),
        (0, 1),
        (CHUNK - 1, CHUNK + 1),
        (CHUNK, 2 * CHUNK),
        (10, 3 * CHUNK),
        (3 * CHUNK, SIZE),
        (SIZE - 1, SIZE),
        (2 * CHUNK + 5, SIZE - 5),
    ],
)
def test_any_range_is_what_was_sealed(path: Path, start: int, stop: int) -> None:
    buffer = bytearray(stop - start)
    with unlocked(path) as content:
        content.read_into(start, memoryview(buffer))
        view = content.read(start, stop)

    assert buffer == DATA[start:stop]
    assert view == DATA[start:stop]
    assert view.readonly


def test_only_the_chunks_of_a_range_are_looked_at(path: Path) -> None:
    damage(path, flip(FIRST))
    with unlocked(path) as content:
        assert content.read(CHUNK, SIZE) == DATA[CHUNK:]


def test_small_reads_of_one_chunk_open_it_once(path: Path) -> None:
    with unlocked(path) as content:
        assert content.read(5, 10) == DATA[5:10]
        damage(path, flip(FIRST + 1))
        assert content.read(20, 30) == DATA[20:30]
        assert content.read(SIZE - 5, SIZE) == DATA[-5:]
        found = code_of(partial(content.read, 20, 30))
        assert found == "container-chunk-damaged"


def test_a_chunk_kept_for_the_next_read_is_overwritten_at_the_end(path: Path) -> None:
    content = unlocked(path)
    content.read(5, 10)
    assert bytes(content._plain) == DATA[:CHUNK]

    content.close()

    assert not any(content._plain)


@pytest.mark.parametrize(("start", "length"), [(-1, 2), (SIZE, 1), (0, SIZE + 1)])
def test_a_range_outside_the_file_is_a_mistake(
    path: Path, start: int, length: int
) -> None:
    with unlocked(path) as content:
        with pytest.raises(ValueError, match="outside the file"):
            content.read_into(start, memoryview(bytearray(length)))
        with pytest.raises(ValueError, match="outside the file"):
            content.read(start, start + length)


@pytest.mark.parametrize(
    "change",
    [
        flip(FIRST + SEALED),
        flip(FIRST + 2 * SEALED - 1),
        lambda data: data.__setitem__(
            slice(FIRST, FIRST + 2 * SEALED),
            data[FIRST + SEALED : FIRST + 2 * SEALED] + data[FIRST : FIRST + SEALED],
        ),
    ],
    ids=["data", "tag", "swapped"],
)
def test_not_one_byte_of_a_damaged_range_is_delivered(
    path: Path, change: Change
) -> None:
    damage(path, change)
    buffer = bytearray(b"\xee" * (2 * CHUNK))
    with unlocked(path) as content:
        for start in (0, 7, CHUNK + 1):
            buffer[:] = b"\xee" * len(buffer)
            found = code_of(partial(content.read_into, start, memoryview(buffer)))
            assert found == "container-chunk-damaged"
            assert not any(buffer)


def test_a_chunk_of_another_container_is_refused(path: Path, tmp_path: Path) -> None:
    seal(tmp_path / "b.vault", DATA)
    other = (tmp_path / "b.vault").read_bytes()[FIRST : FIRST + SEALED]
    damage(path, lambda data: data.__setitem__(slice(FIRST, FIRST + SEALED), other))
    with unlocked(path) as content:
        assert code_of(partial(content.read, 0, 1)) == "container-chunk-damaged"


def test_a_file_cut_while_it_is_open_gives_zeros(path: Path) -> None:
    buffer = bytearray(b"\xee" * SIZE)
    with unlocked(path) as content:
        os.truncate(path, FIRST + SEALED)
        found = code_of(partial(content.read_into, 0, memoryview(buffer)))

    assert found == "container-truncated"
    assert not any(buffer)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (flip(0), "container-header-malformed"),
        (flip(16), "container-header-malformed"),
        (flip(4000), "container-header-malformed"),
        (flip(4096), "container-slot-malformed"),
        (flip(8000), "container-slot-malformed"),
        (flip(9000), "container-slot-malformed"),
        (
            lambda data: data.__setitem__(
                slice(4096, 12288), data[8192:12288] + data[4096:8192]
            ),
            "container-slot-misplaced",
        ),
        (
            lambda data: data.__setitem__(slice(4096, 8192), bytes(4096)),
            "container-slot-missing",
        ),
        (lambda data: data.__delitem__(slice(100, None)), "container-truncated"),
        (lambda data: data.__delitem__(slice(FIRST, None)), "container-truncated"),
        (lambda data: data.__delitem__(slice(-1, None)), "container-truncated"),
        (lambda data: data.__delitem__(slice(-116, None)), "container-truncated"),
        (lambda data: data.append(0), "container-extended"),
        (lambda data: data.extend(bytes(SEALED)), "container-extended"),
    ],
)
def test_a_container_of_another_structure_is_refused(
    path: Path, change: Change, code: str
) -> None:
    damage(path, change)

    assert code_of(partial(ContainerReader.open, path)) == code


def test_a_container_that_is_not_there_or_a_link_is_refused(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(path)
    missing = code_of(partial(ContainerReader.open, tmp_path / "b.vault"))
    link = code_of(partial(ContainerReader.open, tmp_path / "link"))

    assert (missing, link) == ("container-missing", "container-not-a-file")


def test_an_edited_header_unwraps_nothing(path: Path) -> None:
    damage(path, lambda data: data.__setitem__(slice(None), edited(data)))

    assert code_of(partial(unlocked, path)) == "key-unwrap-failed"


def edited(data: bytearray) -> bytearray:
    return data.replace(b'"tier":"upper"', b'"tier":"lower"', 1)


def test_the_slot_of_another_container_unwraps_nothing(
    path: Path, tmp_path: Path
) -> None:
    seal(tmp_path / "b.vault", DATA)
    other = (tmp_path / "b.vault").read_bytes()[4096:8192]
    damage(path, lambda data: data.__setitem__(slice(4096, 8192), other))

    assert code_of(partial(unlocked, path)) == "key-unwrap-failed"


@pytest.mark.parametrize("key", [bytes(32), bytes(31), b""])
def test_a_data_key_that_vouches_for_no_slot_is_refused(path: Path, key: bytes) -> None:
    given = bytearray(key)
    with ContainerReader.open(path) as reader:
        found = code_of(lambda: reader.unlock(lambda _: bytes(given)))

    assert found == "container-slot-forged"


def test_a_slot_whose_mac_was_changed_is_refused(path: Path) -> None:
    def change(data: bytearray) -> None:
        place = data.index(b'"mac":"') + 7
        data[place] = ord("B") if data[place] == ord("A") else ord("A")

    damage(path, change)

    assert code_of(partial(unlocked, path)) == "container-slot-forged"


@pytest.fixture
def both(path: Path) -> Path:
    """Return a container whose rewrap was cut off between its two steps."""
    with unlocked(path) as content:
        new = content.new_slot(partial(wrapped_slot, Kek("key-2", key=b"2" * 32), 2))
        add_slot(path, content.reader.slot, new)
    return path


def test_of_two_slots_either_opens_and_the_newer_counts(both: Path) -> None:
    newer = Kek("key-2", key=b"2" * 32)
    with ContainerReader.open(both) as reader:
        assert [slot.generation for slot in reader.slots] == [2, 1]
        assert reader.slot.key == "key-2"
    with unlocked(both, newer) as content:
        assert content.read(0, SIZE) == DATA
    with ContainerReader.open(both) as reader:
        content = reader.unlock(release(reader), reader.slots[1])
        assert content.read(0, SIZE) == DATA


def test_a_slot_of_no_container_or_another_one_is_a_mistake(
    both: Path, tmp_path: Path
) -> None:
    seal(tmp_path / "b.vault", b"")
    with (
        ContainerReader.open(tmp_path / "b.vault") as other,
        ContainerReader.open(both) as reader,
        pytest.raises(ValueError, match="not a slot of this container"),
    ):
        reader.unlock(release(reader), other.slot)


def test_an_old_slot_that_was_forged_is_passed_over_by_nobody_who_reads(
    both: Path,
) -> None:
    def change(data: bytearray) -> None:
        place = data.index(b'"mac":"') + 7  # of slot A, the older one
        data[place] = ord("B") if data[place] == ord("A") else ord("A")

    damage(both, change)
    newer = Kek("key-2", key=b"2" * 32)

    assert code_of(lambda: unlocked(both, newer)) == "container-slot-forged"
    with ContainerReader.open(both, is_mending=True) as reader:
        content = reader.unlock(release(reader, newer))
        assert content.read(0, SIZE) == DATA


def test_half_a_slot_is_passed_over_by_whoever_mends_it_alone(path: Path) -> None:
    damage(path, flip(9000))

    assert code_of(partial(ContainerReader.open, path)) == "container-slot-malformed"
    with ContainerReader.open(path, is_mending=True) as reader:
        assert reader.is_torn
        assert reader.unlock(release(reader)).read(0, SIZE) == DATA


def test_an_empty_file_is_whole_or_refused_when_it_is_unlocked(tmp_path: Path) -> None:
    path = tmp_path / "empty.vault"
    seal(path, b"")
    with unlocked(path) as content:
        assert bytes(content.read(0, 0)) == b""
        assert content.verify() == 1
    damage(path, flip(FIRST))

    assert code_of(partial(unlocked, path)) == "container-chunk-damaged"


def test_verification_goes_on_from_any_chunk(path: Path) -> None:
    told: list[int] = []
    with unlocked(path) as content:
        assert content.verify(until=2, progress=told.append) == 2
        assert content.verify(2, progress=told.append) == 4
        assert content.verify(4) == 4
        assert not any(content._plain)
    assert told == [1, 2, 3, 4]


def test_verification_finds_what_no_read_has_touched(path: Path) -> None:
    damage(path, flip(FIRST + 2 * SEALED))
    told: list[int] = []
    with unlocked(path) as content:
        found = code_of(lambda: content.verify(progress=told.append))
        assert content.verify(3) == 4

    assert found == "container-chunk-damaged"
    assert told == [1, 2]


@pytest.mark.parametrize(("first", "until"), [(-1, 2), (3, 2), (0, 5)])
def test_verification_of_chunks_that_are_not_there_is_a_mistake(
    path: Path, first: int, until: int
) -> None:
    with unlocked(path) as content, pytest.raises(ValueError, match="no chunks"):
        content.verify(first, until)


def test_a_closed_container_gives_nothing_and_has_no_key(path: Path) -> None:
    content = unlocked(path)
    key = content._cipher._key
    assert any(key)

    content.close()
    content.close()

    assert not any(key)
    with pytest.raises(ValueError, match="closed"):
        content.read(0, 1)
    with pytest.raises(ValueError, match="closed"):
        content.verify()
    with pytest.raises(ValueError, match="closed"):
        content.new_slot(partial(wrapped_slot, KEK, 2))


def test_a_buffer_of_larger_items_is_filled_by_its_bytes(path: Path) -> None:
    buffer = memoryview(bytearray(16)).cast("I")
    with unlocked(path) as content:
        content.read_into(0, buffer)

    assert buffer.tobytes() == DATA[:16]
