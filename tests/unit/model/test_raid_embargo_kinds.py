"""The kinds of events of an embargo."""

from ringwall.model.raid_embargo_kinds import (
    ACTIONS_OF_EMBARGO,
    BITS,
    CARDS_OF_EMBARGO,
    MACHINES_OF_EMBARGO,
    OPEN_EMBARGO,
    OVER,
)


def test_each_act_has_a_permit_and_each_kind_a_row() -> None:
    acts = {(k, move.act) for k, moves in MACHINES_OF_EMBARGO.items() for move in moves}
    assert acts == set(ACTIONS_OF_EMBARGO)
    assert CARDS_OF_EMBARGO.keys() == MACHINES_OF_EMBARGO.keys()
    assert set(BITS) < set(CARDS_OF_EMBARGO["raid.matter"])


def test_what_is_out_ends_an_embargo_from_each_state_that_it_may_be_in() -> None:
    ended = {
        move.before for move in MACHINES_OF_EMBARGO["raid.embargo"] if move.act == "end"
    }
    assert ended == OPEN_EMBARGO
    left = {move.before for move in MACHINES_OF_EMBARGO["raid.embargo"]}
    assert "exited" not in left
    assert list(OVER) == ["public", "uplift", "misuse"]


def test_that_something_is_so_is_told_from_any_state() -> None:
    tell = [m for m in MACHINES_OF_EMBARGO["raid.matter"] if m.act == "tell"]
    assert {move.before for move in tell} == {"", "known"}
    # The fact is never refused: nothing else has to hold.
    assert all(not move.guards for move in tell)
