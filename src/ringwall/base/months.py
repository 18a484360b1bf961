"""Months of the calendar on instants.

Must never end a span later than the last day of the month that it ends in.
"""

from calendar import monthrange
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Final

__all__ = ["LAST_INSTANT", "months_after"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MONTHS: Final = 12
LAST_INSTANT: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The last instant that has a text, at the end of the year 9999."""


def months_after(instant: int, months: int) -> int:
    """Return the instant that lies some months of the calendar later, in UTC.

    The day of the month stays, or becomes the last one of a month that is shorter.

    Args:
        instant: microseconds since the epoch, in the years 1 to 9999.
        months: 0 or more.

    Returns:
        The instant; `LAST_INSTANT` if it lies behind that.
    """
    moment = _EPOCH + timedelta(microseconds=instant)
    ahead, month = divmod(moment.month - 1 + months, _MONTHS)
    year = moment.year + ahead
    if year > MAXYEAR:
        return LAST_INSTANT
    day = min(moment.day, monthrange(year, month + 1)[1])
    later = moment.replace(year=year, month=month + 1, day=day)
    return (later - _EPOCH) // _MICROSECOND
