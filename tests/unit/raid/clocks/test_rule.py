"""Rules and their stages."""

from dataclasses import replace
from datetime import date

import pytest

from ringwall.raid.clocks.book import ClockBook


def test_the_digest_is_of_all_that_a_rule_states(shipped_clocks: ClockBook) -> None:
    rule = shipped_clocks.rules["GDPR33"]
    assert len(rule.digest) == 64
    assert rule.text_version == f"1-{rule.digest[:12]}"
    assert replace(rule, statement="other words").digest != rule.digest
    assert replace(rule, stages=()).digest != rule.digest
    assert replace(rule).digest == rule.digest


def test_a_rule_applies_from_its_first_day_to_its_last(
    shipped_clocks: ClockBook,
) -> None:
    rule = shipped_clocks.rules["CRA14-V"]
    assert not rule.applies_on(date(2026, 9, 10))
    assert rule.applies_on(date(2026, 9, 11))
    ended = replace(rule, applies_to=date(2027, 1, 1))
    assert ended.applies_on(date(2027, 1, 1))
    assert not ended.applies_on(date(2027, 1, 2))
    assert not shipped_clocks.rules["OMNI-SEP"].applies_on(date(2027, 1, 1))


def test_no_clock_runs_under_what_is_standing_or_proposed(
    shipped_clocks: ClockBook,
) -> None:
    idle = [one.id for one in shipped_clocks.rules.values() if not one.is_armable]
    assert idle == [
        *("AIA73-EVID", "AIA73-LEX", "COP94", "AIA90", "WBD16", "AIA87", "OMNI-SEP")
    ]


def test_a_stage_is_found_by_its_name(shipped_clocks: ClockBook) -> None:
    rule = shipped_clocks.rules["NIS2-23"]
    assert rule.stage("final").name == "final"
    with pytest.raises(KeyError):
        rule.stage("epilogue")
