"""What a safetensors file says of itself: digest, size, tensor names and shapes.

Reads the header with strict limits and the bytes once, for the digest. Must never
load a tensor.
"""

import hashlib
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import DeclarationError
from ringwall.model.assets import MAX_TENSORS_LISTED, Tensor, WeightsFile
from ringwall.registry.regular_file import open_regular

__all__ = ["describe_weights"]

_MAX_HEADER: Final = 100 * 1024 * 1024  # as the safetensors library has it
_BLOCK: Final = 1024 * 1024
_MAX_TENSORS_BYTES: Final = 32 * 1024
_MAX_RANK: Final = 64
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


def describe_weights(path: Path) -> WeightsFile:
    """Return the registered description of a safetensors file.

    Raises:
        DeclarationError: `weights-unreadable`, the file can't be read;
            `weights-malformed`, it is not a safetensors file.
    """
    try:
        with open_regular(path) as handle:
            return _describe(path, handle)
    except OSError as error:
        raise DeclarationError(
            "weights-unreadable",
            f"`{path}` can't be read: {error.strerror or error}",
            next_step="check the path and its permissions",
        ) from error


def _describe(path: Path, handle: BinaryIO) -> WeightsFile:
    prefix = handle.read(8)
    length = int.from_bytes(prefix, "little")
    if len(prefix) < 8 or not 2 <= length <= _MAX_HEADER:
        raise _malformed(path, "its header length is impossible")
    header = handle.read(length)
    if len(header) < length:
        raise _malformed(path, "it ends inside its header")
    tensors, body = _tensors(path, header)
    digest = hashlib.sha256(prefix + header)
    left = body
    while left >= 0 and (block := handle.read(_BLOCK)):
        digest.update(block)
        left -= len(block)
    if left != 0:
        raise _malformed(path, "it is not as long as its header says")
    return WeightsFile(
        sha256=digest.hexdigest(),
        bytes=len(prefix) + length + body,
        tensor_count=len(tensors),
        tensors_sha256=hashlib.sha256(b"\n".join(map(_dump, tensors))).hexdigest(),
        tensors=_listed(tensors),
    )


def _listed(tensors: list[Tensor]) -> tuple[Tensor, ...]:
    """Return the first tensors, as many as an entry of the log has room for."""
    listed, room = [], _MAX_TENSORS_BYTES
    for tensor in tensors[:MAX_TENSORS_LISTED]:
        room -= len(_dump(tensor)) + 1
        if room < 0:
            break
        listed.append(tensor)
    return tuple(listed)


def _dump(tensor: Tensor) -> bytes:
    return dump_canonical(tensor.model_dump(mode="json"))


def _tensors(path: Path, header: bytes) -> tuple[list[Tensor], int]:
    """Return the tensors in order of name, and how many bytes they fill."""
    try:
        entries = json.loads(header.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise _malformed(path, "its header is not JSON") from None
    if not isinstance(entries, dict):
        raise _malformed(path, "its header is not a JSON object")
    entries.pop("__metadata__", None)
    try:
        read = [_tensor(name, entries[name]) for name in sorted(entries)]
        body = _end_of(extent for _, extent in read)
    except (KeyError, TypeError, ValueError):
        raise _malformed(path, "a tensor's entry in the header is wrong") from None
    return [tensor for tensor, _ in read], body


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return value


def _tensor(name: str, entry: dict[str, Any]) -> tuple[Tensor, tuple[int, int]]:
    """Return a tensor and where it lies, its size checked against its shape."""
    shape, (start, end) = entry["shape"], entry["data_offsets"]
    if entry.keys() != _ENTRY_KEYS or type(start) is not int or type(end) is not int:
        raise ValueError("a tensor's entry has other members than it should")
    if not isinstance(shape, list) or len(shape) > _MAX_RANK:
        raise ValueError("a shape is a short list")
    tensor = Tensor(name=name, dtype=entry["dtype"], shape=tuple(shape))
    if math.prod(tensor.shape) * _BITS[tensor.dtype] != 8 * (end - start):
        raise ValueError("a tensor is not as large as its shape says")
    return tensor, (start, end)


def _end_of(extents: Iterable[tuple[int, int]]) -> int:
    """Return where the last tensor ends; each begins where another one ended."""
    position = 0
    for start, end in sorted(extents):
        if start != position:
            raise ValueError("tensors overlap or leave a gap")
        position = end
    return position


def _malformed(path: Path, message: str) -> DeclarationError:
    return DeclarationError(
        "weights-malformed",
        f"`{path}` is not a safetensors file: {message}",
        next_step="name a file that safetensors wrote",
    )
