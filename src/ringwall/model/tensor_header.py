"""The header of a safetensors file: which tensors it holds, and where they lie.

Takes the bytes of a header and nothing else; must never believe a size, a place or a
count that the rest of the header contradicts.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "LENGTH_BYTES",
    "MAX_HEADER_BYTES",
    "TensorEntry",
    "TensorHeader",
    "parse_header_length",
    "parse_tensor_header",
]

LENGTH_BYTES: Final = 8
"""How many bytes before the header say how long it is."""
MAX_HEADER_BYTES: Final = 100 * 1024 * 1024
"""Longest header, as the safetensors library has it."""

_MAX_RANK: Final = 64
_MAX_BODY: Final = 2**63
_METADATA: Final = "__metadata__"
_ENTRY_KEYS: Final = {"dtype", "shape", "data_offsets"}
_DTYPES: Final = {
    4: "F4",
    6: "F6_E2M3 F6_E3M2",
    8: "BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ",
    16: "U16 I16 F16 BF16",
    32: "U32 I32 F32",
    64: "U64 I64 F64 C64",
}
_BITS: Final = {name: bits for bits, names in _DTYPES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor as the header tells it.

    Attributes:
        name: of the tensor, any text.
        dtype: of an element, e.g. `F32`.
        shape: empty for a scalar.
        start: where it begins, in bytes from the end of the header.
        stop: where it ends.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int

    @property
    def bits(self) -> int:
        """How many bits an element takes: 4, 6, 8, 16, 32 or 64."""
        return _BITS[self.dtype]


@dataclass(frozen=True, slots=True)
class TensorHeader:
    """What a header says.

    Attributes:
        tensors: in order of name.
        metadata: what the writer put beside them, text by text.
        body: how many bytes follow the header; the tensors fill them without a gap.
    """

    tensors: tuple[TensorEntry, ...]
    metadata: dict[str, str]
    body: int


def parse_header_length(prefix: bytes | bytearray) -> int:
    """Return how long the header is, from the first 8 bytes of a file.

    Raises:
        ValueError: they are fewer, or it is no length that a header has.
    """
    length = int.from_bytes(prefix, "little")
    if len(prefix) != LENGTH_BYTES or not 2 <= length <= MAX_HEADER_BYTES:
        raise ValueError("its header length is impossible")
    return length


def parse_tensor_header(data: bytes | bytearray) -> TensorHeader:
    """Return what a header says.

    Args:
        data: the header without the 8 bytes before it.

    Raises:
        ValueError: it is not one; the message says which rule it breaks.
    """
    try:
        entries = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise ValueError("its header is not JSON") from None
    if not isinstance(entries, dict) or not data.startswith(b"{"):
        raise ValueError("its header is not a JSON object")
    metadata = entries.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(
        isinstance(text, str) for text in metadata.values()
    ):
        raise ValueError("its metadata is not text by text")
    try:
        tensors = tuple(_entry(name, entries[name]) for name in sorted(entries))
        body = _end_of((tensor.start, tensor.stop) for tensor in tensors)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("a tensor's entry in the header is wrong") from None
    return TensorHeader(tensors, metadata, body)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return value


def _entry(name: str, entry: dict[str, Any]) -> TensorEntry:
    """Return a tensor, its size checked against its shape."""
    if entry.keys() != _ENTRY_KEYS:
        raise ValueError("a tensor's entry has other members than it should")
    start, stop = entry["data_offsets"]
    shape, dtype = entry["shape"], entry["dtype"]
    if type(start) is not int or type(stop) is not int:
        raise ValueError("a tensor lies between two whole numbers")
    if not isinstance(shape, list) or len(shape) > _MAX_RANK:
        raise ValueError("a shape is a short list")
    if any(type(size) is not int or not 0 <= size < _MAX_BODY for size in shape):
        raise ValueError("a shape holds whole numbers")
    if math.prod(shape) * _BITS[dtype] != 8 * (stop - start):
        raise ValueError("a tensor is not as large as its shape says")
    return TensorEntry(name, dtype, tuple(shape), start, stop)


def _end_of(extents: Iterable[tuple[int, int]]) -> int:
    """Return where the last tensor ends; each begins where another one ended."""
    position = 0
    for start, stop in sorted(extents):
        if start != position:
            raise ValueError("tensors overlap or leave a gap")
        position = stop
    if position >= _MAX_BODY:
        raise ValueError("no file is as long")
    return position
