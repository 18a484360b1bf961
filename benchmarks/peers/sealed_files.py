"""What is done with a file of weights: plainly, in a container, and by peers.

Each function does one thing once; who calls it measures. Peers that are not installed
give no task.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from ringwall.vault.container.header import (
    DEFAULT_CHUNK,
    ContainerHeader,
    fresh_container,
    fresh_nonce,
)
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.reading import ContainerReader, Unlocked
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.container.writing import write_part
from ringwall.vault.keys.provider import Wrapped
from ringwall.vault.keys.wrapping import unwrap_under, wrap_under

__all__ = ["TENSOR", "Files", "Kek", "peers", "streamed_growth"]

TENSOR: Final = "layer.7.weight"
_SHAPE: Final = (8, 1024, 1024)
_BLOCK: Final = 1024 * 1024
_AT: Final = 1_800_000_000_000_000
_BOUND_TO: Final = b"weights:bench"


class Kek(NamedTuple):
    """A key-encryption key as a key file holds it."""

    key: bytes = bytes(range(32))
    name: str = "bench"
    kind: str = "file"

    def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Return the wrapped data key."""
        return Wrapped({}, wrap_under(self.key, data_key, context))

    def unwrap(self, reader: ContainerReader, slot: KeySlot) -> bytes:
        """Return the data key of a slot."""
        context = slot.context(reader.header_digest)
        return unwrap_under(self.key, slot.wrapped, context)


class Files:
    """A safetensors file in a folder, its container, and what is done with them.

    Args:
        folder: of its own.
        tensors: how many of 16 MiB, of 16-bit floats.
    """

    def __init__(self, folder: Path, tensors: int) -> None:
        self.plain = folder / "model.safetensors"
        self.sealed = folder / "model.safetensors.vault"
        self.copied = folder / "model.copy"
        numbers = np.random.default_rng(7)
        save_file(
            {
                f"layer.{index}.weight": numbers.integers(
                    0, 2**16, _SHAPE, dtype=np.uint16
                ).view(np.float16)
                for index in range(tensors)
            },
            self.plain,
        )
        self.size = self.plain.stat().st_size
        self.seal()

    def seal(self) -> None:
        """Make the container anew; durable when it returns."""
        self.sealed.unlink(missing_ok=True)
        header = ContainerHeader(
            fresh_container(),
            "weights:bench",
            "model.safetensors",
            "upper",
            self.size,
            DEFAULT_CHUNK,
            fresh_nonce(),
            _AT,
        )
        slot_of = partial(wrapped_slot, Kek(), 1)
        with (
            self.plain.open("rb", buffering=0) as source,
            PartFile.begin(self.sealed) as part,
        ):
            write_part(source, part, header, slot_of)
            part.publish()

    def copy(self) -> None:
        """Copy the plain file; durable when it returns."""
        self.copied.unlink(missing_ok=True)
        block = memoryview(bytearray(_BLOCK))
        with (
            self.plain.open("rb", buffering=0) as source,
            self.copied.open("wb", buffering=0) as target,
        ):
            while got := source.readinto(block):
                target.write(block[:got])
            os.fsync(target.fileno())

    def read_plain(self) -> None:
        """Read the plain file into a fresh buffer."""
        whole = np.empty(self.size, np.uint8)
        with self.plain.open("rb", buffering=0) as file:
            assert file.readinto(whole.data) == self.size

    def read_sealed(self) -> None:
        """Decrypt the container into a fresh buffer."""
        whole = np.empty(self.size, np.uint8)
        with unlocked(self.sealed) as content:
            content.read_into(0, whole.data)

    def load(self) -> None:
        """Load the plain file as the library does."""
        load_file(self.plain)

    def read_header(self) -> None:
        """Open the container and read the header of the safetensors file in it."""
        with unlocked(self.sealed) as content:
            header_of(content)

    def plain_tensor(self) -> "np.ndarray[Any, Any]":
        """Return one tensor of the plain file."""
        with safe_open(self.plain, framework="numpy") as file:
            tensor: np.ndarray[Any, Any] = file.get_tensor(TENSOR)
            return tensor

    def sealed_tensor(self) -> "np.ndarray[Any, Any]":
        """Return one tensor of the container."""
        with unlocked(self.sealed) as content:
            start, header = header_of(content)
            said = header[TENSOR]
            first, last = said["data_offsets"]
            whole = np.empty(last - first, np.uint8)
            content.read_into(start + first, whole.data)
        return whole.view(np.float16).reshape(said["shape"])

    def stream(self) -> None:
        """Read the container front to back in pieces, and drop them."""
        piece = memoryview(bytearray(8 * _BLOCK))
        with unlocked(self.sealed) as content:
            for start in range(0, self.size, len(piece)):
                length = min(len(piece), self.size - start)
                content.read_into(start, piece[:length])


def unlocked(path: Path) -> Unlocked:
    """Return a container, unlocked."""
    reader = ContainerReader.open(path)
    return reader.unlock(partial(Kek().unwrap, reader))


def header_of(content: Unlocked) -> tuple[int, dict[str, Any]]:
    """Return where the tensors begin, and what a safetensors file says of them."""
    length = int.from_bytes(content.read(0, 8), "little")
    said: dict[str, Any] = json.loads(bytes(content.read(8, 8 + length)))
    return 8 + length, said


def streamed_growth(folder: Path) -> None:
    """Print by how many MiB a process grows that seals and streams; run as its own."""
    files = Files.__new__(Files)
    files.plain = folder / "model.safetensors"
    files.sealed = folder / "model.streamed.vault"
    files.size = files.plain.stat().st_size
    before = _kibibytes("VmRSS")
    files.seal()
    files.stream()
    after = _kibibytes("VmHWM")
    files.sealed.unlink()
    print((after - before) / 1024)


def _kibibytes(name: str) -> int:
    """Return a figure of this process; `getrusage` would tell those of its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise SystemExit(f"this kernel does not tell {name}")


def peers(files: Files) -> Iterator[tuple[str, Callable[[], None]]]:
    """Give the tasks of age and Tink, those that can be imported."""
    folder = files.plain.parent
    with suppress(ImportError):
        yield from _age(files.plain, folder / "model.age")
    with suppress(ImportError):
        yield from _tink(files.plain, folder / "model.tink")


def _age(plain: Path, sealed: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    pyrage = importlib.import_module("pyrage")
    identity = pyrage.x25519.Identity.generate()
    words = str(plain), str(sealed), [identity.to_public()]
    yield "age: encrypt", lambda: pyrage.encrypt_file(*words)
    back = str(sealed), os.devnull, [identity]
    yield "age: decrypt, dropped", lambda: pyrage.decrypt_file(*back)


def _tink(plain: Path, sealed: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    tink = importlib.import_module("tink")
    streaming = importlib.import_module("tink.streaming_aead")
    streaming.register()
    template = streaming.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    cipher = tink.new_keyset_handle(template).primitive(streaming.StreamingAead)

    def encrypt() -> None:
        with (
            plain.open("rb") as source,
            cipher.new_encrypting_stream(sealed.open("wb"), _BOUND_TO) as target,
        ):
            while block := source.read(_BLOCK):
                target.write(block)

    def decrypt() -> None:
        with cipher.new_decrypting_stream(sealed.open("rb"), _BOUND_TO) as source:
            while source.read(_BLOCK):
                pass

    yield "Tink: encrypt", encrypt
    yield "Tink: decrypt, dropped", decrypt


if __name__ == "__main__":
    streamed_growth(Path(sys.argv[1]))
