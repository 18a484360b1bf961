"""What is doubtful about the clock rules, though they can be used.

Must never refuse a rule: that is for `reader`.
"""

from datetime import date
from typing import Final

from ringwall.raid.clocks.book import ClockBook

__all__ = ["MAX_AGE_DAYS", "stale_rules"]

MAX_AGE_DAYS: Final = 180
"""After so many days a rule has to be held against its source again."""


def stale_rules(book: ClockBook, today: date) -> list[str]:
    """Return a warning for each rule or table that somebody has to look at.

    Args:
        book: the rules.
        today: day on which it is asked.
    """
    found = []
    for rule in book.rules.values():
        if rule.verified_on is None:
            found.append(f"{rule.id}: never held against its source ({rule.source})")
        elif (today - rule.verified_on).days > MAX_AGE_DAYS:
            found.append(
                f"{rule.id}: last held against its source on {rule.verified_on}, more "
                f"than {MAX_AGE_DAYS} days ago"
            )
        if rule.status == "disputed":
            found.append(
                f"{rule.id}: sources contradict each other; applied from "
                f"{rule.applies_from}, the stricter reading, and not from "
                f"{rule.disputed_from}"
            )
    for place in book.places.values():
        years = {day.year for day in place.holidays}
        if years and today.year + 1 > max(years):
            found.append(
                f"holidays of {place.name} are on file to {max(years)} only: nothing "
                "is added to a deadline after that"
            )
    return found
