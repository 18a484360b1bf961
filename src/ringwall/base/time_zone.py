"""Time zones by their names.

Must never fall back on another zone than the one that is named.
"""

import re
from datetime import UTC, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["ZONE", "zone_of"]

ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", re.ASCII)
"""What a name of a zone looks like."""


def zone_of(name: str) -> tzinfo:
    """Return a time zone of the IANA database.

    Args:
        name: e.g. `Europe/Brussels`; `UTC` is known on a machine without any zones.

    Raises:
        ValueError: this machine knows no zone of the name.
    """
    if name == "UTC":
        return UTC
    unknown = f"`{name[:60]}` is no time zone that this machine knows, such as UTC"
    if not ZONE.fullmatch(name):
        raise ValueError(unknown)
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(unknown) from None
