"""Write raid/clocks/holidays.csv: the public holidays of 2025 to 2030.

Of states as the `holidays` library has them (national ones alone: a holiday of a region
adds nothing to a deadline). Of the Union institutions those that recur each year by
their published lists, recalled; days that only some years have are left out, which
never makes a deadline later. Run: python tools/raid_holidays.py
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays

YEARS = range(2025, 2031)
TABLES = Path(__file__).resolve().parent.parent / "raid" / "clocks"
_FIXED = {
    (1, 1): "New Year's Day",
    (1, 2): "Day after New Year's Day",
    (5, 1): "Labour Day",
    (5, 9): "Europe Day",
    (7, 21): "Belgian National Day",
    (8, 15): "Assumption Day",
    **{(12, day): "End of year" for day in range(24, 32)},
}
_BY_EASTER = {
    -3: "Maundy Thursday",
    -2: "Good Friday",
    1: "Easter Monday",
    39: "Ascension Day",
    40: "Day after Ascension Day",
    50: "Pentecost Monday",
}


def table() -> str:
    """Return the table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("place", "date", "name"))
    with (TABLES / "places.csv").open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file))
    for place in places:
        for day, name in sorted(_days(place["code"], place["sort"])):
            writer.writerow((place["code"], day.isoformat(), name))
    return text.getvalue()


def _days(code: str, sort: str) -> Iterator[tuple[date, str]]:
    if sort == "union":
        yield from _of_the_union()
    elif sort in {"state", "eea"}:
        for day, name in _of_state(code).items():
            yield day, " ".join(name.split())


def _of_state(code: str) -> holidays.HolidayBase:
    languages = holidays.country_holidays(code).supported_languages
    language = "en_US" if "en_US" in languages else None
    return holidays.country_holidays(code, years=YEARS, language=language)


def _of_the_union() -> Iterator[tuple[date, str]]:
    for year in YEARS:
        found = {date(year, *key): name for key, name in _FIXED.items()}
        sunday = _monday_of_easter(year) - timedelta(days=1)
        for days, name in _BY_EASTER.items():
            found[sunday + timedelta(days=days)] = name
        yield from found.items()


def _monday_of_easter(year: int) -> date:
    german = holidays.country_holidays("DE", years=year, language="en_US")
    return next(day for day, name in german.items() if name == "Easter Monday")


if __name__ == "__main__":
    (TABLES / "holidays.csv").write_text(table(), encoding="utf-8")
