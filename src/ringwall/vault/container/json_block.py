"""A block of 4096 bytes that holds one JSON object and nothing else.

`docs/vault-format.md` sections 2 and 3. Must never read two blocks as the same
object: each bit of the block counts.
"""

from typing import Any, Final

from ringwall.base.canonical import dump_canonical, load_canonical

__all__ = ["BLOCK_BYTES", "EMPTY_BLOCK", "pack_block", "unpack_block"]

BLOCK_BYTES: Final = 4096
"""Length of the header and of each key slot."""
EMPTY_BLOCK: Final = bytes(BLOCK_BYTES)

_LENGTH_BYTES: Final = 4


def pack_block(magic: bytes, value: dict[str, Any]) -> bytes:
    """Return `magic`, the length of the JSON as u32, the JSON, and zeros.

    Raises:
        ValueError: it does not fit, or is not canonical JSON.
    """
    text = dump_canonical(value)
    start = magic + len(text).to_bytes(_LENGTH_BYTES, "big")
    block = (start + text).ljust(BLOCK_BYTES, b"\0")
    if len(block) != BLOCK_BYTES:
        raise ValueError(f"{len(text)} bytes of JSON are too many for a block")
    return block


def unpack_block(magic: bytes, block: bytes, keys: frozenset[str]) -> dict[str, Any]:
    """Return the object in a block that `pack_block` made.

    Args:
        magic: what the block has to begin with.
        block: 4096 bytes.
        keys: of the object, all of them.

    Raises:
        ValueError: the block is anything else, in whatever bit.
    """
    if len(block) != BLOCK_BYTES:
        raise ValueError(f"{len(block)} bytes are not a block")
    if not block.startswith(magic):
        raise ValueError("the first bytes are not those of this format")
    start = len(magic) + _LENGTH_BYTES
    end = start + int.from_bytes(block[len(magic) : start], "big")
    if end > BLOCK_BYTES:
        raise ValueError("its JSON is longer than the block")
    if block[end:].strip(b"\0"):
        raise ValueError("what follows its JSON is not all zero")
    value = load_canonical(block[start:end])
    if value.keys() != keys:
        raise ValueError("its JSON has other keys than it should")
    if type(value["v"]) is not int or value["v"] != 1:
        raise ValueError("it is of another version")
    return value
