"""A token behind PKCS#11: found, opened with its PIN, its errors told in our words.

Must never load a module that others than its owner may write, nor keep a PIN.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Final

from ringwall.base.errors import ConfigurationError, IntegrityError, RingwallError

if TYPE_CHECKING:
    from pkcs11 import Session, Token

__all__ = ["TokenPlace", "cryptoki"]

# A login counts for the whole process (PKCS #11 2.40, 2.6.8), so that two at a time
# would end each other's. To load the library and to look for the token takes the lock,
# too: amid another thread's session both fail.
_LOGIN: Final = Lock()

_NOT_FOUND: Final = {
    "MultipleObjectsReturned": ("hsm-key-ambiguous", "holds several keys labelled"),
    "MultipleTokensReturned": (
        "hsm-token-ambiguous",
        "is not the only one of its label",
    ),
    "NoSuchKey": ("hsm-key-missing", "holds no key labelled"),
    "NoSuchToken": ("hsm-token-missing", "is not there"),
}
_PIN_REFUSED: Final = frozenset({"PinIncorrect", "PinInvalid", "PinLenRange"})
_PIN_SPENT: Final = frozenset({"PinExpired", "PinLocked", "UserPinNotInitialized"})


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a key lies in hardware.

    Attributes:
        module: path of the token maker's PKCS#11 library.
        token: label of the token.
        label: of the key in it.
    """

    module: str
    token: str
    label: str

    @contextmanager
    def session(
        self, take_pin: Callable[[], str], *, writable: bool = False
    ) -> "Iterator[Session]":
        """Give an open session, logged in; one at a time in this process.

        Args:
            take_pin: gives the PIN; asked once.
            writable: whether keys may be made in it.

        Raises:
            ConfigurationError: `hsm-extra-missing`, `hsm-module-unsafe`,
                `hsm-module-unusable`, `hsm-token-missing`, `hsm-token-ambiguous`,
                `hsm-key-missing`, `hsm-key-ambiguous`, `hsm-pin-spent`,
                `hsm-unusable`.
            IntegrityError: `key-wrong`, the PIN is not the token's.
        """
        module = cryptoki()
        with _LOGIN:
            token = self._token(module)
        # Not with the lock in hand: somebody may have to type it.
        pin = take_pin()
        with _LOGIN, self._told(module), token.open(rw=writable, user_pin=pin) as given:
            yield given

    def _token(self, module: ModuleType) -> "Token":
        path = _safe_module(self.module)
        with self._told(module):
            try:
                library = module.lib(path)
            except RuntimeError as error:
                raise ConfigurationError(
                    "hsm-module-unusable",
                    f"`{path}` can't be loaded as a PKCS#11 library: {error}",
                    next_step="name the library of the token's maker",
                ) from None
            found: Token = library.get_token(token_label=self.token)
            return found

    @contextmanager
    def _told(self, module: ModuleType) -> Iterator[None]:
        try:
            yield
        except module.PKCS11Error as error:
            raise self._fault(type(error).__name__) from None

    def _fault(self, kind: str) -> RingwallError:
        if kind in _PIN_REFUSED:
            return IntegrityError(
                "key-wrong",
                f"the token `{self.token}` refuses the PIN",
                next_step="give the right one; a token locks itself after a few wrong",
            )
        if kind in _PIN_SPENT:
            return ConfigurationError(
                "hsm-pin-spent",
                f"the PIN of the token `{self.token}` is locked, expired or not set",
                next_step="let its security officer set a new one",
            )
        if kind in _NOT_FOUND:
            code, told = _NOT_FOUND[kind]
            label = f" `{self.label}`" if told.endswith("labelled") else ""
            return ConfigurationError(
                code,
                f"the token `{self.token}` {told}{label}",
                next_step="plug it in, or correct the labels",
            )
        return ConfigurationError(
            "hsm-unusable",
            f"the token `{self.token}` can't be used: {kind}",
            next_step="see what the tools of its maker say of it",
        )


def cryptoki() -> ModuleType:
    """Return the package `pkcs11`.

    Raises:
        ConfigurationError: `hsm-extra-missing`.
    """
    try:
        return import_module("pkcs11")
    except ModuleNotFoundError:
        raise ConfigurationError(
            "hsm-extra-missing",
            "keys in hardware need the package `python-pkcs11`",
            next_step="install ringwall with its extra `hsm`",
        ) from None


def _safe_module(path: str) -> str:
    """Return the path of a library that nobody else could have put there."""
    real = os.path.realpath(path)
    try:
        about = os.stat(real)
    except OSError as error:
        raise ConfigurationError(
            "hsm-module-unusable",
            f"`{path}` can't be loaded: {error.strerror}",
            next_step="name the library of the token's maker",
        ) from error
    whole = Path(path).is_absolute() and stat.S_ISREG(about.st_mode)
    own = about.st_uid in {0, os.geteuid()} and not about.st_mode & 0o022
    if not (whole and own):
        raise ConfigurationError(
            "hsm-module-unsafe",
            f"`{path}` is not the absolute path of a file that its owner alone may "
            "write",
            next_step="name the library of the token's maker as the system installs it",
        )
    return real
