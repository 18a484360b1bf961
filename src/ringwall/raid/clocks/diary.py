"""Deadlines as a calendar file (RFC 5545), for the calendars of people.

A calendar leaves the desk: it has ids and instants. Must never have a word of a case,
nor the name of a rule, which would tell what a case is about.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from icalendar import Alarm, Calendar, Component, Event

__all__ = ["Deadline", "calendar_file"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PRODUCT: Final = "-//ringwall//RAID clocks//EN"
_WARNINGS: Final = (timedelta(days=3), timedelta(days=1), timedelta(hours=4))


class Deadline(NamedTuple):
    """What is due.

    Attributes:
        id: of the clock, or of the embargo.
        due: instant.
        is_worst: whether it has not started, so that the instant is the worst case.
    """

    id: str
    due: int
    is_worst: bool


def calendar_file(
    deadlines: Iterable[Deadline],
    now: int,
    exercise: str = "",
    warnings: Iterable[timedelta] = _WARNINGS,
) -> bytes:
    """Return a calendar with an event and its alarms for each deadline.

    Args:
        deadlines: in any order.
        now: instant at which it is made; each event carries it.
        exercise: name of the exercise that all is part of; each event says so. Empty
            for none.
        warnings: how long before each it is warned of.
    """
    calendar, ahead = Calendar(), tuple(warnings)
    _fill(calendar, {"prodid": _PRODUCT, "version": "2.0", "method": "PUBLISH"})
    for one in sorted(deadlines, key=lambda deadline: (deadline.due, deadline.id)):
        event = _event(one, now, exercise)
        for before in ahead:
            event.add_component(_alarm(str(event["summary"]), before))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(deadline: Deadline, now: int, exercise: str) -> Event:
    mark = f"EXERCISE {exercise}: " if exercise else ""
    told = f"{mark}RAID {deadline.id}" + (" (worst case)" if deadline.is_worst else "")
    event = Event()
    fields = {
        "uid": deadline.id,
        "dtstamp": _moment(now),
        "dtstart": _moment(deadline.due),
        "summary": told,
        "class": "CONFIDENTIAL",
        "transp": "TRANSPARENT",
    }
    _fill(event, fields)
    return event


def _alarm(told: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    _fill(alarm, {"action": "DISPLAY", "description": told, "trigger": -before})
    return alarm


def _fill(part: Component, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        part.add(name, value)


def _moment(instant: int) -> datetime:
    # The format has no fractions: a deadline is never shown later than it is.
    return _EPOCH + timedelta(seconds=instant // 1_000_000)
