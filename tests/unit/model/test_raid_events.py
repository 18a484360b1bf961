"""Events of the incident desk: a whole row each, and nothing that its act denies."""

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.model.events import BASIS_KINDS, EVENT_KINDS, KEPT_KINDS, load_event
from ringwall.model.matter_events import MATTER_KINDS
from ringwall.model.raid_events import (
    CARDS,
    RAID_ACTIONS,
    RAID_KINDS,
    Act,
    clock_breached,
    embargo_expired,
    handover_silent,
    raid_event,
    raid_need,
)
from ringwall.model.raid_states import MACHINES
from tests.raid_records import AT, CASE, NEEDS, RAID, blank

OPENED = Act(CASE, CASE, "open", "", "new", "user:ada", "dec-1")
HEAD = {"v": 1, "at": "2027-01-15T08:00:00Z"}


def test_need_to_know_moves_the_basis_and_nothing_else_of_the_desk() -> None:
    assert RAID_KINDS <= EVENT_KINDS
    assert RAID_KINDS <= KEPT_KINDS
    assert not RAID_KINDS & BASIS_KINDS
    assert "raid.need" in MATTER_KINDS & BASIS_KINDS


def test_each_card_begins_with_a_state_and_holds_texts_and_numbers() -> None:
    assert CARDS.keys() == MACHINES.keys() == RAID_KINDS
    for columns in CARDS.values():
        assert next(iter(columns)) == "state"
        assert {*columns.values()} <= {str, int}


def test_each_act_of_a_machine_has_its_permits_and_no_other_has() -> None:
    acts = {(kind, move.act) for kind, moves in MACHINES.items() for move in moves}
    needs = {("raid.need", event["act"]) for event in NEEDS}

    assert RAID_ACTIONS.keys() == acts | needs
    named = [permit for permits in RAID_ACTIONS.values() for permit in permits]
    assert all(RAID_ACTIONS.values())
    assert {action.partition(".")[0] for action, _ in named} == {"raid"}
    assert {place for _, place in named} == {
        *("inbox", "desk", "loose", "report", "case", "gone")
    }


def test_an_event_tells_its_act_and_the_row_that_it_leaves() -> None:
    card = blank("raid.case", {"state": "new", "severity": 3})
    event = raid_event("raid.case", AT, OPENED, card, {"title": "a model left"})

    assert event == {
        **HEAD,
        "kind": "raid.case",
        "id": CASE,
        "case": CASE,
        "act": "open",
        "from": "",
        "to": "new",
        "by": "user:ada",
        "decision": "dec-1",
        "card": card,
        "said": {"title": "a model left"},
    }
    assert event["card"] is not card


@pytest.mark.parametrize("event", [*RAID, *NEEDS], ids=lambda e: e["kind"] + e["act"])
def test_a_recorded_event_is_read_back(event: dict[str, object]) -> None:
    assert load_event(dump_canonical(event)) == event


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"more": ""}, "has other columns than more"),
        ({"severity": "3"}, "`severity` of `raid.case` is of another type"),
        ({"imminent": True}, "`imminent` of `raid.case` is of another type"),
        ({"lead": 5}, "`lead` of `raid.case` is of another type"),
        ({"state": "owned"}, "not in the state that the act leads to"),
    ],
)
def test_a_card_that_its_kind_or_its_act_denies_is_refused(
    columns: dict[str, str | int], message: str
) -> None:
    card = {**blank("raid.case", {"state": "new"}), **columns}

    with pytest.raises(ValueError, match=message):
        raid_event("raid.case", AT, OPENED, card, {})


def test_a_card_that_lacks_a_column_is_refused() -> None:
    card = blank("raid.case", {"state": "new"})
    del card["team"]

    with pytest.raises(ValueError, match="other columns than team"):
        raid_event("raid.case", AT, OPENED, card, {})


def test_need_to_know_names_case_person_and_permit() -> None:
    said = {"person": "user:ada", "until": "", "reason": "left the case"}

    assert raid_need(AT, CASE, "dismiss", ("user:grace", "dec-2"), said) == {
        **HEAD,
        "kind": "raid.need",
        "case": CASE,
        "act": "dismiss",
        "by": "user:grace",
        "decision": "dec-2",
        **said,
    }


def test_what_came_of_a_deadline_or_an_end_is_an_alarm() -> None:
    alarm = {**HEAD, "kind": "alarm.raised"}

    assert clock_breached(AT, "clk-a", CASE, "dec-1") == {
        **alarm,
        "code": "clock-breached",
        "clock": "clk-a",
        "case": CASE,
        "decision": "dec-1",
    }
    assert embargo_expired(AT, "emb-a", CASE, "active", "dec-1") == {
        **alarm,
        "code": "embargo-expired",
        "embargo": "emb-a",
        "case": CASE,
        "found": "active",
        "decision": "dec-1",
    }
    assert handover_silent(AT, "hnd-a", CASE, "lapsed", "dec-1") == {
        **alarm,
        "code": "handover-silent",
        "handover": "hnd-a",
        "case": CASE,
        "found": "lapsed",
        "decision": "dec-1",
    }
