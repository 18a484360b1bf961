"""Outcomes and which is the worse."""

from ringwall.raid.triage.outcomes import (
    PRIORITIES,
    SCALES,
    TLPS,
    is_owned,
    rank,
    worst_of,
)


def test_ranks_follow_the_scale_and_not_the_alphabet() -> None:
    assert [rank("priority", word) for word in PRIORITIES] == [0, 1, 2, 3, 4]
    assert worst_of("tlp", ("amber+strict", "amber", "green")) == "amber+strict"
    assert TLPS[-1] == "red"


def test_what_raid_owns_in_part_is_owned() -> None:
    assert [is_owned(owner) for owner in SCALES["owner"]] == [False, True, True]
