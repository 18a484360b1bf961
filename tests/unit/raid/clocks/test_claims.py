"""What reports claim of starts, and what they make suspected."""

from collections.abc import Mapping

import pytest

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.claims import Told, claims_of, suspected

RECEIVED = parse_instant("2027-03-10T12:00:00Z")


def told(*documents: Mapping[str, object]) -> list[Told]:
    """Return reports that were received one microsecond after the other."""
    return [
        Told(f"report:r-{number}", RECEIVED + number, document)
        for number, document in enumerate(documents)
    ]


def test_the_earliest_of_all_that_is_told_is_the_worst_case(
    shipped_clocks: ClockBook,
) -> None:
    reports = told(
        {"aware": "2027-03-07T08:00:00Z", "states": ["fr", "unknown"]},
        {
            "aware": "2027-03-08T08:00:00Z",
            "model_involved": "2027-03-09T08:00:00Z",
            "classified": "unknown",
            "occurred": {"from": "2027-03"},
            "states": ["DE"],
        },
    )
    claims = claims_of(shipped_clocks, reversed(reports))
    assert (claims.received, claims.receipt) == (RECEIVED, "report:r-0")
    # The first of March began in Berlin an hour before it did in UTC.
    assert format_instant(claims.earliest) == "2027-02-28T23:00:00Z"
    assert {e: format_instant(at) for e, at in claims.starts.items()} == {
        "aware": "2027-03-07T08:00:00Z",
        "model-involved": "2027-03-09T08:00:00Z",
    }
    assert claims.states == ("DE", "FR")
    assert claims.earliest_of("aware") == claims.earliest
    assert claims.earliest_of("received") == RECEIVED


@pytest.mark.parametrize(
    ("occurred", "states", "earliest"),
    [
        ("2026-07-14", ["DE"], "2026-07-13T22:00:00Z"),
        ("2026-12-14", ["DE"], "2026-12-13T23:00:00Z"),
        ("2026-12-14", ["PT"], "2026-12-14T00:00:00Z"),
        # Of several states the one in which the day began first.
        ("2026-12-14", ["PT", "fi"], "2026-12-13T22:00:00Z"),
        # In which state is not known: where a day begins first of all.
        ("2026-12-14", [], "2026-12-13T22:00:00Z"),
        ("2026-12-14", ["unknown"], "2026-12-13T22:00:00Z"),
        ("2026-12-14", ["XX"], "2026-12-13T22:00:00Z"),
        ("2026-12", ["FR"], "2026-11-30T23:00:00Z"),
        ("2026", ["FR"], "2025-12-31T23:00:00Z"),
        # An instant is the same everywhere.
        ("2026-12-14T00:00:00Z", ["FI"], "2026-12-14T00:00:00Z"),
        ("0001-01-01", ["FI"], "0001-01-01T00:00:00Z"),
    ],
)
def test_a_day_begins_at_midnight_of_the_place(
    shipped_clocks: ClockBook, occurred: str, states: list[str], earliest: str
) -> None:
    [report] = told({"occurred": {"from": occurred}, "states": states})
    claims = claims_of(shipped_clocks, [report])
    assert format_instant(claims.earliest) == earliest


def test_what_is_unknown_or_unreadable_claims_nothing(
    shipped_clocks: ClockBook,
) -> None:
    odd: list[dict[str, object]] = [
        {"aware": "unknown", "occurred": "unknown", "states": "unknown"},
        {"aware": "yesterday", "occurred": {"from": "2027-13"}, "states": [7]},
        {"aware": 7, "occurred": {"from": 7}, "states": 7},
        {},
    ]
    claims = claims_of(shipped_clocks, told(*odd))
    assert (claims.earliest, claims.starts, claims.states) == (RECEIVED, {}, ())


def test_a_report_suspects_the_rules_whose_conditions_it_meets(
    shipped_clocks: ClockBook,
) -> None:
    always = ("WBD-ACK", "WBD-FB", "DESK-ACK", "DESK-TRIAGE")
    assert suspected(shipped_clocks, {"harms": "unknown"}) == always
    told = {
        "entity": "provider",
        "harms": ["death", "personal-data"],
        "weights": "self-exfiltrated",
        "danger": "imminent",
        "sector": "Aviation",
        "compute": {"low": "9e25", "high": "1.1e26"},
    }
    assert set(suspected(shipped_clocks, told)) - set(always) == {
        *("AIA73-DEATH", "AIA55", "COP93-CYB", "COP93-DEATH", "AIA52", "GDPR33"),
        *("AVIA376", "US-SB53", "US-SB53-IMM", "US-RAISE", "US-RAISE-IMM", "DESK-IMM"),
    }
    small = {"entity": "provider", "compute": {"low": "1e24", "high": "1e25"}}
    assert suspected(shipped_clocks, small) == always
    assert suspected(shipped_clocks, {**small, "compute": "unknown"}) == always
