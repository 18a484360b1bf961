"""A block holds one object, and each of its bits counts."""

import pytest

from ringwall.vault.container.json_block import (
    BLOCK_BYTES,
    EMPTY_BLOCK,
    pack_block,
    unpack_block,
)

KEYS = frozenset({"v", "word"})
MAGIC = b"magic"
VALUE = {"v": 1, "word": "a"}
TEXT = b'{"v":1,"word":"a"}'
BLOCK = pack_block(MAGIC, VALUE)


def block_of(text: bytes, length: int | None = None) -> bytes:
    said = len(text) if length is None else length
    return (MAGIC + said.to_bytes(4, "big") + text).ljust(BLOCK_BYTES, b"\0")


def test_a_block_has_magic_length_json_and_zeros() -> None:
    assert block_of(TEXT) == BLOCK
    assert len(BLOCK) == len(EMPTY_BLOCK) == 4096
    assert unpack_block(MAGIC, BLOCK, KEYS) == VALUE


def test_json_that_just_fits_is_taken_and_one_byte_more_is_not() -> None:
    room = BLOCK_BYTES - len(MAGIC) - 4 - len(TEXT) + 1
    value = {"v": 1, "word": "x" * room}
    assert unpack_block(MAGIC, pack_block(MAGIC, value), KEYS) == value
    with pytest.raises(ValueError, match="too many for a block"):
        pack_block(MAGIC, {"v": 1, "word": "x" * (room + 1)})


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (BLOCK[:-1], "not a block"),
        (BLOCK + b"\0", "not a block"),
        (b"M" + BLOCK[1:], "not those of this format"),
        (block_of(TEXT, 4088), "longer than the block"),
        (block_of(TEXT, 2**32 - 1), "longer than the block"),
        (block_of(TEXT + b"\0\0x", len(TEXT)), "not all zero"),
        (BLOCK[:-1] + b"\x01", "not all zero"),
        (block_of(TEXT, len(TEXT) - 1), "not all zero"),
        (block_of(b""), "."),
        (block_of(TEXT + b"\0", len(TEXT) + 1), "."),
        (block_of(b"[1]"), "not a JSON object"),
        (block_of(b'{"v": 1,"word":"a"}'), "not in canonical form"),
        (block_of(b'{"word":"a","v":1}'), "not in canonical form"),
        (block_of(b'{"v":1,"v":1,"word":"a"}'), "not in canonical form"),
        (block_of(b'{"v":1.0,"word":"a"}'), "."),
        (block_of(b'\xef\xbb\xbf{"v":1,"word":"a"}'), "."),
        (block_of(b'{"v":1,"word":"\xff"}'), "."),
        (block_of(b'{"v":1}'), "other keys"),
        (block_of(b'{"more":0,"v":1,"word":"a"}'), "other keys"),
        (block_of(b'{"v":2,"word":"a"}'), "another version"),
        (block_of(b'{"v":true,"word":"a"}'), "another version"),
        (block_of(b'{"v":"1","word":"a"}'), "another version"),
        (EMPTY_BLOCK, "not those of this format"),
    ],
)
def test_any_other_block_is_refused(block: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        unpack_block(MAGIC, block, KEYS)


def test_an_empty_block_without_magic_holds_no_object() -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack_block(b"", EMPTY_BLOCK, KEYS)
