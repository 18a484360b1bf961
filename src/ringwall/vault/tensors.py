"""The tensors of a safetensors file in the vault, each read when it is asked for.

Opening reads the header and nothing behind it. Must never read a tensor that nobody
named, nor give one whose place the header contradicts.
"""

from collections.abc import Callable, Iterator, KeysView
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from numpy.typing import NDArray

from ringwall.base.errors import IntegrityError
from ringwall.model.tensor_header import (
    LENGTH_BYTES,
    TensorEntry,
    TensorHeader,
    parse_header_length,
    parse_tensor_header,
)
from ringwall.vault.opened_file import VaultFile
from ringwall.vault.tensor_views import dtype_of, fresh_memory, raw_view, view

__all__ = ["TensorInfo", "Tensors"]


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """What the header says of one tensor.

    Attributes:
        dtype: of an element, as safetensors has it, e.g. `BF16`.
        shape: empty for a scalar.
        bytes: how many it takes.
    """

    dtype: str
    shape: tuple[int, ...]
    bytes: int


class Tensors:
    """An open safetensors file: name by name a read-only array in memory of its own.

    Each tensor that is read is a question of its own for its range; `all` puts one for
    the whole. What was read stays valid after it is closed; nothing more is read then.
    It is no `collections.abc.Mapping`: comparing two, or looking whether a name is in
    one, would read tensors.

    Args:
        file: open; it is closed with this.

    Raises:
        IntegrityError: `tensors-malformed`, it is no safetensors file.
        AccessDenied: no permit for the header.
    """

    def __init__(self, file: VaultFile) -> None:
        self._file = file
        try:
            self._body, header = _read_header(file)
        except BaseException:
            file.close()
            raise
        self._entries = {entry.name: entry for entry in header.tensors}
        self._size = header.body
        self.metadata = MappingProxyType(header.metadata)
        """What the writer put beside the tensors, text by text."""

    def keys(self) -> KeysView[str]:
        """Return the names, in order."""
        return self._entries.keys()

    def __iter__(self) -> Iterator[str]:
        """Give the names, in order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return how many tensors there are."""
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a tensor of this name; reads nothing."""
        return name in self._entries

    def info(self, name: str) -> TensorInfo:
        """Return what the header says of a tensor.

        Raises:
            KeyError: there is none of this name.
        """
        entry = self._entries[name]
        return TensorInfo(entry.dtype, entry.shape, entry.stop - entry.start)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Read one tensor.

        Raises:
            KeyError: there is none of this name.
            ActRefused: `tensor-without-dtype`; nothing was read.
            AccessDenied: no permit for its range.
            IntegrityError: the container is damaged.
            ValueError: the file is closed.
        """
        entry = self._entries[name]
        dtype_of(entry)
        return view(entry, self._read(entry.start, entry.stop))

    def raw(self, name: str) -> NDArray[Any]:
        """As `tensors[name]`, its elements as unsigned numbers of the same width.

        `BF16` comes as `uint16`, `F8_E4M3` as `uint8`, in the tensor's shape; elements
        of 4 and 6 bits as their bytes in a row.
        """
        entry = self._entries[name]
        return raw_view(entry, self._read(entry.start, entry.stop))

    def all(self) -> dict[str, NDArray[Any]]:
        """Read all tensors, in one range and into one piece of memory.

        Raises:
            ActRefused: `tensor-without-dtype`, of one of them; nothing was read.
            AccessDenied: no permit for the whole.
            IntegrityError: the container is damaged.
            ValueError: the file is closed.
        """
        for entry in self._entries.values():
            dtype_of(entry)
        return self._all(view)

    def all_raw(self) -> dict[str, NDArray[Any]]:
        """As `all`, each tensor as `raw` gives it."""
        return self._all(raw_view)

    def close(self) -> None:
        """Read nothing more; what was read stays valid."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the tensors themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def _all(
        self, seen: Callable[[TensorEntry, memoryview], NDArray[Any]]
    ) -> dict[str, NDArray[Any]]:
        data = self._read(0, self._size)
        return {
            name: seen(entry, data[entry.start : entry.stop])
            for name, entry in self._entries.items()
        }

    def _read(self, start: int, stop: int) -> memoryview:
        memory = fresh_memory(stop - start)
        self._file.read_into(self._body + start, memory)
        return memory


def _read_header(file: VaultFile) -> tuple[int, TensorHeader]:
    """Return where the tensors begin, and what the header says.

    Raises:
        IntegrityError: `tensors-malformed`.
    """
    try:
        prefix = bytearray(min(LENGTH_BYTES, file.size))
        file.read_into(0, prefix)
        body = LENGTH_BYTES + parse_header_length(prefix)
        data = bytearray(_checked(body, file.size) - LENGTH_BYTES)
        file.read_into(LENGTH_BYTES, data)
        header = parse_tensor_header(data)
        _check_length(body + header.body, file.size)
    except ValueError as error:
        raise IntegrityError(
            "tensors-malformed",
            f"`{file.name}` of `{file.asset}` is not a safetensors file: {error}",
            next_step="open it as a plain file, or seal what safetensors wrote",
        ) from error
    return body, header


def _checked(body: int, size: int) -> int:
    """Return where the tensors begin, if the file is as long.

    Raises:
        ValueError: it is not.
    """
    if body > size:
        raise ValueError("it ends inside its header")
    return body


def _check_length(expected: int, size: int) -> None:
    """Raise unless a file is as long as its header says.

    Raises:
        ValueError: it is not.
    """
    if expected != size:
        raise ValueError("it is not as long as its header says")
