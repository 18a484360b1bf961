"""A key-encryption key in the hands of custodians: any k of n shares give it back.

Shares are SLIP-39 mnemonics of one group, of 33 words each, without a passphrase.
Must never write a share or the key anywhere, nor repeat a word of a share in a
message.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Final

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RequestError,
)
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.held import HeldKey, checked_by
from ringwall.vault.keys.provider import DATA_KEY_BYTES

__all__ = ["MAX_SHARES", "SharedKey", "combine_shares", "make_shared_key"]

MAX_SHARES: Final = 16
"""Most shares of one key, as SLIP-39 has it."""
_LEAST: Final = 2
# The key is random, so that stretching a passphrase, which there is none of, adds
# nothing: SLIP-39's least work.
_ITERATION_EXPONENT: Final = 0


class SharedKey(HeldKey):
    """A provider for the kind `shares`.

    Args:
        description: of the key.
        ask: is told how many shares are needed, and gives them; called once, at the
            first use.
    """

    def __init__(
        self, description: KeyDescription, ask: Callable[[int], Sequence[str]]
    ) -> None:
        threshold = int(description.params["threshold"])
        identifier = int(description.params["set"])
        super().__init__(
            description,
            lambda: combine_shares(ask(threshold), identifier, threshold),
        )


def make_shared_key(
    draft: KeyDescription, threshold: int, count: int
) -> tuple[KeyDescription, tuple[str, ...]]:
    """Return the description of a new key, and its shares, which are nowhere else.

    Args:
        draft: of the key, without parameters.
        threshold: how many shares give the key back, from 2.
        count: how many there are, up to 16.

    Raises:
        ConfigurationError: `key-option-refused`, the numbers don't fit.
    """
    if not _LEAST <= threshold <= count <= MAX_SHARES:
        raise ConfigurationError(
            "key-option-refused",
            f"{threshold} of {count} shares: at least {_LEAST} are needed, not more "
            f"than there are, and there are at most {MAX_SHARES}",
            next_step="give other numbers, e.g. --threshold 3 --shares 5",
        )
    kek = secrets.token_bytes(DATA_KEY_BYTES)
    groups = generate_mnemonics(
        1, [(threshold, count)], kek, iteration_exponent=_ITERATION_EXPONENT
    )
    shares = tuple(groups[0])
    identifier = Share.from_mnemonic(shares[0]).identifier
    params = {"set": identifier, "shares": count, "threshold": threshold}
    described = KeyDescription(draft.name, draft.kind, draft.created, params)
    return checked_by(described, kek), shares


def combine_shares(mnemonics: Sequence[str], identifier: int, threshold: int) -> bytes:
    """Return the 32 bytes that shares give; which key they are is not checked.

    Args:
        mnemonics: any of the shares, in any order, at least `threshold`.
        identifier: of their set.
        threshold: how many are needed; further ones are checked, and not used.

    Raises:
        IntegrityError: `share-damaged`, `share-of-another-set` or `shares-disagree`.
        RequestError: `share-doubled` or `shares-too-few`.
    """
    shares: dict[int, str] = {}
    given: dict[int, int] = {}
    for number, mnemonic in enumerate(mnemonics, 1):
        share = _parsed(mnemonic, number)
        if share.identifier != identifier or share.member_threshold != threshold:
            raise IntegrityError(
                "share-of-another-set",
                f"share {number} belongs to another key",
                next_step="let its custodian look for the share of this key",
            )
        if share.index in shares:
            raise RequestError(
                "share-doubled",
                f"share {number} of those given is number {share.index + 1} of its "
                f"set, and share {given[share.index]} was that already",
                next_step="give the share of another custodian",
            )
        # The words by themselves: how they were spaced is nobody's concern.
        shares[share.index] = share.mnemonic()
        given[share.index] = number
    if len(shares) < threshold:
        raise RequestError(
            "shares-too-few",
            f"{len(shares)} of the {threshold} shares that are needed",
            next_step="give the shares of more custodians",
        )
    try:
        kek: bytes = combine_mnemonics([*shares.values()][:threshold])
    except MnemonicError:
        raise IntegrityError(
            "shares-disagree",
            "the shares are whole, but one at least is not as it was handed out",
            next_step="try the shares of other custodians, to find out which",
        ) from None
    return kek


def _parsed(mnemonic: str, number: int) -> Share:
    try:
        return Share.from_mnemonic(mnemonic)
    except MnemonicError:
        # The library's own message quotes words.
        raise IntegrityError(
            "share-damaged",
            f"share {number} is no share: a word is missing, misspelt or exchanged",
            next_step="let its custodian read it again",
        ) from None
