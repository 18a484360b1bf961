"""How a period is counted: from the moment, and by Regulation (EEC) 1182/71.

Three answers for each: to the moment (the strict one), counted in whole hours or days
(Article 3(1)-(2)), and with what the law adds at its end. Must never add anything where
the holidays of the year are not on file.
"""

from calendar import monthrange
from datetime import date, time, timedelta
from typing import Final, Literal, NamedTuple

from ringwall.raid.clocks.period import Period
from ringwall.raid.clocks.places import Jurisdiction

__all__ = ["CALENDARS", "Calendar", "Counted", "count_period", "told_at"]

Calendar = Literal["clock", "1182", "dora"]
CALENDARS: Final[tuple[Calendar, ...]] = ("clock", "1182", "dora")
"""`clock`: from the moment, nothing is added. `1182`: as the regulation. `dora`:
counted as the regulation, but what ends on a day of rest ends at the next noon."""

_HOUR: Final = 3_600_000_000
_MONTHS: Final = 12
_NOON: Final = time(12)
_WORKING_DAYS: Final = 2


class Counted(NamedTuple):
    """A period from an instant.

    Attributes:
        strict: to the moment; the working deadline.
        lawful: the latest instant that the law allows, never before `strict`.
        undisputed: the latest that it allows by each reading; `lawful` where there
            are not two.
        steps: how it was counted, in words.
    """

    strict: int
    lawful: int
    undisputed: int
    steps: tuple[str, ...]


def count_period(
    start: int, period: Period, calendar: Calendar, place: Jurisdiction
) -> Counted:
    """Return when a period ends.

    Args:
        start: instant of the event that it is counted from.
        period: its length.
        calendar: how it is counted.
        place: where the recipient sits.
    """
    strict = _to_the_moment(start, period, place)
    steps = [f"to the moment, {period} end {told_at(strict, place)}"]
    if calendar == "clock":
        return Counted(strict, strict, strict, tuple(steps))
    first, end = _in_whole(start, period, place)
    unit = "hour" if period.unit == "hours" else "day"
    steps.append(
        f"Regulation 1182/71 Art. 3(1)-(2): the {unit} of the event does not count: "
        f"{period} end {told_at(end, place)}"
    )
    if not place.knows(_last_day(end, place)):
        steps.append(f"the holidays of that year in {place.name} are not on file: none")
        return Counted(strict, end, end, tuple(steps))
    added, more = (
        _to_noon(end, place)
        if calendar == "dora"
        else _to_working_days(first, end, period, place)
    )
    # Whether Article 3(5) is for periods in hours, too, not everybody reads alike.
    undisputed = end if period.unit == "hours" and calendar == "1182" else added
    return Counted(strict, added, undisputed, (*steps, *more))


def told_at(instant: int, place: Jurisdiction) -> str:
    """Return an instant as people at a place say it; midnight as the end of a day."""
    local = place.local(instant)
    if local.time() == time(0):
        return f"{local - timedelta(days=1):%a %Y-%m-%d} 24:00 {place.zone}"
    return f"{local:%a %Y-%m-%d %H:%M} {place.zone}"


def _to_the_moment(start: int, period: Period, place: Jurisdiction) -> int:
    """Return the end with neither rounding nor extension.

    Days and months end at the time of the wall clock at which they began.
    """
    if period.unit == "hours":
        return start + period.count * _HOUR
    local = place.local(start)
    return place.instant(_day_after(local.date(), period), local.time())


def _in_whole(start: int, period: Period, place: Jurisdiction) -> tuple[date, int]:
    """Return the first day that counts as a whole, and the end (Article 3(1)-(2))."""
    local = place.local(start)
    if period.unit != "hours":
        first = local.date() + timedelta(days=1)
        return first, place.midnight_after(_day_after(local.date(), period))
    offset = local.utcoffset() or timedelta()
    shift = offset // timedelta(microseconds=1)
    begin = ((start + shift) // _HOUR + 1) * _HOUR - shift
    began = place.local(begin)
    is_whole = began.time() == time(0)
    first = began.date() + timedelta(days=0 if is_whole else 1)
    return first, begin + period.count * _HOUR


def _day_after(day: date, period: Period) -> date:
    """Return the last day of a period of days or months that is counted from a day.

    A date that the last month lacks is its last day (Article 3(2)).
    """
    if period.unit == "days":
        return day + timedelta(days=period.count)
    ahead, month = divmod(day.month - 1 + period.count, _MONTHS)
    year = day.year + ahead
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _to_working_days(
    first: date, end: int, period: Period, place: Jurisdiction
) -> tuple[int, list[str]]:
    """Return the end by Article 3(4) and (5), and why."""
    steps = []
    last = _last_day(end, place)
    if period.unit != "hours" and (rest := place.rest(last)):
        day = _working_day(last, 1, place)
        end = place.midnight_after(day)
        steps.append(
            f"Art. 3(4): {last} is no working day ({rest}): {told_at(end, place)}"
        )
    if period.is_of_two_days:
        # INVARIANT: whole working days. A later start then never ends earlier.
        second = place.midnight_after(_working_day(first, _WORKING_DAYS, place))
        if second > end:
            told = f"two working days are within it only at {told_at(second, place)}"
            if period.unit == "hours":
                told += (
                    ". Disputed: by another reading that is not for periods in hours, "
                    f"and nothing is added to {told_at(end, place)}"
                )
            end = second
            steps.append(f"Art. 3(5): {told}")
    return end, steps


def _to_noon(end: int, place: Jurisdiction) -> tuple[int, list[str]]:
    """Return the end by the delegated regulation to DORA, and why."""
    last = _last_day(end, place)
    rest = place.rest(last)
    if not rest:
        return end, []
    noon = place.instant(_working_day(last, 1, place), _NOON)
    told = f"DORA: {last} is no working day ({rest}): {told_at(noon, place)}"
    return noon, [told]


def _last_day(end: int, place: Jurisdiction) -> date:
    """Return the day of the last moment before an end."""
    return place.local(end - 1).date()


def _working_day(day: date, count: int, place: Jurisdiction) -> date:
    """Return the nth working day from a day on, that day included."""
    while True:
        if not place.rest(day):
            count -= 1
            if not count:
                return day
        day += timedelta(days=1)
