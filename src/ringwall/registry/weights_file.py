"""What a safetensors file says of itself: digest, size, tensor names and shapes.

Reads the header with strict limits and the bytes once, for the digest. Must never
load a tensor.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import DeclarationError
from ringwall.model.assets import MAX_TENSORS_LISTED, Tensor, WeightsFile
from ringwall.model.tensor_header import (
    LENGTH_BYTES,
    parse_header_length,
    parse_tensor_header,
)
from ringwall.registry.regular_file import open_regular

__all__ = ["describe_weights"]

_BLOCK: Final = 1024 * 1024
_MAX_TENSORS_BYTES: Final = 32 * 1024


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
    prefix = handle.read(LENGTH_BYTES)
    try:
        length = parse_header_length(prefix)
        header = handle.read(length)
        tensors, body = _tensors(header, length)
    except ValueError as error:
        raise _malformed(path, str(error)) from None
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


def _tensors(header: bytes, length: int) -> tuple[list[Tensor], int]:
    """Return the tensors in order of name, and how many bytes they fill.

    Raises:
        ValueError: the header is short or wrong, or names what can't be put on record.
    """
    if len(header) < length:
        raise ValueError("it ends inside its header")
    said = parse_tensor_header(header)
    try:
        tensors = [
            Tensor(name=entry.name, dtype=entry.dtype, shape=entry.shape)
            for entry in said.tensors
        ]
    except ValueError:
        raise ValueError("a tensor's entry in the header is wrong") from None
    return tensors, said.body


def _malformed(path: Path, message: str) -> DeclarationError:
    return DeclarationError(
        "weights-malformed",
        f"`{path}` is not a safetensors file: {message}",
        next_step="name a file that safetensors wrote",
    )
