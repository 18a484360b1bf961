"""Receipt codes: what a reporter is given once, and asks by ever after.

Whoever has a code learns where the report stands. Must never keep a code: only its
digest is on record.
"""

import re
import secrets
from base64 import b32encode
from hashlib import sha256
from typing import Final

__all__ = ["digest_of", "new_receipt"]

_BYTES: Final = 20
_GROUP: Final = 4
_DOMAIN: Final = b"ringwall raid receipt\n"
_BETWEEN: Final = re.compile(r"[\s\-\u2013\u2014]+")
# What a hand makes of letters; none of these digits is in the alphabet.
_MISREAD: Final = str.maketrans("018", "olb")
_CODE: Final = re.compile(r"[a-z2-7]{32}", re.ASCII)


def new_receipt() -> str:
    """Return a new code: 160 random bits in eight groups, e.g. `k3vq-...`."""
    letters = b32encode(secrets.token_bytes(_BYTES)).decode("ascii").lower()
    groups = (letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
    return "-".join(groups)


def digest_of(code: str) -> str:
    """Return what stands on record for a code.

    Args:
        code: as a person typed it: with or without gaps, in either case.

    Returns:
        Hex SHA-256; empty for what is no code at all.
    """
    letters = _BETWEEN.sub("", code[:200]).lower().translate(_MISREAD)
    if not _CODE.fullmatch(letters):
        return ""
    return sha256(_DOMAIN + letters.encode("ascii")).hexdigest()
