"""A key-encryption key made of a passphrase by scrypt (RFC 7914).

Must never spend more memory or time than its limits because a container says so, nor
take a passphrase that is too short.
"""

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from typing_extensions import override

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.held import HeldKey, checked_by
from ringwall.vault.keys.provider import DATA_KEY_BYTES, Params

__all__ = [
    "DEFAULT_N",
    "MIN_PASSPHRASE",
    "PassphraseKey",
    "ScryptCost",
    "check_passphrase",
    "generate_passphrase",
    "make_passphrase_key",
]

DEFAULT_N: Final = 2**17
"""CPU and memory cost of new keys: 128 MiB, about half a second."""
MIN_PASSPHRASE: Final = 20
"""Fewest characters of a passphrase (OWN: no published figure counts characters)."""

_MAX_PASSPHRASE: Final = 1024
_SALT_BYTES: Final = 16
_LEAST_N: Final = 2**14
_MOST_N: Final = 2**20
_MOST_MEMORY: Final = 2**30
_MOST_R: Final = 32
_MOST_P: Final = 16
# Time goes with n r p. 16 times what a new key costs (OWN: some 10 s, where a new key
# takes a second or less; no standard has an upper limit).
_MOST_WORK: Final = DEFAULT_N * 8 * 16
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_GROUPS: Final = 7
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """The parameters of scrypt.

    Attributes:
        salt: 16 bytes.
        n: CPU and memory cost, a power of two, at most 2^20 and below 2^(16 r) (RFC
            7914, section 2).
        r: block size, at most 32; 128 n r is the memory in bytes, at most 1 GiB.
        p: parallelization, at most 16; n r p goes with the time, at most 2^24.
    """

    salt: bytes
    n: int = DEFAULT_N
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        """Refuse what is outside the limits.

        Raises:
            ValueError: it is.
        """
        if self.n < 2 or self.n & (self.n - 1) or self.n > _MOST_N:
            raise ValueError(f"n is no power of two from 2 to {_MOST_N}")
        if not (1 <= self.r <= _MOST_R and 1 <= self.p <= _MOST_P):
            raise ValueError(f"r is not from 1 to {_MOST_R}, or p not to {_MOST_P}")
        self._check_together()
        if len(self.salt) != _SALT_BYTES:
            raise ValueError(f"the salt has not {_SALT_BYTES} bytes")

    def _check_together(self) -> None:
        if self.n >= 1 << (16 * self.r):
            raise ValueError("n is not below 2^(16 r)")
        if 128 * self.n * self.r > _MOST_MEMORY:
            raise ValueError(f"128 n r is above {_MOST_MEMORY}")
        if self.n * self.r * self.p > _MOST_WORK:
            raise ValueError(f"n r p is above {_MOST_WORK}")

    @classmethod
    def of(cls, params: Params) -> Self:
        """Return what a key slot or a description says.

        Raises:
            ValueError: it says something else, or what is outside the limits.
        """
        salt, numbers = params.get("salt"), [params.get(key) for key in "nrp"]
        if len(params) != 4 or not isinstance(salt, str):
            raise ValueError("the parameters are n, p, r and salt")
        if any(type(number) is not int for number in numbers):
            raise ValueError("n, r and p are integers")
        n, r, p = (int(number or 0) for number in numbers)
        return cls(decode_base64(salt), n, r, p)

    def params(self) -> dict[str, str | int]:
        """Return the parameters as a key slot holds them."""
        salt = encode_base64(self.salt)
        return {"n": self.n, "p": self.p, "r": self.r, "salt": salt}

    def derive(self, passphrase: str) -> bytes:
        """Return the key, 32 bytes, of the passphrase as UTF-8 in its form NFC.

        Raises:
            ValueError: the memory is not to be had.
        """
        normal = unicodedata.normalize("NFC", passphrase).encode("utf-8")
        kdf = Scrypt(self.salt, DATA_KEY_BYTES, self.n, self.r, self.p)
        try:
            return kdf.derive(normal)
        except MemoryError:
            short = f"there are no {128 * self.n * self.r} bytes of memory for it here"
            raise ValueError(short) from None


class PassphraseKey(HeldKey):
    """A provider for the kind `passphrase`.

    Unlike the other kinds it can open what the same passphrase has wrapped under other
    parameters: a container tells all that is needed.

    Args:
        description: of the key.
        ask: gives the passphrase; called once, at the first use.

    Raises:
        ValueError: the description's parameters are outside the limits.
    """

    def __init__(self, description: KeyDescription, ask: Callable[[], str]) -> None:
        self._asked: str | None = None
        self._ask = ask
        self._others: dict[ScryptCost, bytes] = {}
        cost = ScryptCost.of(description.params)
        super().__init__(description, lambda: self._derived(cost))

    @override
    def _other(self, params: Params) -> bytes:
        try:
            cost = ScryptCost.of(params)
        except ValueError as error:
            raise _refused(error) from None
        if cost not in self._others:
            self._others[cost] = self._derived(cost)
        return self._others[cost]

    def _derived(self, cost: ScryptCost) -> bytes:
        passphrase = self._passphrase()
        try:
            return cost.derive(passphrase)
        except ValueError as error:
            raise _refused(error) from None

    def _passphrase(self) -> str:
        if self._asked is None:
            self._asked = self._ask()
        return self._asked


def make_passphrase_key(
    draft: KeyDescription, passphrase: str, n: int = DEFAULT_N
) -> KeyDescription:
    """Return the description of a new key.

    Args:
        draft: of the key, without parameters.
        passphrase: its secret.
        n: cost of scrypt.

    Raises:
        ConfigurationError: `passphrase-weak`, `passphrase-malformed`; or
            `key-option-refused`, the cost is outside the limits, or too much here.
    """
    check_passphrase(passphrase)
    try:
        cost = _new_cost(n)
        kek = cost.derive(passphrase)
    except ValueError as error:
        raise ConfigurationError(
            "key-option-refused",
            f"the cost of scrypt can't be had: {error}",
            next_step=f"leave it out: it is {DEFAULT_N}",
        ) from None
    params = cost.params()
    described = KeyDescription(draft.name, draft.kind, draft.created, params)
    return checked_by(described, kek)


def _refused(error: ValueError) -> IntegrityError:
    return IntegrityError(
        "key-params-refused",
        f"a key by scrypt is wanted that is not made here: {error}",
        next_step="restore the container, or the key's description, from a copy; if "
        "memory is short, do it on a machine that has more",
    )


def _new_cost(n: int) -> ScryptCost:
    if n < _LEAST_N:
        raise ValueError(f"n is below {_LEAST_N}")
    return ScryptCost(secrets.token_bytes(_SALT_BYTES), n)


def check_passphrase(passphrase: str) -> None:
    """Raise if a new key may not have this passphrase.

    SL2 and SL3 ask for 60 bits of chance in a secret, SL4 for 128. No program can
    tell how a person came to a text; one of 20 characters may have 60, a shorter one
    in plain words has not.

    Raises:
        ConfigurationError: `passphrase-weak` or `passphrase-malformed`.
    """
    if not passphrase.isprintable() or len(passphrase) > _MAX_PASSPHRASE:
        raise ConfigurationError(
            "passphrase-malformed",
            "a passphrase is one line of printable characters, at most "
            f"{_MAX_PASSPHRASE}",
            next_step="give another one",
        )
    if len(passphrase) < MIN_PASSPHRASE or len(set(passphrase)) < MIN_PASSPHRASE // 2:
        raise ConfigurationError(
            "passphrase-weak",
            f"a passphrase has at least {MIN_PASSPHRASE} characters, half of them "
            "different: shorter ones in words have less than the 60 bits of chance "
            "that SL2 asks for",
            next_step="give a longer one, or let --generate make one of 140 bits",
        )


def generate_passphrase() -> str:
    """Return a random passphrase: 28 characters of 5 bits each, in groups of 4."""
    letters = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP)]
    groups = ("".join(letters[i::_GROUPS]) for i in range(_GROUPS))
    return "-".join(groups)
