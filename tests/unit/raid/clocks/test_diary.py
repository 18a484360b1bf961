"""Calendar files."""

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from ringwall.base.clock import parse_instant
from ringwall.raid.clocks.diary import Deadline, calendar_file

NOW = parse_instant("2027-03-01T10:00:00Z")


def test_a_calendar_has_ids_instants_and_alarms_and_no_word_more() -> None:
    late = Deadline(
        "clk-aaaaaaaaaaaaaaaa", parse_instant("2027-03-09T08:30:00.5Z"), False
    )
    soon = Deadline("clk-bbbbbbbbbbbbbbbb", parse_instant("2027-03-07T08:30:00Z"), True)
    data = calendar_file([late, soon], NOW)
    assert data == calendar_file([soon, late], NOW)
    assert max(map(len, data.splitlines())) <= 75
    # The types of the library leave open what a field holds.
    events: list[Any] = Calendar.from_ical(data).walk("VEVENT")
    first, second = events
    assert (first["uid"], second["uid"]) == (soon.id, late.id)
    assert str(first["summary"]) == "RAID clk-bbbbbbbbbbbbbbbb (worst case)"
    assert str(second["summary"]) == "RAID clk-aaaaaaaaaaaaaaaa"
    assert second["dtstart"].dt == datetime(2027, 3, 9, 8, 30, tzinfo=UTC)
    assert [one["trigger"].dt for one in second.walk("VALARM")] == [
        *(-timedelta(days=3), -timedelta(days=1), -timedelta(hours=4))
    ]
    names = {line.partition(b":")[0].partition(b";")[0] for line in data.splitlines()}
    assert names == {
        *(b"BEGIN", b"END", b"VERSION", b"PRODID", b"METHOD", b"UID", b"DTSTAMP"),
        *(b"DTSTART", b"SUMMARY", b"CLASS", b"TRANSP", b"ACTION", b"DESCRIPTION"),
        b"TRIGGER",
    }


def test_a_calendar_of_an_exercise_says_so_in_each_event() -> None:
    one = Deadline("clk-aaaaaaaaaaaaaaaa", NOW, False)
    events: list[Any] = Calendar.from_ical(calendar_file([one], NOW, "autumn")).walk(
        "VEVENT"
    )

    assert str(events[0]["summary"]) == "EXERCISE autumn: RAID clk-aaaaaaaaaaaaaaaa"


def test_it_is_warned_as_long_ahead_as_is_wanted() -> None:
    one = Deadline("emb-aaaaaaaaaaaaaaaa", NOW, is_worst=False)
    spans = [timedelta(days=14), timedelta(hours=4)]
    data = calendar_file([one], NOW, warnings=spans)
    alarms: list[Any] = Calendar.from_ical(data).walk("VALARM")
    assert [alarm["trigger"].dt for alarm in alarms] == [-span for span in spans]
