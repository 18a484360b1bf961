"""The record of people is what the log says, and what can't be read counts against."""

from typing import Any

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.months import LAST_INSTANT
from ringwall.matters.people import People
from ringwall.model.matter_events import (
    duty_recorded,
    person_left,
    review_decided,
    review_opened,
)
from ringwall.pdp.people import DutyRecord, PersonRecord

ORIGIN = "example.org/log"
NOW = parse_instant("2026-11-21T12:00:00Z")
DAY = 24 * 3600 * 1_000_000


def duty(name: str = "screening", **more: str) -> dict[str, Any]:
    said = {
        "duty": name,
        "outcome": "passed",
        "from": format_instant(NOW - DAY),
        "until": format_instant(NOW + DAY),
        "by": "user:hedy",
        "evidence": "",
        **more,
    }
    return duty_recorded(NOW, "user:ada", said)


def opened(name: str = "rev-1", what: str = "power") -> dict[str, Any]:
    due = format_instant(NOW + DAY)
    said = {"subject": "user:ada", "what": what, "about": "", "due": due}
    return review_opened(NOW, name, said)


def decided(
    name: str = "rev-1", origin: str = ORIGIN, until: str = ""
) -> dict[str, Any]:
    said = {
        "review": name,
        "by": "user:hedy",
        "outcome": "kept",
        "until": until,
        "reason": "still on it",
        "origin": origin,
    }
    return review_decided(NOW, said, "a signature")


def folded(*events: dict[str, Any]) -> People:
    people = People()
    for index, event in enumerate(events):
        people.take_in(index, event)
    return people


def record(*events: dict[str, Any]) -> PersonRecord:
    return folded(*events).records(ORIGIN)["user:ada"]


def test_nothing_is_known_of_anybody_at_first() -> None:
    assert (folded().records(ORIGIN), folded().version) == ({}, 0)


def test_duties_stand_in_the_order_of_the_log() -> None:
    found = record(duty(), duty("integrity-test"), duty())

    assert [(one.index, one.duty) for one in found.duties] == [
        (0, "screening"),
        (1, "integrity-test"),
        (2, "screening"),
    ]
    assert found.duties[0] == DutyRecord(0, "screening", "passed", NOW - DAY, NOW + DAY)


def test_a_failure_counts_from_when_it_is_told_at_the_latest() -> None:
    later = format_instant(NOW + 5 * DAY)
    (early,) = record(duty(outcome="failed")).duties
    (late,) = record(duty(outcome="failed", **{"from": later})).duties

    assert (early.start, early.outcome) == (NOW - DAY, "failed")
    assert late.start == NOW


def test_what_can_not_be_read_counts_against() -> None:
    (odd,) = record(duty(outcome="splendid")).duties
    (timeless,) = record(duty(until="for ever", **{"from": "once"})).duties

    assert odd.outcome == "failed"
    assert (timeless.start, timeless.until) == (NOW, NOW)
    assert folded(duty("yoga")).records(ORIGIN) == {}


def test_who_has_left_has_left() -> None:
    left = person_left(NOW, "user:ada", "user:hedy", "end of contract")

    assert record(left).left
    assert record(duty(), left).duties


def test_reviews_of_a_power_stand_with_what_was_decided() -> None:
    people = folded(opened(), opened("rev-2"), decided(), decided("rev-2"), decided())
    found = people.records(ORIGIN)["user:ada"]

    assert {one.id: len(one.decisions) for one in found.reviews} == {
        "rev-1": 2,
        "rev-2": 1,
    }
    assert found.reviews[0].decisions[0].until == LAST_INSTANT
    assert people.version == 5


def test_what_was_signed_for_another_log_is_left_out() -> None:
    people = folded(opened(), decided(origin="elsewhere.org/log"))

    assert people.records(ORIGIN)["user:ada"].reviews[0].decisions == ()
    elsewhere = people.records("elsewhere.org/log")["user:ada"].reviews[0]
    assert len(elsewhere.decisions) == 1


def test_broken_glass_and_reviews_of_nothing_change_no_record() -> None:
    people = folded(opened(what="break-glass"), decided(), decided("rev-9"))

    assert (people.records(ORIGIN), people.version) == ({}, 0)


def test_an_event_of_another_kind_changes_nothing() -> None:
    people = folded({**opened(), "kind": "decoy.placed"})

    assert (people.records(ORIGIN), people.version) == ({}, 0)
