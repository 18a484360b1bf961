"""The rules together."""

from dataclasses import replace

from ringwall.raid.clocks.book import ClockBook


def test_recipients_sit_where_the_rule_says(shipped_clocks: ClockBook) -> None:
    def codes(rule: str, *states: str) -> list[str]:
        places = shipped_clocks.places_of(shipped_clocks.rules[rule], states)
        return [place.code for place in places]

    assert codes("GDPR33", "DE", "fr", "XX", "EU") == ["DE", "FR"]
    assert codes("GDPR33", "NO") == ["NO"]
    assert codes("COP93-CYB", "DE") == ["EU"]
    assert codes("WBD-ACK", "DE") == ["EU"]
    assert codes("US-SB53", "DE") == ["US-CA"]


def test_where_no_state_is_known_all_zones_count_without_holidays(
    shipped_clocks: ClockBook,
) -> None:
    places = shipped_clocks.places_of(shipped_clocks.rules["GDPR33"], ["outside"])
    assert len(places) == 27
    assert not any(place.holidays for place in places)


def test_a_stage_is_followed_by_others_and_by_itself(
    shipped_clocks: ClockBook,
) -> None:
    def after(rule: str, stage: str) -> list[str]:
        found = shipped_clocks.following(rule, stage)
        return [f"{one.id}:{step.name}" for one, step in found]

    assert after("COP93-CYB", "initial") == [
        "COP93-INT:intermediate",
        "COP93-FIN:final",
    ]
    assert after("COP93-INT", "intermediate") == ["COP93-INT:intermediate"]
    assert after("GDPR33", "initial") == []


def test_the_digest_is_of_all_tables(shipped_clocks: ClockBook) -> None:
    rules = dict(shipped_clocks.rules)
    del rules["GDPR33"]
    others = [
        replace(shipped_clocks, holidays_digest="0" * 64),
        replace(shipped_clocks, rules=rules),
        replace(shipped_clocks, triggers={}),
        replace(shipped_clocks, places={}),
    ]
    assert len({one.digest for one in [shipped_clocks, *others]}) == 5
