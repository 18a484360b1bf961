"""What a drill may do, and under which permits."""

from ringwall.model.raid_drill_kinds import (
    ACTIONS_OF_DRILLS,
    CARDS_OF_DRILLS,
    MACHINES_OF_DRILLS,
)
from ringwall.model.raid_events import CARDS, RAID_ACTIONS
from ringwall.model.raid_states import MACHINES


def test_the_desk_knows_the_kinds_of_drills() -> None:
    assert CARDS_OF_DRILLS.items() <= CARDS.items()
    assert ACTIONS_OF_DRILLS.items() <= RAID_ACTIONS.items()
    assert MACHINES_OF_DRILLS.items() <= MACHINES.items()


def test_who_directs_starts_and_ends_and_who_takes_in_plays() -> None:
    actions = {act: permits[0][0] for (_, act), permits in ACTIONS_OF_DRILLS.items()}

    assert actions == {
        "begin": "raid.direct",
        "inject": "raid.intake",
        "end": "raid.direct",
    }


def test_nothing_starts_but_in_an_exercise_and_nothing_follows_an_end() -> None:
    [moves] = MACHINES_OF_DRILLS.values()

    starts = [move for move in moves if not move.before]
    assert [move.guards for move in starts] == [("in-an-exercise",)]
    assert "ended" not in {move.before for move in moves}
