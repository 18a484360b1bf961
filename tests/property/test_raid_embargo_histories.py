"""Random acts on embargoes at a real desk leave what must hold in order."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from ringwall.model.events import Event
from ringwall.model.raid_embargo_kinds import OVER
from ringwall.raid.desk import RaidDesk
from ringwall.raid.starting import Start
from tests.embargo_play import EmbargoPlay
from tests.embargoed import active, led, state_of
from tests.office import DAY
from tests.raid_office import RaidOffice, who

_DEEP: Final = os.environ.get("RINGWALL_HYPOTHESIS") == "deep"
_SEEDS: Final = range(50 if _DEEP else 1)
_STEPS: Final = 2_000
_OWN: Final = frozenset({"id", "case", "decision", "clock", "at"})
OLE: Final = who("ole")


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.usefixtures("uncounted")
def test_whatever_people_do_embargoes_stay_within_their_laws(
    raid_office: RaidOffice, seed: int
) -> None:
    with raid_office.raid() as desk:
        play = EmbargoPlay(raid_office, desk, seed)
        play.go(_STEPS)
        play.check()

    done = {"invite", "propose", "accept", "revise", "reject", "tell", "end", "merge"}
    assert done <= play.done.keys()
    assert {"consent-missing", "matter-out", "embargo-active"} <= play.refused.keys()
    causes = {
        event["card"]["cause"]
        for event in raid_office.events("raid.embargo")
        if event["to"] == "exited"
    }
    assert {"expired", "purpose-served"} <= causes
    assert causes & set(OVER.values())
    assert raid_office.institute.verify().findings == ()


def clocked(office: RaidOffice, desk: RaidDesk, case: str) -> list[Event]:
    """Have clocks of a case armed, started, met and missed; return what came of it."""
    size = len(office.events())
    now = office.clock.instant
    kept, missed = (
        str(desk.clocks.arm(OLE, case, [rule]).events[0]["id"])
        for rule in ("GDPR33", "DORA19")
    )
    start = Start("", now, "a log", "the officer on duty")
    for one in (kept, missed):
        desk.clocks.start(OLE, one, [start])
    shown = {"evidence": "a receipt", "source": "the portal"}
    desk.clocks.meet(OLE, kept, None, shown)
    office.clock.instant += 10 * DAY
    desk.clocks.record_breaches(OLE)
    office.clock.instant = now
    return [
        event
        for event in office.events()[size:]
        if event["kind"] == "raid.clock" or event.get("code") == "clock-breached"
    ]


def test_a_clock_under_an_embargo_is_as_one_without(
    raid_office: RaidOffice, tmp_path: Path
) -> None:
    """Invariant 2: an embargo never blocks, delays or hides a legal clock."""
    office = RaidOffice(shutil.copytree(raid_office.folder, tmp_path / "other"))
    told: list[list[Event]] = []
    for one, begun in ((raid_office, active), (office, led)):
        with one.raid() as desk:
            made = begun(desk)
            case = made if isinstance(made, str) else made[0]
            told.append(clocked(one, desk, case))
            due = desk.clocks.due(OLE, None)
            assert {clock.case for clock in due} == {case}
            if begun is active:
                # Nor does what is owed to the law make anything public.
                assert state_of(desk, case) == "active"
    under, without = ([_bare(event) for event in events] for events in told)
    assert under == without
    acts = [event.get("act", event.get("code")) for event in under]
    assert {"arm", "start", "meet", "breach", "clock-breached"} <= set(acts)


def _bare(event: Event) -> Event:
    return {name: value for name, value in event.items() if name not in _OWN}
