"""Which exceptions a permit rests on."""

from dataclasses import replace

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.decisions import Effect
from ringwall.model.declarations import Document
from ringwall.model.facts import ExceptionFacts, Situation
from ringwall.model.levels import SecurityLevel
from ringwall.model.requests import AccessRequest
from ringwall.pdp.reliance import relied_on
from tests.unit.pdp.ladder import measures_up_to
from tests.unit.pdp.scene import (
    FROM,
    NOW,
    SEEN,
    UNTIL,
    Data,
    ask,
    attested,
    decider,
    edited,
    institute,
)

SL = SecurityLevel


def exceptions(*measures: str) -> list[Data]:
    return [
        {
            "measure": measure,
            "compensation": "a guard at the door",
            "reason": "the door is late",
            "approved_by": ["user:ada", "user:max"],
            "from": FROM,
            "until": UNTIL,
        }
        for measure in measures
    ]


def hub(*measures: str, weights: str = "SL2", personnel: str = "SL4") -> Document:
    """Return the hub with exceptions, attested in one domain up to a level only."""
    items = attested("SL3", personnel)
    items[0] = {**SEEN, "measures": measures_up_to("weights", weights)}
    return edited("site:hub", attestations=items, exceptions=exceptions(*measures))


def rests_on(site: Document, request: AccessRequest | None = None) -> tuple[str, ...]:
    verdict = decider().decide(request or ask(), institute(site), NOW)
    assert verdict.effect is Effect.PERMIT
    return verdict.rests_on


def line(measure: str) -> str:
    return (
        f"{measure} at site:hub is not in force; an exception stands in for it "
        f"until {UNTIL}"
    )


def test_a_permit_without_exceptions_rests_on_none() -> None:
    assert rests_on(edited("site:hub")) == ()


def test_a_permit_names_the_exception_that_it_rests_on() -> None:
    assert rests_on(hub("SL3-WS-1")) == (line("SL3-WS-1"),)


def test_each_exception_that_is_missed_is_named() -> None:
    site = hub("SL2-WS-1", "SL3-WS-1", "SL4-PP-1", weights="SL1", personnel="SL3")

    assert rests_on(site) == tuple(map(line, ("SL2-WS-1", "SL3-WS-1", "SL4-PP-1")))


def test_an_exception_above_what_is_asked_for_is_not_named() -> None:
    site = hub("SL4-WS-1", weights="SL3")
    lower = ask("user:max", "research.read", "dataset:open")

    assert rests_on(site) == ()
    assert rests_on(hub("SL3-WS-1"), lower) == ()


def test_a_deny_rests_on_nothing() -> None:
    facts = institute(hub("SL3-WS-1"))
    verdict = decider().decide(ask("user:max"), facts, NOW)

    assert verdict.effect is Effect.DENY
    assert verdict.rests_on == ()


def test_where_either_of_two_would_do_both_are_named() -> None:
    s = institute().situation(ask(), NOW)
    until = parse_instant(UNTIL)
    both = (
        ExceptionFacts("SL3-WS-1", "weights", SL.SL2, until),
        ExceptionFacts("SL3-SW-1", "network", SL.SL2, until),
    )
    asked = s._replace(site=replace(s.site, exceptions=both))

    def either(situation: Situation) -> bool:
        return max(situation.site.weights, situation.site.network) >= SL.SL3

    assert relied_on(asked, either) == (line("SL3-WS-1"), line("SL3-SW-1"))


@pytest.mark.parametrize("reached", [SL.SL3, SL.SL4])
def test_without_an_exception_a_site_falls_below_its_measure(
    reached: SecurityLevel,
) -> None:
    s = institute().situation(ask(), NOW)
    one = ExceptionFacts("SL3-WS-1", "weights", SL.SL2, parse_instant(UNTIL))
    asked = s._replace(site=replace(s.site, weights=reached, exceptions=(one,)))
    seen = []

    def permits(situation: Situation) -> bool:
        seen.append((situation.site.weights, situation.site.level))
        return False

    assert relied_on(asked, permits) == (line("SL3-WS-1"),)
    assert set(seen) == {(SL.SL2, SL.SL2)}
