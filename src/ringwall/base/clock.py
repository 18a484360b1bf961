"""Instants and where they come from.

An instant is an `int`: microseconds since 1970-01-01T00:00:00Z. Deciding code
takes instants as arguments; only the composition root holds a clock.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

__all__ = ["Clock", "FixedClock", "SystemClock", "format_instant", "parse_instant"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# RFC 3339 section 5.6, with capital T and Z only and no leap second. The ranges of
# hours and minutes are spelled out, since `datetime` takes 24:00 in some versions
# of Python and an offset of 99 minutes in all.
_HOUR_MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_RFC3339 = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_HOUR_MINUTE}:[0-5][0-9](?:\.[0-9]{{1,6}})?"
    rf"(?:Z|[+-]{_HOUR_MINUTE})"
)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


class Clock(Protocol):
    """Gives the present instant."""

    def now(self) -> int:
        """Return microseconds since the epoch, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return microseconds since the epoch, UTC."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, instant: int) -> None:
        self.instant = instant

    def now(self) -> int:
        """Return the instant it was set to."""
        return self.instant


def parse_instant(text: str) -> int:
    """Return the instant that an RFC 3339 text with a zone names.

    Raises:
        ValueError: the text is not RFC 3339, has no zone, is not a real date, or
            lies outside the years 1 to 9999 of UTC.
    """
    if not _RFC3339.fullmatch(text):
        raise ValueError(
            f"`{text[:40]}` is not an instant such as 2027-01-31T00:00:00Z"
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is not a real date: {error}") from None
    instant = (moment - _EPOCH) // _MICROSECOND
    if not _FIRST <= instant <= _LAST:
        raise ValueError(f"`{text}` lies outside the years 1 to 9999")
    return instant


def format_instant(instant: int) -> str:
    """Return RFC 3339 text in UTC, with a fraction only where there is one.

    Raises:
        ValueError: the instant lies outside the years 1 to 9999.
    """
    if not _FIRST <= instant <= _LAST:
        raise ValueError(f"the instant {instant} lies outside the years 1 to 9999")
    seconds, fraction = divmod(instant, 1_000_000)
    text = _to_the_second(seconds)
    return f"{text}.{fraction:06}Z" if fraction else f"{text}Z"


# Whoever decides thousands of times a second tells the same second each time.
@lru_cache(maxsize=16)
def _to_the_second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat().removesuffix("+00:00")
