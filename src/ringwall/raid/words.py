"""Words that people give with an act: a reason, a note, a date.

Must never store what nobody could read again, nor an act without the words it needs.
"""

from typing import Final

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RequestError

__all__ = ["MAX_NOTE", "MAX_REASON", "checked_text", "instant_to_come"]

MAX_NOTE: Final = 20_000
"""Most characters of a note."""
MAX_REASON: Final = 2_000
"""Most characters of a reason."""


def checked_text(text: str, name: str, limit: int = MAX_REASON) -> str:
    """Return a text without blanks around it.

    Args:
        text: as given.
        name: what it is, e.g. `reason`.
        limit: most characters.

    Raises:
        RequestError: `text-too-long`, or `text-unreadable`: it has a half of a
            character, which nothing can store.
    """
    bare = text.strip()
    if len(bare) > limit:
        raise RequestError(
            "text-too-long",
            f"the {name} has {len(bare):,} characters",
            next_step=f"at most {limit:,}; put the rest into further notes",
        )
    try:
        bare.encode()
    except UnicodeEncodeError:
        raise RequestError(
            "text-unreadable",
            f"the {name} is no text that can be stored",
            next_step="write it as UTF-8",
        ) from None
    return bare


def instant_to_come(text: str, now: int) -> int | None:
    """Return the instant of a date or an RFC 3339 instant, None if it is past.

    Args:
        text: e.g. `2026-12-24`, which is its first instant, UTC.
        now: instant.

    Raises:
        RequestError: `instant-malformed`.
    """
    whole = f"{text}T00:00:00Z" if len(text) == len("2026-12-24") else text
    try:
        instant = parse_instant(whole)
    except ValueError:
        raise RequestError(
            "instant-malformed",
            f"`{text[:40]}` is neither a date nor an instant",
            next_step="write `2026-12-24` or `2026-12-24T12:00:00Z`",
        ) from None
    return instant if instant > now else None
