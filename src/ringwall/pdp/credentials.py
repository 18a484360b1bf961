"""What declared keys amount to: their fingerprints, and what they show of who has them.

Must never take a private part, nor call a key more than it was declared to be.
"""

from functools import lru_cache
from typing import Final

from ringwall.model.credentials import RegisteredKey
from ringwall.model.levels import Authentication
from ringwall.model.providers import Provider
from ringwall.signing.ssh import parse_public_key
from ringwall.signing.tokens import check_issuer_key

__all__ = ["fingerprint_of", "level_of", "thumbprints_of"]

_REMEMBERED: Final = 16_384


# To see that a key is a sound point costs as much as a decision.
@lru_cache(maxsize=_REMEMBERED)
def fingerprint_of(line: str) -> str:
    """Return the fingerprint of the key in a declared line.

    Raises:
        ValueError: it is no key; the registry has refused such lines.
    """
    return parse_public_key(line).fingerprint


def level_of(key: RegisteredKey) -> Authentication:
    """Return what a signature with a key shows.

    To have the key and what unlocks it is two factors; a device makes it hardware.
    """
    return Authentication.HARDWARE if key.hardware else Authentication.MFA


def thumbprints_of(provider: Provider) -> frozenset[str]:
    """Return the thumbprints (RFC 7638) of a provider's keys.

    Raises:
        ConfigurationError: `issuer-key-unusable`; the registry has refused such keys.
    """
    return frozenset(check_issuer_key(key) for key in provider.keys)
