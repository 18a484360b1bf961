"""Decision ids sort by time and are never drawn twice."""

import os
import re

from ringwall.gate.ids import new_decision_id


def test_an_id_is_a_prefix_and_twenty_letters_or_digits() -> None:
    assert re.fullmatch("dec-[0-9a-hjkmnp-tv-z]{20}", new_decision_id(0))


def test_ids_sort_by_their_milliseconds() -> None:
    instants = [0, 1000, 2000, 1_795_262_400_000_000, 2**60]
    ids = [new_decision_id(instant) for instant in instants]

    assert sorted(ids[:-1]) == ids[:-1]


def test_ids_of_one_instant_differ() -> None:
    assert len({new_decision_id(7) for _ in range(1000)}) == 1000


def test_a_fork_draws_other_ids_than_its_parent() -> None:
    new_decision_id(7)  # there are draws left over now
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, " ".join(new_decision_id(7) for _ in range(9)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 4096).decode().split()
    os.close(reading)
    os.close(writing)

    assert len(theirs) == 9
    assert not {new_decision_id(7) for _ in range(600)}.intersection(theirs)
