"""What reports claim of starts, and what they make suspected."""

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.claims import claims_of, suspected

RECEIVED = parse_instant("2027-03-10T12:00:00Z")


def test_the_earliest_of_all_that_is_told_is_the_worst_case() -> None:
    claims = claims_of(
        [
            {"aware": "2027-03-07T08:00:00Z", "states": ["fr", "unknown"]},
            {
                "aware": "2027-03-08T08:00:00Z",
                "model_involved": "2027-03-09T08:00:00Z",
                "classified": "unknown",
                "occurred": {"from": "2027-03"},
                "states": ["DE"],
            },
        ],
        [RECEIVED, RECEIVED + 1],
    )
    assert claims.received == RECEIVED
    assert format_instant(claims.earliest) == "2027-03-01T00:00:00Z"
    assert {e: format_instant(at) for e, at in claims.starts.items()} == {
        "aware": "2027-03-07T08:00:00Z",
        "model-involved": "2027-03-09T08:00:00Z",
    }
    assert claims.states == ("DE", "FR")
    assert claims.earliest_of("aware") == claims.earliest
    assert claims.earliest_of("received") == RECEIVED


def test_what_is_unknown_or_unreadable_claims_nothing() -> None:
    odd: list[dict[str, object]] = [
        {"aware": "unknown", "occurred": "unknown", "states": "unknown"},
        {"aware": "yesterday", "occurred": {"from": "2027-13"}, "states": [7]},
        {"aware": 7, "occurred": {"from": 7}, "states": 7},
        {},
    ]
    claims = claims_of(odd, [RECEIVED])
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
