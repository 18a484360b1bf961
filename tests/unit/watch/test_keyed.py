"""What is kept of subjects: by use, until it is idle, and never of too many."""

from ringwall.watch.counting import Quiet
from ringwall.watch.keyed import MAX_KEYS, Keyed, most_of
from tests.watched import AT, MINUTE


def test_a_state_is_the_same_one_while_it_is_in_use() -> None:
    states = Keyed(Quiet, MINUTE)

    first = states.of("a", AT)

    assert states.of("a", AT + 1) is first
    assert states.of("b", AT + 1) is not first
    assert first.asked == AT + 1


def test_the_idle_make_room_when_somebody_new_comes() -> None:
    states = Keyed(Quiet, MINUTE)
    for name in "abc":
        states.of(name, AT)
    kept = states.of("c", AT + 30)

    states.of("d", AT + MINUTE)
    states.of("e", AT + MINUTE)

    assert len(states) == 3
    assert states.of("c", AT + MINUTE) is kept


def test_no_more_are_kept_than_is_allowed() -> None:
    states = Keyed(Quiet, MINUTE, most=10)

    for number in range(1000):
        states.of(f"user:made-up-{number}", AT)

    assert len(states) == 10


def test_who_keeps_more_of_each_keeps_it_of_fewer() -> None:
    assert most_of(2) == MAX_KEYS
    assert most_of(100) < most_of(50) < MAX_KEYS
    assert most_of(1000) == 1000
