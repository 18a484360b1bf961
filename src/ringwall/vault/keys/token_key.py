"""A key-encryption key that was born in a PKCS#11 token and never leaves it.

The token itself encrypts data keys, by AES-GCM with the context as associated data.
Must never use a key that the token would give away.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, cast

from ringwall.base.errors import ConfigurationError, IntegrityError, RingwallError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.held import wrong_key
from ringwall.vault.keys.provider import Wrapped
from ringwall.vault.keys.token_place import TokenPlace, cryptoki
from ringwall.vault.keys.wrapping import (
    BLOB_BYTES,
    CHECKED,
    NONCE_BYTES,
    check_data_key,
    is_checked,
    not_unwrapped,
)

__all__ = ["CipherKey", "TokenKey", "make_token_key"]

_BITS: Final = 256
_MAX_LABEL: Final = 64
# What a token says to a ciphertext whose tag doesn't hold; PKCS #11 leaves it open
# which of these it is.
_NOT_OPENED: Final = (
    "DataInvalid",
    "EncryptedDataInvalid",
    "EncryptedDataLenRange",
    "FunctionFailed",
    "GeneralError",
)


class CipherKey(Protocol):
    """A secret key in a token, as the package `pkcs11` shows it."""

    def __getitem__(self, attribute: object) -> object:
        """Return what the token says of the key."""
        ...

    def encrypt(self, data: bytes, **mechanism: object) -> bytes:
        """Return the ciphertext."""
        ...

    def decrypt(self, data: bytes, **mechanism: object) -> bytes:
        """Return the plaintext."""
        ...

    def destroy(self) -> None:
        """Erase the key."""
        ...


class TokenKey:
    """A provider for the kind `pkcs11`.

    Args:
        description: of the key.
        take_pin: gives the PIN of the token; called at each use.
    """

    def __init__(
        self, description: KeyDescription, take_pin: Callable[[], str]
    ) -> None:
        self.name = description.name
        self.kind = description.kind
        self._description = description
        self._place = _place_of(description)
        self._take_pin = take_pin

    def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Return the data key, wrapped; see `KeyProvider`."""
        check_data_key(data_key)
        with self._key() as key:
            return Wrapped(self._params(), _encrypt(key, data_key, context))

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Return the data key; see `KeyProvider`."""
        if dict(wrapped.params) != self._params():
            message = "the data key was wrapped under another key than"
            raise wrong_key(self.name, message)
        with self._key() as key:
            return _decrypt(key, wrapped.blob, context)

    def _params(self) -> dict[str, str | int]:
        # Which library speaks to the token is the matter of each machine.
        return {"label": self._place.label, "token": self._place.token}

    @contextmanager
    def _key(self) -> Iterator["CipherKey"]:
        """Give the key in the token once it is sure that it is the one described."""
        with self._place.session(self._take_pin) as session:
            object_class = cryptoki().ObjectClass.SECRET_KEY
            found = session.get_key(object_class=object_class, label=self._place.label)
            key = cast("CipherKey", found)  # by its object class
            _check_kept(key, self.name)
            if not _fits(key, self._description):
                raise wrong_key(self.name, "the token holds another key than")
            yield key


def make_token_key(
    draft: KeyDescription, place: TokenPlace, take_pin: Callable[[], str]
) -> KeyDescription:
    """Make a key in a token, and return its description.

    Args:
        draft: of the key, without parameters.
        place: where it is to be.
        take_pin: gives the PIN of the token.

    Raises:
        ConfigurationError: `key-option-refused`, a label is none; `hsm-key-exists`; or
            what `TokenPlace.session` raises.
        IntegrityError: `key-wrong`, the PIN is not the token's; or `hsm-key-weak`, the
            token would give the key away; it is erased again.
    """
    _check_labels(place)
    module = cryptoki()
    params = {"label": place.label, "module": place.module, "token": place.token}
    described = KeyDescription(draft.name, draft.kind, draft.created, params)
    with place.session(take_pin, writable=True) as session:
        wanted = {
            module.Attribute.CLASS: module.ObjectClass.SECRET_KEY,
            module.Attribute.LABEL: place.label,
        }
        if any(True for _ in session.get_objects(wanted)):
            raise ConfigurationError(
                "hsm-key-exists",
                f"the token `{place.token}` holds a key labelled `{place.label}`",
                next_step="give another --label",
            )
        made = session.generate_key(
            module.KeyType.AES,
            _BITS,
            label=place.label,
            store=True,
            capabilities=module.MechanismFlag.ENCRYPT | module.MechanismFlag.DECRYPT,
            template={
                module.Attribute.EXTRACTABLE: False,
                module.Attribute.PRIVATE: True,
                module.Attribute.SENSITIVE: True,
            },
        )
        key = cast("CipherKey", made)
        try:
            _check_kept(key, draft.name)
            blob = _encrypt(key, CHECKED, described.check_context())
        except (RingwallError, module.PKCS11Error):
            key.destroy()
            raise
    return described.with_check(encode_base64(blob))


def _check_labels(place: TokenPlace) -> None:
    for label in (place.token, place.label):
        if not label or not label.isprintable() or len(label) > _MAX_LABEL:
            raise ConfigurationError(
                "key-option-refused",
                f"`{label[:80]}` is no label: up to {_MAX_LABEL} printable characters",
                next_step="give another --token or --label",
            )


def _place_of(description: KeyDescription) -> TokenPlace:
    params = description.params
    module, token, label = (str(params[key]) for key in ("module", "token", "label"))
    return TokenPlace(module, token, label)


def _check_kept(key: CipherKey, name: str) -> None:
    """Raise unless the token has made the key itself and never gives it away."""
    attribute = cryptoki().Attribute
    good = key[attribute.LOCAL] and key[attribute.SENSITIVE]
    if not good or key[attribute.EXTRACTABLE] or not key[attribute.NEVER_EXTRACTABLE]:
        raise IntegrityError(
            "hsm-key-weak",
            f"the token's key for `{name}` was not born in it, or it gives it away",
            next_step="make another one with `ringwall vault init-key`, and rewrap",
        )


def _fits(key: CipherKey, description: KeyDescription) -> bool:
    try:
        blob = decode_base64(description.check)
        return is_checked(_decrypt(key, blob, description.check_context()))
    except (ValueError, IntegrityError):
        return False


def _encrypt(key: CipherKey, data_key: bytes, context: bytes) -> bytes:
    module, nonce = cryptoki(), secrets.token_bytes(NONCE_BYTES)
    sealed = key.encrypt(
        bytes(data_key),
        mechanism=module.Mechanism.AES_GCM,
        mechanism_param=module.GCMParams(nonce, context),
    )
    return nonce + sealed


def _decrypt(key: CipherKey, blob: bytes, context: bytes) -> bytes:
    if len(blob) != BLOB_BYTES:
        raise not_unwrapped()
    module = cryptoki()
    try:
        return key.decrypt(
            blob[NONCE_BYTES:],
            mechanism=module.Mechanism.AES_GCM,
            mechanism_param=module.GCMParams(blob[:NONCE_BYTES], context),
        )
    except module.PKCS11Error as error:
        if type(error).__name__ not in _NOT_OPENED:
            raise
        raise not_unwrapped() from None
