"""The days of a year on which statistics are published: data, with sources.

Must never give a day that some years do not have.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ringwall.raid.rule_table import RuleTable, TableCodes

__all__ = ["DATES_FILE", "PublishedDays", "parse_days", "read_days"]

DATES_FILE: Final = "aggregates.csv"
"""Name of the file, in the folder of the desk's own rules."""

_TABLE: Final = RuleTable(
    DATES_FILE,
    ("id", "day", "source", "confidence"),
    TableCodes(
        "aggregate-dates-refused",
        "aggregate-dates-unreadable",
        "aggregate-date-malformed",
    ),
)
# A year that is no leap year: what it has, each year has.
_ORDINARY: Final = 2001


@dataclass(frozen=True, slots=True)
class PublishedDays:
    """The days of each year on which statistics are published.

    Attributes:
        days: month and day, in order; none where the rules are older than statistics.
    """

    days: tuple[tuple[int, int], ...] = ()

    def between(self, since: date, until: date) -> tuple[date, ...]:
        """Return the dates from one to another, both included.

        Args:
            since: first.
            until: last.
        """
        found = (
            date(year, *day)
            for year in range(since.year, until.year + 1)
            for day in self.days
        )
        return tuple(one for one in found if since <= one <= until)

    def before(self, on: date) -> date:
        """Return the date of the statistics before those of a date.

        Args:
            on: one of the dates.

        Raises:
            ValueError: there is no date at all.
        """
        found = self.between(date(on.year - 1, 1, 1), on)
        earlier = [one for one in found if one < on]
        return max(earlier)


def read_days(folder: Path) -> PublishedDays:
    """Return the days in a folder; none where the rules are older than statistics.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_days`.
    """
    data = _TABLE.read(folder)
    return PublishedDays() if data is None else parse_days(data)


def parse_days(data: bytes) -> PublishedDays:
    """Return the days of a year.

    Args:
        data: CSV.

    Raises:
        DeclarationError: `aggregate-dates-refused`, with each fault.
    """
    sheet = _TABLE.parse(data)
    read = [(line, _day(line["day"])) for line in sheet.lines]
    days = [
        day
        for line, day in read
        if _TABLE.is_sound(sheet, line, {"day": day is not None}) and day is not None
    ]
    if not sheet.faults and len({*days}) < max(len(days), 1):
        told = "there has to be a day, and none of them twice"
        sheet.fault(0, "aggregate-dates-gap", told)
    if sheet.faults:
        raise _TABLE.refusal(sheet)
    return PublishedDays(tuple(sorted(days)))


def _day(text: str) -> tuple[int, int] | None:
    """Return month and day of `MM-DD`; None where some year has no such day."""
    try:
        day = date.fromisoformat(f"{_ORDINARY}-{text}")
    except ValueError:
        return None
    return (day.month, day.day) if f"{day:%m-%d}" == text else None
