"""Where a recipient sits: its time zone and the days on which it does not work.

Must never count a day as a holiday that the table does not name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

__all__ = ["Jurisdiction"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Jurisdiction:
    """A place.

    Attributes:
        code: ISO code of a state, `EU`, `US-CA`, `US-NY`.
        name: English.
        sort: `state`, `eea`, `union`, `us-ca` or `us-ny`.
        zone: IANA name of its time zone.
        clock: the time zone.
        holidays: day -> name of the public holiday.
    """

    code: str
    name: str
    sort: str
    zone: str
    clock: tzinfo
    holidays: Mapping[date, str]

    def local(self, instant: int) -> datetime:
        """Return the time of the wall clock at an instant."""
        return (_EPOCH + instant * _MICROSECOND).astimezone(self.clock)

    def instant(self, day: date, at: time) -> int:
        """Return the instant of a wall-clock time.

        Where the clocks are put forward over it or back to it, the earlier of the two
        instants that it may mean.
        """
        naive = datetime.combine(day, at)
        return min(
            (naive.replace(tzinfo=self.clock, fold=fold).astimezone(UTC) - _EPOCH)
            // _MICROSECOND
            for fold in (0, 1)
        )

    def midnight_after(self, day: date) -> int:
        """Return the instant at which a day is over."""
        return self.instant(day + timedelta(days=1), time(0))

    def knows(self, day: date) -> bool:
        """Return whether the holidays of that year are on file."""
        return any(known.year == day.year for known in self.holidays)

    def rest(self, day: date) -> str:
        """Return why a day is no working day; empty if it is one."""
        if day.weekday() >= _SATURDAY:
            return f"{day:%A}"
        return self.holidays.get(day, "")
