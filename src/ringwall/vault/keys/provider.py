"""What wraps and unwraps data keys: two methods, whatever holds the key behind them.

Must never be asked to unwrap before the permit for it is on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

__all__ = ["DATA_KEY_BYTES", "KeyProvider", "Params", "Wrapped"]

DATA_KEY_BYTES: Final = 32
"""Bytes of a data key, and of a key-encryption key that is held as bytes."""

Params = Mapping[str, str | int]
"""What a key slot or a description says openly of a key."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it lies in a key slot.

    Attributes:
        params: what the provider needs to unwrap it, beside its own secret.
        blob: the wrapped key; what it looks like depends on the kind.
    """

    params: Params
    blob: bytes = field(repr=False)


class KeyProvider(Protocol):
    """A key-encryption key that can be used.

    Attributes:
        name: of the key, as in the keyring and in key slots.
        kind: `passphrase`, `file`, `pkcs11`, `shares` or `recipient`.
    """

    name: str
    kind: str

    def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Return the data key, wrapped.

        Args:
            data_key: 32 bytes.
            context: what the wrap is bound to; needed again to unwrap.

        Raises:
            IntegrityError: `key-wrong`, the secret given is not this key's.
        """
        ...

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Return the data key, 32 bytes.

        Raises:
            IntegrityError: `key-wrong`, the secret given is not this key's, or the
                data key was wrapped under another; or `key-unwrap-failed`, what is
                wrapped or its context is not what was wrapped.
        """
        ...
