"""Random acts of random people at a real desk leave what must hold in order."""

import os
from typing import Final

import pytest

from tests.raid_office import RaidOffice
from tests.raid_play import Play

_DEEP: Final = os.environ.get("RINGWALL_HYPOTHESIS") == "deep"
_SEEDS: Final = range(300 if _DEEP else 2)
_STEPS: Final = 1_000 if _DEEP else 150


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.usefixtures("uncounted")
def test_whatever_people_do_the_desk_stays_in_order(
    raid_office: RaidOffice, seed: int
) -> None:
    with raid_office.raid() as desk:
        play = Play(desk, seed)
        play.go(_STEPS)
        play.check()

    assert sum(play.done.values()) > _STEPS // 5
    assert {"merge", "second", "attach", "arm", "start"} <= play.done.keys()
    assert {"access-denied", "act-not-possible"} <= play.refused.keys()
    report = raid_office.institute.verify()
    assert report.findings == ()
