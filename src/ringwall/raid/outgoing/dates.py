"""The days of a year on which statistics are published: data, with sources.

Must never give a day that some years do not have.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ringwall.base.errors import DeclarationError, first_faults
from ringwall.base.plain_folder import read_plain
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, Sheet, parse_sheet

__all__ = ["DATES_FILE", "PublishedDays", "parse_days", "read_days"]

DATES_FILE: Final = "aggregates.csv"
"""Name of the file, in the folder of the desk's own rules."""

_COLUMNS: Final = ("id", "day", "source", "confidence")
_CONFIDENCE: Final = frozenset({"text", "page", "recalled", "disputed", "own"})
# A year that is no leap year: what it has, each year has.
_ORDINARY: Final = 2001
_MOST_FAULTS: Final = 20


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
    try:
        data = read_plain(folder / DATES_FILE, MAX_SHEET_BYTES)
    except FileNotFoundError:
        return PublishedDays()
    except OSError as error:
        sheet = Sheet(f"desk/{DATES_FILE}")
        why = (error.strerror or "can't be read").lower()
        sheet.fault(0, "aggregate-dates-unreadable", f"it can't be read: {why}")
        raise _refused(sheet) from error
    return parse_days(data)


def parse_days(data: bytes) -> PublishedDays:
    """Return the days of a year.

    Args:
        data: CSV.

    Raises:
        DeclarationError: `aggregate-dates-refused`, with each fault.
    """
    sheet = parse_sheet(data, f"desk/{DATES_FILE}", _COLUMNS)
    found = [_day(line["day"]) for line in sheet.lines if _is_sound(sheet, line)]
    days = [day for day in found if day is not None]
    if not sheet.faults and len({*days}) < max(len(days), 1):
        told = "there has to be a day, and none of them twice"
        sheet.fault(0, "aggregate-dates-gap", told)
    if sheet.faults:
        raise _refused(sheet)
    return PublishedDays(tuple(sorted(days)))


def _is_sound(sheet: Sheet, line: Line) -> bool:
    parts = {
        "day": _day(line["day"]) is not None,
        "source": bool(line["source"]),
        "confidence": line["confidence"] in _CONFIDENCE,
    }
    for column, is_good in parts.items():
        if not is_good:
            told = f"`{line['id']}` has no sound `{column}`"
            sheet.fault(line.number, "aggregate-date-malformed", told)
    return all(parts.values())


def _day(text: str) -> tuple[int, int] | None:
    """Return month and day of `MM-DD`; None where some year has no such day."""
    try:
        day = date.fromisoformat(f"{_ORDINARY}-{text}")
    except ValueError:
        return None
    return (day.month, day.day) if f"{day:%m-%d}" == text else None


def _refused(sheet: Sheet) -> DeclarationError:
    return DeclarationError(
        "aggregate-dates-refused",
        f"`{sheet.file}` has {len(sheet.faults)} faults",
        next_step="mend the lines named; what was in force stays so",
        faults=first_faults(sheet.faults, _MOST_FAULTS),
    )
