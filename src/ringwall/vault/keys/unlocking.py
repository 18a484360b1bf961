"""The secrets that unlock key-encryption keys, given at once or asked for when needed.

Must never show one of them: not by `repr`, not in a message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from typing_extensions import override

from ringwall.base.errors import RequestError

__all__ = ["Secrets"]


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What whoever wants a key gives for it; a key kept in a file needs none.

    Attributes:
        passphrase: of a key of the kind `passphrase`; or a function that asks for it.
        pin: of the token that holds a key of the kind `pkcs11`; or such a function.
        shares: SLIP-39 mnemonics of a key of the kind `shares`; or a function that is
            told how many are needed.
    """

    passphrase: str | Callable[[], str] = ""
    pin: str | Callable[[], str] = ""
    shares: Sequence[str] | Callable[[int], Sequence[str]] = ()

    @override
    def __repr__(self) -> str:
        return "Secrets(...)"

    def take_passphrase(self) -> str:
        """Return the passphrase.

        Raises:
            RequestError: `passphrase-missing`.
        """
        given = self.passphrase
        text = given if isinstance(given, str) else given()
        if not text:
            raise _missing(
                "passphrase-missing",
                "the key needs its passphrase",
                "--vault-passphrase-file FILE",
            )
        return text

    def take_pin(self) -> str:
        """Return the PIN of the token.

        Raises:
            RequestError: `pin-missing`.
        """
        given = self.pin
        text = given if isinstance(given, str) else given()
        if not text:
            raise _missing(
                "pin-missing", "the token needs its PIN", "--vault-pin-file FILE"
            )
        return text

    def take_shares(self, threshold: int) -> tuple[str, ...]:
        """Return the mnemonics.

        Args:
            threshold: how many are needed.

        Raises:
            RequestError: `shares-missing`, there is none.
        """
        given = self.shares
        shares = tuple(given(threshold) if callable(given) else given)
        if not shares:
            raise _missing(
                "shares-missing",
                f"the key needs the shares of {threshold} custodians",
                f"--share-file FILE, {threshold} times",
            )
        return shares


def _missing(code: str, message: str, flag: str) -> RequestError:
    return RequestError(code, message, next_step=f"give it with {flag}")
