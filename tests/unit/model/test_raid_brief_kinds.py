"""What becomes of a brief, and under which permit."""

from ringwall.model.raid_brief_kinds import (
    ACTIONS_OF_BRIEFS,
    BRIEF,
    CARDS_OF_BRIEFS,
    MACHINES_OF_BRIEFS,
)
from ringwall.model.raid_events import CARDS, RAID_ACTIONS
from ringwall.model.raid_states import MACHINES


def test_the_desk_knows_the_kind_of_briefs() -> None:
    assert CARDS_OF_BRIEFS.items() <= CARDS.items()
    assert ACTIONS_OF_BRIEFS.items() <= RAID_ACTIONS.items()
    assert MACHINES_OF_BRIEFS.items() <= MACHINES.items()


def test_a_brief_is_written_once_and_by_two_alone() -> None:
    [move] = MACHINES_OF_BRIEFS[BRIEF]
    assert (move.before, move.after) == ("", "briefed")
    assert {(BRIEF, move.act): ((BRIEF, "desk"),)} == ACTIONS_OF_BRIEFS


def test_no_column_tells_what_was_left_out() -> None:
    assert not {"withheld", "cases", "facts"} & CARDS_OF_BRIEFS[BRIEF].keys()
