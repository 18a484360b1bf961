"""A chunk opens at its own place in its own container, whole or not at all."""

from dataclasses import replace

import pytest

from ringwall.vault.container.chunks import ChunkCipher, ChunkDamaged
from tests.sealed import CHUNK, header_of

KEY = bytes(range(32))
HEADER = header_of(2 * CHUNK + 10)
PLAIN = b"\x5a" * CHUNK


def cipher(key: bytes = KEY, **words: object) -> ChunkCipher:
    return ChunkCipher(bytearray(key), replace(HEADER, **words))  # type: ignore[arg-type] # of any type


def sealed(index: int = 0, plain: bytes = PLAIN) -> memoryview:
    out = memoryview(bytearray(len(plain) + 16))
    cipher().seal_into(index, memoryview(plain), out)
    return out


def test_a_chunk_is_encrypted_and_opens() -> None:
    plain = memoryview(bytearray(CHUNK))

    assert PLAIN[:16] not in bytes(sealed())
    cipher().open_into(0, sealed(), plain)
    assert bytes(plain) == PLAIN


def test_the_last_chunk_opens_as_the_last_alone() -> None:
    plain = memoryview(bytearray(10))

    cipher().open_into(2, sealed(2, b"0123456789"), plain)
    assert bytes(plain) == b"0123456789"
    with pytest.raises(ChunkDamaged):
        cipher(bytes=3 * CHUNK + 10).open_into(2, sealed(2, b"0123456789"), plain)


@pytest.mark.parametrize(
    ("other", "index"),
    [
        (cipher(), 1),
        (cipher(bytes(32)), 0),
        (cipher(tier="lower"), 0),
        (cipher(nonce=bytes(7)), 0),
        (cipher(bytes=CHUNK), 0),
    ],
)
def test_a_chunk_opens_nowhere_else_and_leaves_zeros(
    other: ChunkCipher, index: int
) -> None:
    plain = memoryview(bytearray(b"\xee" * CHUNK))

    with pytest.raises(ChunkDamaged) as caught:
        other.open_into(index, sealed(), plain)
    assert caught.value.index == index
    assert not any(plain)


def test_a_forgotten_key_is_overwritten_and_of_no_use() -> None:
    key = bytearray(KEY)
    forgetful = ChunkCipher(key, HEADER)
    assert forgetful.data_key == KEY

    forgetful.forget()

    assert forgetful.is_forgotten
    assert not any(key)
    with pytest.raises(ValueError, match="closed"):
        forgetful.open_into(0, sealed(), memoryview(bytearray(CHUNK)))
    with pytest.raises(ValueError, match="closed"):
        forgetful.seal_into(0, memoryview(PLAIN), sealed())
    with pytest.raises(ValueError, match="closed"):
        assert forgetful.data_key


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        cipher(bytes(16))
