"""Events of matters: each builder says its kind, its instant and what it was given."""

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.model.events import BASIS_KINDS, EVENT_KINDS, Event, load_event
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from tests.matter_events import MATTERS, NEW_ALARMS, PASSING

ALL = (*MATTERS, *PASSING, *NEW_ALARMS)


def test_there_is_one_of_each_kind() -> None:
    assert {event["kind"] for event in MATTERS} == MATTER_KINDS
    assert {event["kind"] for event in PASSING} == PASSING_KINDS


def test_decisions_rest_on_matters_and_on_nothing_that_passes() -> None:
    assert MATTER_KINDS <= BASIS_KINDS
    assert not PASSING_KINDS & BASIS_KINDS
    assert PASSING_KINDS <= EVENT_KINDS


@pytest.mark.parametrize("event", ALL, ids=lambda event: event["kind"])
def test_each_is_an_event_that_is_read_back(event: Event) -> None:
    assert event["at"] == "2027-01-15T08:00:00Z"
    assert load_event(dump_canonical(event)) == event
