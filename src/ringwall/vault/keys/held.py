"""A key-encryption key whose 32 bytes this process holds while it is in use.

Must never wrap under a key that is not the one described, such as that of a mistyped
passphrase.
"""

from collections.abc import Callable

from ringwall.base.errors import IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.provider import Params, Wrapped
from ringwall.vault.keys.wrapping import (
    CHECKED,
    is_checked,
    unwrap_under,
    wrap_under,
)

__all__ = ["HeldKey", "checked_by", "wrong_key"]


class HeldKey:
    """A provider for the kinds `file`, `passphrase` and `shares`.

    Args:
        description: of the key.
        fetch: gives the key's 32 bytes; called once, at the first use.
    """

    def __init__(self, description: KeyDescription, fetch: Callable[[], bytes]) -> None:
        self.name = description.name
        self.kind = description.kind
        self._description = description
        self._fetch = fetch
        self._kek: bytes | None = None

    def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Return the data key, wrapped; see `KeyProvider`."""
        blob = wrap_under(self._own(), data_key, context)
        return Wrapped(dict(self._description.params), blob)

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Return the data key; see `KeyProvider`."""
        own = dict(wrapped.params) == dict(self._description.params)
        kek = self._own() if own else self._other(wrapped.params)
        return unwrap_under(kek, wrapped.blob, context)

    def _own(self) -> bytes:
        """Return the key described, or raise `key-wrong`."""
        if self._kek is None:
            kek = self._fetch()
            if not _fits(self._description, kek):
                raise wrong_key(self.name)
            self._kek = kek
        return self._kek

    def _other(self, _params: Params) -> bytes:
        """Return the key that a container asks for when it is not the one described."""
        raise wrong_key(self.name, "the data key was wrapped under another key called")


def checked_by(description: KeyDescription, kek: bytes) -> KeyDescription:
    """Return the description with the check value of this key."""
    blob = wrap_under(kek, CHECKED, description.check_context())
    return description.with_check(encode_base64(blob))


def wrong_key(
    name: str, message: str = "the secret given, or the description, is not that of key"
) -> IntegrityError:
    """Return the error of a secret that is not that of a key."""
    return IntegrityError(
        "key-wrong",
        f"{message} `{name}`",
        next_step="give the secret of this key; if it is right, restore the key's "
        "files from a copy",
    )


def _fits(description: KeyDescription, kek: bytes) -> bool:
    try:
        blob = decode_base64(description.check)
        return is_checked(unwrap_under(kek, blob, description.check_context()))
    except (ValueError, IntegrityError):
        return False
