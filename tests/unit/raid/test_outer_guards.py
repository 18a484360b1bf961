"""Each guard around a case is told by a code, a line and a next step of its own."""

from ringwall.model.raid_states import MACHINES
from ringwall.raid.guards import GUARDS
from ringwall.raid.outer_guards import OUTER


def test_each_says_what_to_do() -> None:
    assert OUTER.items() <= GUARDS.items()
    for guard in OUTER.values():
        assert guard.code
        assert guard.message[0].islower()
        assert guard.next_step
    assert len({guard.message for guard in OUTER.values()}) == len(OUTER)


def test_each_is_of_a_machine() -> None:
    named = {g for moves in MACHINES.values() for move in moves for g in move.guards}
    assert OUTER.keys() <= named
