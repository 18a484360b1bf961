"""The machines of the incident desk: each state is come by, each act known by one."""

from collections import Counter

import pytest

from ringwall.model.raid_moves import Move
from ringwall.model.raid_states import MACHINES, next_state

ENDS = {
    "raid.report": {"closed"},
    "raid.case": {"archived", "merged"},
    "raid.link": set(),
    "raid.clock": {"met", "late-met", "void"},
    "raid.handover": {"accepted", "refused", "lapsed"},
    "raid.proposal": {"carried", "refused", "lapsed"},
    "raid.desk": {"rejected", "adopted"},
    "raid.drill": {"ended"},
    "raid.inquiry": {"answered", "declined"},
    "raid.matter": set(),
    "raid.embargo": {"exited"},
    "raid.party": set(),
    "raid.identity": {"lapsed", "refused"},
    "raid.message": {"posted"},
    "raid.box": {"erased"},
    "raid.attachment": {"kept"},
    "raid.brief": {"briefed"},
    "raid.release": {
        *("draft", "cleared", "approved", "sent", "acknowledged", "recalled"),
    },
}
"""Kind -> the states that nothing but two persons leads out of."""


@pytest.mark.parametrize("kind", MACHINES)
def test_each_state_can_be_come_by_and_only_ends_are_left_by_nothing(kind: str) -> None:
    moves = MACHINES[kind]
    known, size = {""}, 0
    while len(known) > size:
        size = len(known)
        known |= {move.after for move in moves if move.before in known}

    assert known == {move.before for move in moves} | {move.after for move in moves}
    apart = {m.before for m in moves if "two-persons" not in m.guards}
    assert known - apart - {""} <= ENDS[kind]
    assert ENDS[kind] <= known


@pytest.mark.parametrize("kind", MACHINES)
def test_no_row_stands_twice(kind: str) -> None:
    rows = Counter(move[:3] for move in MACHINES[kind])

    assert max(rows.values()) == 1


@pytest.mark.parametrize("kind", MACHINES)
def test_each_row_is_what_its_act_leads_to(kind: str) -> None:
    for move in MACHINES[kind]:
        assert next_state(kind, move.before, move.act, move.after) == move


def test_an_act_that_leads_to_one_state_needs_none_named() -> None:
    assert next_state("raid.case", "", "open") == Move("", "open", "new")
    assert next_state("raid.proposal", "open", "refuse").after == "refused"


def test_a_case_that_was_merged_comes_back_to_the_state_that_it_had() -> None:
    for state in ("new", "owned", "archived"):
        move = next_state("raid.case", "merged", "unmerge", state)
        assert move.after == state
        assert "two-persons" in move.guards


def test_what_no_row_allows_is_refused() -> None:
    with pytest.raises(ValueError, match="a case that is new allows no `triage`"):
        next_state("raid.case", "", "triage")
    with pytest.raises(ValueError, match="a case that is merged allows no `note`"):
        next_state("raid.case", "merged", "note")
    with pytest.raises(ValueError, match="an inquiry that is new allows no `answer`"):
        next_state("raid.inquiry", "", "answer")
    with pytest.raises(ValueError, match="a clock that is armed allows no `start`"):
        next_state("raid.clock", "armed", "start", "met")
    with pytest.raises(KeyError):
        next_state("raid.other", "", "open")
