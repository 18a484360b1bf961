"""Laws of containers: what was sealed comes back from any range; what was changed does
not, in whatever bit.
"""

import io
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.slots import wrapped_slot
from tests.oracle.vault_reader import Refused, open_under, read_all
from tests.sealed import CHUNK, KEK, header_of, seal, unlocked, write_container

DEEP = os.environ.get("RINGWALL_HYPOTHESIS") == "deep"
SMALL = b"not a weight"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a container of three chunks and a small one."""
    made = tmp_path_factory.mktemp("containers")
    seal(made / "three", bytes(range(256)) * 40)
    seal(made / "small", SMALL)
    return made


def outcome(path: Path) -> bytes:
    """Return what the container gives; of a refusal, nothing but zeros."""
    buffer = bytearray(b"\xee" * (4 * CHUNK))
    with unlocked(path) as content:
        view = memoryview(buffer)[: content.size]
        try:
            content.read_into(0, view)
        except IntegrityError:
            assert not any(view)
            raise
        return bytes(view)


def second_outcome(data: bytes) -> bytes | None:
    """Return what the second reader reads, if it does."""
    try:
        return read_all(data, open_under(KEK.key))
    except Refused:
        return None


@given(
    st.integers(0, 3 * CHUNK + 5),
    st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 2**20)), max_size=5),
)
def test_any_range_of_any_file_is_what_was_sealed(
    folder: Path, size: int, ranges: list[tuple[int, int]]
) -> None:
    data = os.urandom(size)
    path = folder / "drawn"
    path.unlink(missing_ok=True)
    slot_of = partial(wrapped_slot, KEK, 1)
    write_container(io.BytesIO(data), path, header_of(size), slot_of)

    with unlocked(path) as content:
        for one, other in ranges:
            start, stop = sorted((one % (size + 1), other % (size + 1)))
            assert content.read(start, stop) == data[start:stop]
    assert second_outcome(path.read_bytes()) == data


@given(
    start=st.integers(0, 3 * CHUNK + 12288 + 64),
    length=st.integers(0, 5000),
    put=st.one_of(st.binary(max_size=40), st.integers(0, 9000).map(bytes)),
)
def test_an_edited_container_is_refused_by_both_readers(
    folder: Path, start: int, length: int, put: bytes
) -> None:
    whole = (folder / "three").read_bytes()
    edited = whole[:start] + put + whole[start + length :]
    path = folder / "edited"
    path.write_bytes(edited)

    if edited == whole:
        assert outcome(path) == second_outcome(edited)
        return
    with pytest.raises(IntegrityError):
        outcome(path)
    assert second_outcome(edited) is None


@given(st.permutations(range(4)))
def test_chunks_in_another_order_are_refused(folder: Path, order: list[int]) -> None:
    path = folder / "order"
    path.unlink(missing_ok=True)
    data = os.urandom(4 * CHUNK)
    slot_of = partial(wrapped_slot, KEK, 1)
    write_container(io.BytesIO(data), path, header_of(len(data)), slot_of)
    whole = path.read_bytes()
    pieces = [whole[12288 + i * (CHUNK + 16) :][: CHUNK + 16] for i in range(4)]
    path.write_bytes(whole[:12288] + b"".join(pieces[i] for i in order))

    if order == sorted(order):
        assert outcome(path) == data
    else:
        with pytest.raises(IntegrityError):
            outcome(path)


def test_each_bit_of_a_container_counts(folder: Path) -> None:
    path = folder / "small"
    assert outcome(path) == SMALL
    whole = path.read_bytes()
    with path.open("r+b", buffering=0) as file:
        for place, byte in enumerate(whole):
            # All bits of each byte take a minute; by turns, some seconds.
            for bit in range(8) if DEEP else [place % 8]:
                os.pwrite(file.fileno(), bytes([byte ^ 1 << bit]), place)
                with pytest.raises(IntegrityError):
                    outcome(path)
            os.pwrite(file.fileno(), bytes([byte]), place)

    assert outcome(path) == SMALL
