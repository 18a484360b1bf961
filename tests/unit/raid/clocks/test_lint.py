"""What is doubtful about rules."""

from datetime import date

from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.lint import stale_rules


def test_what_was_never_checked_or_is_disputed_is_named(
    shipped_clocks: ClockBook,
) -> None:
    found = stale_rules(shipped_clocks, date(2027, 5, 20))
    assert (
        "EUDPR34: never held against its source (Regulation (EU) 2018/1725 Art. 34)"
        in (found)
    )
    assert any(told.startswith("AIA73-GEN: sources contradict") for told in found)
    assert not any(told.startswith("GDPR33") for told in found)


def test_a_check_of_more_than_180_days_ago_is_stale(shipped_clocks: ClockBook) -> None:
    told = "GDPR33: last held against its source on 2026-11-21, more than 180 days ago"
    assert told in stale_rules(shipped_clocks, date(2027, 5, 21))


def test_holidays_that_run_out_are_named(shipped_clocks: ClockBook) -> None:
    told = (
        "holidays of Germany are on file to 2030 only: nothing is added to a deadline "
        "after that"
    )
    assert told not in stale_rules(shipped_clocks, date(2029, 12, 31))
    found = stale_rules(shipped_clocks, date(2030, 1, 1))
    assert told in found
    assert not any("California" in one for one in found)
