"""What becomes of a release, and under which permits."""

from ringwall.model.raid_events import CARDS, RAID_ACTIONS
from ringwall.model.raid_release_kinds import (
    ACTIONS_OF_RELEASES,
    APPROVED,
    CARDS_OF_RELEASES,
    MACHINES_OF_RELEASES,
    RELEASE,
    ROUTABLE,
)
from ringwall.model.raid_states import MACHINES


def test_the_desk_knows_the_kind_of_releases() -> None:
    assert CARDS_OF_RELEASES.items() <= CARDS.items()
    assert ACTIONS_OF_RELEASES.items() <= RAID_ACTIONS.items()
    assert MACHINES_OF_RELEASES.items() <= MACHINES.items()


def test_nothing_is_sent_but_what_was_approved_and_cleared() -> None:
    moves = MACHINES_OF_RELEASES[RELEASE]
    assert {m.before for m in moves if m.act == "send"} == {"approved"}
    assert {m.before for m in moves if m.act == "approve"} == {"cleared"}
    assert {m.before for m in moves if m.act == "clear"} == {"draft"}
    assert all("may-go" in m.guards for m in moves if m.act in {"clear", "send"})


def test_what_tells_of_a_case_takes_one_that_is_worked_on() -> None:
    moves = MACHINES_OF_RELEASES[RELEASE]
    telling = {m.act for m in moves if "case-routable" in m.guards}
    assert telling == {"draft", "clear", "approve", "send"}
    states = {move.after for move in MACHINES["raid.case"]}
    assert states - ROUTABLE == {"new", "declined", "merged", "resolved", "archived"}


def test_it_is_approved_under_the_action_that_takes_two_alone() -> None:
    assert ACTIONS_OF_RELEASES[APPROVED] == ((RELEASE, "case"),)
    for act, permits in ACTIONS_OF_RELEASES.items():
        assert act == APPROVED or (RELEASE, "case") not in permits


def test_what_is_sent_is_never_undone() -> None:
    moves = MACHINES_OF_RELEASES[RELEASE]
    after = {m.after for m in moves if m.before in {"sent", "acknowledged"}}
    assert after == {"acknowledged", "recalled"}
    assert not [m for m in moves if m.before == "recalled"]
