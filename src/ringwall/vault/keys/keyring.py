"""The keyring: key-encryption keys by name, made once, found again to be used.

A folder holds `NAME.json`, what is open of a key, and for the kinds `file` and
`recipient` a secret beside it. Must never write over a key.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ringwall.base.clock import Clock, SystemClock
from ringwall.base.errors import ConfigurationError, IntegrityError, UnknownItem
from ringwall.base.plain_folder import list_folder
from ringwall.vault.keys.description import (
    KINDS,
    MAX_DESCRIPTION_BYTES,
    KeyDescription,
    parse_key_name,
)
from ringwall.vault.keys.held import HeldKey, checked_by
from ringwall.vault.keys.key_file import (
    make_folder,
    publish_file,
    read_description,
    read_secret,
)
from ringwall.vault.keys.passphrase import (
    DEFAULT_N,
    PassphraseKey,
    make_passphrase_key,
)
from ringwall.vault.keys.provider import DATA_KEY_BYTES, KeyProvider
from ringwall.vault.keys.recipient import (
    SEED_BYTES,
    RecipientKey,
    check_recipient,
    make_recipient_key,
)
from ringwall.vault.keys.shares import SharedKey, make_shared_key
from ringwall.vault.keys.token_key import TokenKey, make_token_key
from ringwall.vault.keys.token_place import TokenPlace
from ringwall.vault.keys.unlocking import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KeyOptions", "Keyring", "MadeKey"]

_MOST_KEYS: Final = 10_000
_OPEN: Final = ".json"
_KEK: Final = ".kek"
_PRIVATE: Final = ".private"


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """What may be said of a new key, by kind.

    Attributes:
        n: cost of scrypt (`passphrase`).
        threshold: how many shares give the key back (`shares`).
        shares: how many there are (`shares`).
        module: path of the token's library (`pkcs11`).
        token: label of the token (`pkcs11`).
        label: of the key in the token; its name if empty (`pkcs11`).
    """

    n: int = DEFAULT_N
    threshold: int = 0
    shares: int = 0
    module: str = ""
    token: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was just made.

    Attributes:
        description: of the key.
        shares: its mnemonics, if it is of the kind `shares`: nowhere else any more.
    """

    description: KeyDescription
    shares: tuple[str, ...] = field(default=(), repr=False)


class Keyring:
    """The key-encryption keys in a folder.

    Args:
        folder: e.g. `keys/vault` of an institute; made with the first key.
        clock: where the present instant comes from.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self._clock = clock or SystemClock()
        self._makers: dict[str, Callable[..., MadeKey]] = {
            "file": self._make_file,
            "passphrase": self._make_passphrase,
            "pkcs11": self._make_token,
            "recipient": self._make_recipient,
            "shares": self._make_shares,
        }

    def names(self) -> tuple[str, ...]:
        """Return the names of the keys, sorted; a file of no key's name is none.

        Raises:
            ConfigurationError: `keyring-unreadable`.
        """
        try:
            paths = list_folder(self.folder, _MOST_KEYS)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise ConfigurationError(
                "keyring-unreadable",
                f"`{self.folder}` can't be read: {error.strerror or error}",
                next_step="make it a folder that whoever runs ringwall may read",
            ) from error
        stems = [path.stem for path in paths if path.suffix == _OPEN]
        return tuple(sorted(stem for stem in stems if _is_name(stem)))

    def describe(self, name: str) -> KeyDescription:
        """Return what is open of a key.

        Raises:
            UnknownItem: `unknown-key`.
            ConfigurationError: `key-file-missing` or `key-file-exposed`.
            IntegrityError: `key-description-malformed`.
        """
        path = self.folder / f"{name}{_OPEN}"
        if not _is_name(name) or not os.path.lexists(path):
            known = ", ".join(f"`{key}`" for key in self.names()) or "none"
            raise UnknownItem(
                "unknown-key",
                f"there is no key-encryption key `{name}`",
                next_step=f"there are: {known}; `ringwall vault init-key` makes one",
            )
        described = _loaded(path, read_description(path, MAX_DESCRIPTION_BYTES))
        if described.name != name:
            raise _malformed(path, "it describes a key of another name")
        return described

    def provider(self, name: str, given: Secrets | None = None) -> KeyProvider:
        """Return what wraps and unwraps under a key; its secret is asked for at use.

        Args:
            name: of the key.
            given: its secret, if its kind needs one to be given.

        Raises:
            UnknownItem: `unknown-key`.
            ConfigurationError: `key-file-missing` or `key-file-exposed`.
            IntegrityError: `key-description-malformed`.
        """
        described, given = self.describe(name), given or Secrets()
        try:
            match described.kind:
                case "passphrase":
                    return PassphraseKey(described, given.take_passphrase)
                case "shares":
                    return SharedKey(described, given.take_shares)
                case "pkcs11":
                    return TokenKey(described, given.take_pin)
                case "recipient":
                    return RecipientKey(described, lambda: self._private_part(name))
                case _:
                    return HeldKey(described, lambda: self._kek(name))
        except ValueError as error:
            raise _malformed(self.folder / f"{name}{_OPEN}", str(error)) from None

    def has_private_part(self, name: str) -> bool:
        """Return whether what is wrapped for this recipient can be opened here."""
        return os.path.lexists(self.folder / f"{name}{_PRIVATE}")

    def make(
        self,
        name: str,
        kind: str,
        given: Secrets | None = None,
        options: KeyOptions | None = None,
    ) -> MadeKey:
        """Make a new key.

        Args:
            name: of the key; nothing in the keyring is called that.
            kind: `file`, `passphrase`, `pkcs11`, `recipient` or `shares`.
            given: the passphrase or the PIN, where the kind has one.
            options: whatever else the kind needs.

        Raises:
            ConfigurationError: `key-name-malformed`, `key-exists`,
                `key-option-refused`, or what the kind raises.
            RecordUnavailable: `folder-unwritable`.
            ValueError: there is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"a key of kind `{kind}` is not known")
        self._check_free(name)
        make_folder(self.folder)
        draft = KeyDescription(name, kind, self._clock.now(), {})
        made = self._makers[kind](draft, given or Secrets(), options or KeyOptions())
        publish_file(self.folder / f"{name}{_OPEN}", made.description.dump())
        return made

    def admit_recipient(self, name: str, data: bytes) -> KeyDescription:
        """Take in the description of a recipient's key that was made elsewhere.

        Args:
            name: of the key; it has to be the one that it was made under, since what
                is wrapped for it names it.
            data: of its file.

        Raises:
            ConfigurationError: `key-name-malformed`, `key-exists`; or
                `recipient-malformed`, it is not the description of such a key.
            RecordUnavailable: `folder-unwritable`.
        """
        self._check_free(name)
        try:
            described = _recipient(name, data)
        except ValueError as error:
            raise ConfigurationError(
                "recipient-malformed",
                f"this does not describe the recipient's key `{name}`: {error}",
                next_step="let the recipient send the file `keys/vault/NAME.json` anew",
            ) from None
        make_folder(self.folder)
        publish_file(self.folder / f"{name}{_OPEN}", data)
        return described

    def _check_free(self, name: str) -> None:
        try:
            parse_key_name(name)
        except ValueError as error:
            raise ConfigurationError(
                "key-name-malformed",
                f"`{name[:80]}` is no name of a key: {error}",
                next_step="give another name, e.g. `vault-2027`",
            ) from None
        for suffix in (_OPEN, _KEK, _PRIVATE):
            if os.path.lexists(path := self.folder / f"{name}{suffix}"):
                raise ConfigurationError(
                    "key-exists",
                    f"there is a `{path}` already",
                    next_step="give the new key another name",
                )

    def _make_file(self, draft: KeyDescription, *_: object) -> MadeKey:
        kek = secrets.token_bytes(DATA_KEY_BYTES)
        publish_file(self.folder / f"{draft.name}{_KEK}", kek)
        return MadeKey(checked_by(draft, kek))

    def _make_passphrase(
        self, draft: KeyDescription, given: Secrets, options: KeyOptions
    ) -> MadeKey:
        passphrase = given.take_passphrase()
        return MadeKey(make_passphrase_key(draft, passphrase, options.n))

    def _make_token(
        self, draft: KeyDescription, given: Secrets, options: KeyOptions
    ) -> MadeKey:
        label = options.label or draft.name
        place = TokenPlace(options.module, options.token, label)
        return MadeKey(make_token_key(draft, place, given.take_pin))

    def _make_recipient(self, draft: KeyDescription, *_: object) -> MadeKey:
        described, seed = make_recipient_key(draft)
        publish_file(self.folder / f"{draft.name}{_PRIVATE}", seed)
        return MadeKey(described)

    def _make_shares(
        self, draft: KeyDescription, _given: Secrets, options: KeyOptions
    ) -> MadeKey:
        made = make_shared_key(draft, options.threshold, options.shares)
        return MadeKey(*made)

    def _kek(self, name: str) -> bytes:
        return read_secret(self.folder / f"{name}{_KEK}", DATA_KEY_BYTES)

    def _private_part(self, name: str) -> bytes:
        if not self.has_private_part(name):
            raise ConfigurationError(
                "recipient-elsewhere",
                f"the private part of `{name}` is not here, but with the recipient",
                next_step="open the copy where it was made for",
            )
        return read_secret(self.folder / f"{name}{_PRIVATE}", SEED_BYTES)


def _is_name(text: str) -> bool:
    try:
        parse_key_name(text)
    except ValueError:
        return False
    return True


def _recipient(name: str, data: bytes) -> KeyDescription:
    described = KeyDescription.load(data)
    check_recipient(described)
    if described.name != name:
        raise ValueError(f"it was made under the name `{described.name}`")
    return described


def _loaded(path: Path, data: bytes) -> KeyDescription:
    try:
        return KeyDescription.load(data)
    except ValueError as error:
        raise _malformed(path, str(error)) from None


def _malformed(path: Path, why: str) -> IntegrityError:
    return IntegrityError(
        "key-description-malformed",
        f"`{path}` does not describe a key: {why}",
        next_step="restore it from a copy",
    )
