"""The desk has each counter once, and all act through the same gate."""

from functools import cached_property

from ringwall.raid.desk import RaidDesk


def test_each_counter_is_made_once(desk: RaidDesk) -> None:
    names = [
        name
        for name, made in vars(RaidDesk).items()
        if isinstance(made, cached_property)
    ]

    assert {"cases", "links", "merging", "needs", "proposals", "lists"} <= set(names)
    for name in names:
        assert getattr(desk, name) is getattr(desk, name)
