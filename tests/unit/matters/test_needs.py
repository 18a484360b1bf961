"""Need-to-know of a case is what was said last, until it lapses."""

from typing import Any

import pytest

from ringwall.base.clock import format_instant
from ringwall.matters.needs import Needs
from ringwall.model.raid_events import raid_need

NOW = 1_795_262_400_000_000
DAY = 86_400_000_000
CASE, OTHER = "case:c-aaaaaaaaaa", "case:c-bbbbbbbbbb"
ANN, BEA, ANN_2 = "user:ann", "user:bea", "user:ann-2"


def said(
    act: str, person: str = "", until: int = NOW + DAY, case: str = CASE
) -> dict[str, Any]:
    """Return an event of need-to-know."""
    words = {
        "person": person,
        "until": format_instant(until) if act == "admit" else "",
        "reason": "the case needs it",
    }
    return raid_need(NOW, case, act, ("user:eli", "dec-1"), words)


def after(*events: dict[str, Any]) -> Needs:
    """Return what stands after some events."""
    needs = Needs()
    for index, event in enumerate(events):
        needs.take_in(index, event)
    return needs


def test_without_events_nobody_is_named_and_nothing_is_shut() -> None:
    needs = after()

    assert not needs.opened_to(CASE, ANN, NOW)
    assert not needs.is_shut(CASE)
    assert needs.cases_of(ANN, NOW) == frozenset()
    assert needs.admissions(CASE) == {}
    assert needs.version == 0


def test_who_is_admitted_is_in_until_the_very_instant() -> None:
    needs = after(said("admit", ANN))

    assert needs.opened_to(CASE, ANN, NOW + DAY - 1)
    assert not needs.opened_to(CASE, ANN, NOW + DAY)
    assert not needs.opened_to(OTHER, ANN, NOW)
    assert not needs.opened_to(CASE, BEA, NOW)
    assert needs.cases_of(ANN, NOW) == {CASE}
    assert needs.cases_of(ANN, NOW + DAY) == frozenset()
    assert needs.version == 1


def test_what_was_said_last_counts() -> None:
    admit, dismiss = said("admit", ANN), said("dismiss", ANN)

    assert not after(admit, dismiss).opened_to(CASE, ANN, NOW)
    assert after(admit, dismiss, admit).opened_to(CASE, ANN, NOW)
    shorter = said("admit", ANN, NOW + 1)
    assert not after(admit, shorter).opened_to(CASE, ANN, NOW + 1)


def test_nobody_escapes_a_dismissal_by_another_account() -> None:
    needs = after(said("admit", ANN), said("dismiss", ANN_2))

    assert not needs.opened_to(CASE, ANN, NOW, (ANN, ANN_2))
    assert not needs.opened_to(CASE, ANN_2, NOW, (ANN, ANN_2))
    assert needs.cases_of(ANN_2, NOW, (ANN, ANN_2)) == frozenset()
    anew = after(said("dismiss", ANN_2), said("admit", ANN))
    assert anew.opened_to(CASE, ANN_2, NOW, (ANN, ANN_2))
    assert anew.cases_of(ANN_2, NOW, (ANN, ANN_2)) == {CASE}


@pytest.mark.parametrize("until", ["", "soon", "2026-13-01T00:00:00Z"])
def test_an_admission_until_no_instant_is_none(until: str) -> None:
    needs = after({**said("admit", ANN), "until": until})

    assert not needs.opened_to(CASE, ANN, NOW)


def test_a_case_is_shut_until_it_is_opened_again() -> None:
    assert after(said("shut")).is_shut(CASE)
    assert not after(said("shut")).is_shut(OTHER)
    assert not after(said("shut"), said("unshut")).is_shut(CASE)
    assert after(said("unshut"), said("shut")).is_shut(CASE)


def test_that_a_case_is_shut_takes_nobody_out_who_is_named() -> None:
    assert after(said("admit", ANN), said("shut")).opened_to(CASE, ANN, NOW)


def test_an_act_that_nobody_knows_opens_nothing() -> None:
    assert after(said("shut"), said("loosen")).is_shut(CASE)


def test_who_said_so_and_why_is_kept() -> None:
    found = after(said("shut"), said("admit", ANN)).admissions(CASE)[ANN]

    assert (found.entry, found.by, found.at) == (1, "user:eli", NOW)
    assert (found.until, found.reason) == (NOW + DAY, "the case needs it")
    assert found.holds(NOW)
    gone = after(said("dismiss", ANN)).admissions(CASE)[ANN]
    assert not gone.holds(NOW)
