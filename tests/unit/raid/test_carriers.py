"""Whatever somebody can propose somebody else can carry."""

from ringwall.raid.carriers import carriers
from ringwall.raid.desk import RaidDesk


def test_each_proposal_of_the_desk_has_what_carries_it(desk: RaidDesk) -> None:
    found = carriers(desk.acting)

    assert {
        "merge",
        "unmerge",
        "invalidate",
        "deviate",
        "disown",
        "adopt",
    } <= found.keys()
    assert all(callable(carrier.carry) for carrier in found.values())
