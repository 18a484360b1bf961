"""What becomes of an inquiry, and under which permits."""

from ringwall.model.raid_events import CARDS, RAID_ACTIONS
from ringwall.model.raid_inquiry_kinds import (
    ACTIONS_OF_INQUIRIES,
    CARDS_OF_INQUIRIES,
    DISCLOSE,
    EXITS,
    MACHINES_OF_INQUIRIES,
)
from ringwall.model.raid_states import MACHINES


def test_the_desk_knows_the_kinds_of_inquiries() -> None:
    assert CARDS_OF_INQUIRIES.items() <= CARDS.items()
    assert ACTIONS_OF_INQUIRIES.items() <= RAID_ACTIONS.items()
    assert MACHINES_OF_INQUIRIES.items() <= MACHINES.items()


def test_a_case_is_told_of_by_two_and_an_open_exit_alone() -> None:
    [moves] = MACHINES_OF_INQUIRIES.values()
    [told] = [move for move in moves if move.act == DISCLOSE]
    assert told.guards == ("two-persons", "reason", "exit-open")
    of_a_case = [
        act for act, permits in ACTIONS_OF_INQUIRIES.items() if permits[0][1] == "case"
    ]
    assert of_a_case == [("raid.inquiry", DISCLOSE)]
    assert EXITS == ("law", "consent", "danger", "order")


def test_it_is_answered_once() -> None:
    [moves] = MACHINES_OF_INQUIRIES.values()
    assert {move.before for move in moves} == {"", "received"}
