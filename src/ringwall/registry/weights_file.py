"""What a safetensors file says of itself: digest, size, tensor names and shapes.

Reads the header with strict limits and the bytes once, for the digest. Must never
load a tensor.
"""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import DeclarationError
from ringwall.model.declarations import MAX_TENSORS_LISTED, Tensor, WeightsFile

__all__ = ["describe_weights"]

_MAX_HEADER: Final = 100 * 1024 * 1024
_BLOCK: Final = 1024 * 1024
_MAX_TENSORS_BYTES: Final = 32 * 1024


def describe_weights(path: Path) -> WeightsFile:
    """Return the registered description of a safetensors file.

    Raises:
        DeclarationError: `weights-unreadable`, the file can't be read;
            `weights-malformed`, it is not a safetensors file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            prefix = handle.read(8)
            length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
            if not 2 <= length <= min(_MAX_HEADER, size - 8):
                raise _malformed(path, "its header length is impossible")
            header = handle.read(length)
            digest = hashlib.sha256(prefix + header)
            while block := handle.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise DeclarationError(
            "weights-unreadable",
            f"`{path}` can't be read: {error.strerror or error}",
            next_step="check the path and its permissions",
        ) from error
    tensors = _tensors(path, header, size - 8 - length)
    rows = [tensor.model_dump(mode="json") for tensor in tensors]
    whole = "\n".join(dump_canonical(row).decode() for row in rows)
    listed = tensors[:MAX_TENSORS_LISTED]
    while len(dump_canonical([t.model_dump(mode="json") for t in listed])) > (
        _MAX_TENSORS_BYTES
    ):
        listed = listed[: len(listed) // 2]
    return WeightsFile(
        sha256=digest.hexdigest(),
        bytes=size,
        tensor_count=len(tensors),
        tensors_sha256=hashlib.sha256(whole.encode()).hexdigest(),
        tensors=tuple(listed),
    )


def _tensors(path: Path, header: bytes, room: int) -> list[Tensor]:
    """Return the tensors in order of name, their extents checked against the file."""
    try:
        entries = json.loads(header.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _malformed(path, "its header is not JSON") from None
    if not isinstance(entries, dict):
        raise _malformed(path, "its header is not a JSON object")
    entries.pop("__metadata__", None)
    try:
        return [_tensor(name, entries[name], room) for name in sorted(entries)]
    except (KeyError, TypeError, ValueError):
        raise _malformed(path, "a tensor's entry in the header is wrong") from None


def _tensor(name: str, entry: dict[str, Any], room: int) -> Tensor:
    start, end = entry["data_offsets"]
    if not 0 <= start <= end <= room:
        raise ValueError("a tensor lies outside the file")
    return Tensor(name=name, dtype=entry["dtype"], shape=tuple(entry["shape"]))


def _malformed(path: Path, message: str) -> DeclarationError:
    return DeclarationError(
        "weights-malformed",
        f"`{path}` is not a safetensors file: {message}",
        next_step="name a file that safetensors wrote",
    )
