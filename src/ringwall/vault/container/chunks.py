"""Chunks: AES-256-GCM over pieces of a file, each bound to its place (STREAM).

`docs/vault-format.md` section 4. Must never leave bytes behind whose tag does not
hold, nor use a nonce twice under one data key.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.vault.container.buffers import wipe
from ringwall.vault.container.header import ContainerHeader
from ringwall.vault.container.slots import DATA_KEY_BYTES

__all__ = ["ChunkCipher", "ChunkDamaged"]

_NOT_A_KEY: Final = "a data key has 32 bytes"


class ChunkDamaged(Exception):
    """The tag of a chunk does not hold.

    Attributes:
        index: of the chunk, from 0.
    """

    def __init__(self, index: int) -> None:
        super().__init__(f"chunk {index} is damaged")
        self.index = index


class ChunkCipher:
    """Seals and opens the chunks of one container.

    Args:
        data_key: 32 bytes, which it keeps and `forget` overwrites. The library has
            a copy of its own, which goes with the cipher.
        header: of the container.

    Raises:
        ValueError: the key has another length.
    """

    def __init__(self, data_key: bytearray, header: ContainerHeader) -> None:
        if len(data_key) != DATA_KEY_BYTES:
            raise ValueError(_NOT_A_KEY)
        self._key = data_key
        self._cipher: AESGCM | None = AESGCM(data_key)
        self._header = header
        self._bound_to = header.digest

    @property
    def data_key(self) -> bytes:
        """A copy of the data key, for whoever wraps it or checks a slot.

        Raises:
            ValueError: it has been forgotten.
        """
        self._live()
        return bytes(self._key)

    def seal_into(self, index: int, plain: memoryview, sealed: memoryview) -> None:
        """Encrypt one chunk.

        Args:
            index: of the chunk, from 0.
            plain: its bytes, all of them.
            sealed: where ciphertext and tag go, 16 bytes longer.
        """
        nonce = self._header.chunk_nonce(index)
        self._live().encrypt_into(nonce, plain, self._bound_to, sealed)

    def open_into(self, index: int, sealed: memoryview, plain: memoryview) -> None:
        """Decrypt one chunk; `plain` is zeroed if its tag does not hold.

        Raises:
            ChunkDamaged: it does not.
        """
        nonce = self._header.chunk_nonce(index)
        try:
            self._live().decrypt_into(nonce, sealed, self._bound_to, plain)
        except InvalidTag:
            wipe(plain)
            raise ChunkDamaged(index) from None

    @property
    def is_forgotten(self) -> bool:
        """Whether the data key is gone."""
        return self._cipher is None

    def forget(self) -> None:
        """Overwrite the data key; nothing can be sealed or opened any more."""
        self._key[:] = bytes(DATA_KEY_BYTES)
        self._cipher = None

    def _live(self) -> AESGCM:
        if self._cipher is None:
            raise ValueError("the container is closed")
        return self._cipher
