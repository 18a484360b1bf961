"""The end of an embargo: an hour in a zone, its instant, and how it is shown.

Must never guess which of two hours is meant where the clocks are put back.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.base.errors import RequestError
from ringwall.base.time_zone import zone_of

__all__ = ["End", "checked_zone", "parse_end", "shown_in", "utc_end"]

_FORM: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}) (\S{1,64})", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class End(NamedTuple):
    """When an embargo ends.

    Attributes:
        instant: of it.
        said: as it was given, e.g. `2026-10-30 12:00 Europe/Berlin`.
    """

    instant: int
    said: str


def parse_end(text: str) -> End:
    """Return the instant of a local date, hour and zone.

    Args:
        text: e.g. `2026-10-30 12:00 Europe/Berlin`.

    Raises:
        RequestError: `end-malformed`; `zone-unknown`; `end-ambiguous`, the clocks are
            put back over it and it is twice; `end-missing`, they are put forward over
            it and it is never.
    """
    parts = _FORM.fullmatch(text.strip())
    if parts is None:
        raise _malformed(text)
    day, hour, zone = parts.groups()
    place = checked_zone(zone)
    try:
        naive = datetime.fromisoformat(f"{day}T{hour}:00")
        readings = [
            naive.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)
        ]
    except (ValueError, OverflowError):
        raise _malformed(text) from None
    first, second = ((one - _EPOCH) // _MICROSECOND for one in readings)
    if first != second:
        back = readings[0].astimezone(place).replace(tzinfo=None)
        raise _doubtful(text, first, second, is_twice=back == naive)
    return End(first, f"{day} {hour} {zone}")


def checked_zone(zone: str) -> tzinfo:
    """Return a time zone by its name.

    Args:
        zone: e.g. `Europe/Berlin`, or `UTC`.

    Raises:
        RequestError: `zone-unknown`.
    """
    try:
        return zone_of(zone)
    except ValueError as error:
        raise RequestError(
            "zone-unknown",
            str(error),
            next_step="name one of the tz database, e.g. `Europe/Berlin` or `UTC`",
        ) from None


def shown_in(instant: int, zone: str) -> str:
    """Return an instant as the wall clocks of a zone show it, with the offset.

    Args:
        instant: of it.
        zone: its name.

    Raises:
        RequestError: `zone-unknown`.
    """
    local = (_EPOCH + timedelta(microseconds=instant)).astimezone(checked_zone(zone))
    return f"{local:%Y-%m-%d %H:%M %z} {zone}"


def _malformed(text: str) -> RequestError:
    return RequestError(
        "end-malformed",
        f"`{text[:60]}` is no date, hour and zone",
        next_step="write `2026-10-30 12:00 Europe/Berlin`",
    )


def _doubtful(text: str, first: int, second: int, *, is_twice: bool) -> RequestError:
    one, two = (
        f"{format_instant(at).replace('T', ' ')[:16]} UTC"
        for at in sorted((first, second))
    )
    code = "end-ambiguous" if is_twice else "end-missing"
    found = "is twice that day" if is_twice else "is an hour that is left out that day"
    return RequestError(
        code,
        f"`{text.strip()[:60]}` {found}: it could be {one} or {two}",
        next_step=f"name the one that is meant, e.g. `{one}`",
    )


def utc_end(instant: int) -> End:
    """Return the end at an instant, cut to the minute, in UTC."""
    minute = 60_000_000
    cut = instant - instant % minute
    return End(cut, f"{shown_in(cut, 'UTC')[:16]} UTC")
