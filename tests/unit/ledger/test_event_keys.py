"""The keys of events: every kind has its own, and every builder gives them."""

from ringwall.ledger.event_keys import (
    ALARMS,
    COUNTS,
    LISTS,
    MATTERS,
    NUMBERS,
    TEXTS,
)
from ringwall.model.events import EVENT_KINDS
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from ringwall.model.raid_events import RAID_KINDS
from tests import matter_events
from tests.raid_records import RAID

ALWAYS = {"v", "kind", "at"}


def test_every_kind_but_decisions_has_its_texts() -> None:
    assert TEXTS.keys() == EVENT_KINDS - {"decision.made"}


def test_numbers_and_lists_are_of_kinds_that_there_are() -> None:
    assert (COUNTS.keys() | LISTS.keys() | NUMBERS.keys()) <= EVENT_KINDS
    assert MATTERS.keys() == MATTER_KINDS
    assert all(about in TEXTS[kind] for kind, about in MATTERS.items())


def test_an_event_of_each_kind_has_these_keys_and_no_other() -> None:
    events = (*matter_events.MATTERS, *matter_events.PASSING)
    assert {event["kind"] for event in events} == MATTER_KINDS | PASSING_KINDS
    for event in events:
        kind = event["kind"]
        tables = (TEXTS, COUNTS, LISTS, NUMBERS)
        known = {key for table in tables for key in table.get(kind, ())}
        pins = {"facts"} if kind == "request.approved" else set()
        assert event.keys() - ALWAYS == known | pins


def test_an_event_of_the_incident_desk_has_a_card_and_what_is_said_besides() -> None:
    assert {event["kind"] for event in RAID} == RAID_KINDS
    for event in RAID:
        known = {*TEXTS[event["kind"]], "card", "said"}
        assert event.keys() - ALWAYS == known


def test_the_alarms_of_the_gate_have_their_keys() -> None:
    for event in matter_events.NEW_ALARMS:
        texts, counts = ALARMS[event["code"]]
        assert event.keys() - ALWAYS - {"code"} == {*texts, *counts}
