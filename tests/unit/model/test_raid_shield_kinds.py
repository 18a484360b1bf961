"""What shields a reporter on record, and under which permits."""

from ringwall.model.raid_events import CARDS, RAID_ACTIONS
from ringwall.model.raid_shield_kinds import (
    ACTIONS_OF_SHIELD,
    CARDS_OF_SHIELD,
    MACHINES_OF_SHIELD,
)
from ringwall.model.raid_states import MACHINES


def test_the_desk_knows_the_kinds_of_the_shield() -> None:
    for kind, columns in CARDS_OF_SHIELD.items():
        assert CARDS[kind] == columns
        assert MACHINES[kind] == MACHINES_OF_SHIELD[kind]
    for deed, permits in ACTIONS_OF_SHIELD.items():
        assert RAID_ACTIONS[deed] == permits


def test_each_act_of_the_machines_has_its_permit() -> None:
    acts = {
        (kind, move.act) for kind, moves in MACHINES_OF_SHIELD.items() for move in moves
    }

    assert acts == set(ACTIONS_OF_SHIELD)


def test_no_column_could_hold_who_somebody_is() -> None:
    names = {name for columns in CARDS_OF_SHIELD.values() for name in columns}

    assert not names & {"name", "reporter", "contact", "asker", "person", "identity"}
