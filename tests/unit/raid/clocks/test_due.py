"""When a stage is due, from its starts."""

import pytest

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.due import Due, due_of, worst_of


def due(book: ClockBook, key: str, states: list[str], **starts: str) -> Due | None:
    rule, _, stage = key.partition(":")
    told = {e.replace("_", "-"): parse_instant(at) for e, at in starts.items()}
    found = book.rules[rule]
    return due_of(found, stage, told, book.places_of(found, states))


def told(found: Due | None) -> tuple[str, str]:
    assert found is not None
    assert found.strict is not None
    assert found.lawful is not None
    return format_instant(found.strict), format_instant(found.lawful)


def test_nothing_is_due_before_a_start_is_known(shipped_clocks: ClockBook) -> None:
    assert due(shipped_clocks, "GDPR33:initial", ["DE"]) is None
    found = due(
        shipped_clocks, "GDPR33:initial", ["DE"], classified="2027-02-01T10:00:00Z"
    )
    assert found is None


def test_what_has_no_number_is_due_at_once(shipped_clocks: ClockBook) -> None:
    found = due(shipped_clocks, "AIA55:initial", [], aware="2027-02-01T10:00:00Z")
    assert found is not None
    assert (found.strict, found.lawful, found.place) == (None, None, "EU")
    assert found.steps == ("AIA55 Art. 55(1)(c): the law gives no number: at once",)


def test_of_two_limits_that_bind_the_earlier_counts(shipped_clocks: ClockBook) -> None:
    found = due(
        *(shipped_clocks, "DORA19:initial", ["DE"]),
        aware="2027-02-01T10:10:00Z",
        classified="2027-02-02T09:10:00Z",
    )
    assert told(found) == ("2027-02-02T10:10:00Z", "2027-02-02T11:00:00Z")
    assert found is not None
    assert found.steps[-1].startswith("the earlier is the working deadline")


def test_a_disputed_reading_moves_the_working_deadline_alone(
    shipped_clocks: ClockBook,
) -> None:
    found = due(
        *(shipped_clocks, "DORA19:intermediate", ["DE"]),
        classified="2027-02-01T09:10:00Z",
        initial_sent="2027-02-01T12:10:00Z",
    )
    assert told(found) == ("2027-02-04T09:10:00Z", "2027-02-04T13:00:00Z")
    assert found is not None
    assert found.steps[-1].startswith("the stricter of two readings")
    # With nothing but the disputed start, the law's own end is not known.
    found = due(
        *(shipped_clocks, "DORA19:intermediate", ["DE"]),
        classified="2027-02-01T09:10:00Z",
    )
    assert told(found) == ("2027-02-04T09:10:00Z",) * 2


def test_of_several_places_the_first_counts(shipped_clocks: ClockBook) -> None:
    # Romania is over an hour before Portugal is; the end there is a Friday.
    found = due(
        *(shipped_clocks, "AIA73-DEATH:initial", ["pt", "ro"]),
        aware="2027-02-02T10:10:00Z",
    )
    assert told(found) == ("2027-02-12T10:10:00Z", "2027-02-12T22:00:00Z")


def test_the_worst_case_starts_everything_as_early_as_can_be(
    shipped_clocks: ClockBook,
) -> None:
    rule = shipped_clocks.rules["DORA19"]
    places = shipped_clocks.places_of(rule, ["DE"])
    earliest = parse_instant("2027-02-01T10:10:00Z")
    worst = worst_of(rule, "initial", earliest, places)
    assert told(worst)[0] == "2027-02-01T14:10:00Z"
    with pytest.raises(KeyError):
        worst_of(rule, "epilogue", earliest, places)


def test_where_readings_differ_the_earlier_one_is_undisputed(
    shipped_clocks: ClockBook,
) -> None:
    # Friday evening: two working days more, or none.
    found = due(
        *(shipped_clocks, "GDPR33:initial", ["DE", "PT"]),
        aware="2027-03-12T17:45:00Z",
    )
    assert told(found) == ("2027-03-15T17:45:00Z", "2027-03-16T23:00:00Z")
    assert found is not None
    assert found.undisputed == parse_instant("2027-03-15T18:00:00Z")
    monday = due(shipped_clocks, "GDPR33:initial", ["DE"], aware="2027-03-01T07:00:00Z")
    assert monday is not None
    assert monday.undisputed == monday.lawful
