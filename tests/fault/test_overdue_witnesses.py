"""A record that nobody watches any more raises an alarm; permits end if so decided."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from ringwall.ledger.asking.listing import listed_entries
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.publication.published import newest_published
from ringwall.record.cosigning import cosign_request
from ringwall.record.witnesses import WitnessDesk
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.tlog.witness import Witness
from tests.example import NOON, READ
from tests.fault.children import Child, Say, in_threads

CITY = CosigningKey("city.example", bytes(range(7, 39)))
MINUTE = 60_000_000
ASKED = READ


@dataclass
class MovingClock:
    """A clock that stands where it is put."""

    instant: int = NOON

    def now(self) -> int:
        """Return where it stands."""
        return self.instant


def cosign(institute: Institute, memory: Path, at: int) -> None:
    """Have the newest checkpoint cosigned."""
    ledger = institute.ledger(writable=True)
    opened = WitnessDesk(ledger, institute.clock)
    log = institute.verifier()
    witness = Witness(institute.settings.origin, log, CITY)
    asked = opened.request("city")
    _, line = cosign_request(asked, witness, memory, at, first=not memory.exists())
    with ledger.store.reading() as connection:
        newest = newest_published(connection)
    assert newest is not None
    opened.take(newest.size, line)
    ledger.close()


def watched(institute: Institute, clock: MovingClock, *, mandatory: bool) -> Institute:
    """Return the institute with a witness that has a minute each time."""
    institute = Institute(institute.folder, clock)
    ledger = institute.ledger(writable=True)
    desk = WitnessDesk(ledger, FixedClock(NOON))
    desk.add("city", format_vkey(CITY.verifier()))
    desk.lay_down(1, 60, mandatory=mandatory)
    ledger.close()
    return institute


def alarms(institute: Institute) -> list[tuple[str, str, int]]:
    """Return code, deadline and what was seen of each alarm, the newest first."""
    ledger = institute.ledger(writable=False)
    found = listed_entries(ledger.store, Question(kind="alarm.raised"))
    told = [(e.event["code"], e.event["since"], e.event["size"]) for e in found]
    ledger.close()
    return told


@pytest.mark.parametrize("is_async", [False, True])
def test_overdue_witnesses_stop_every_permit_until_they_cosign(
    institute: Institute, tmp_path: Path, *, is_async: bool
) -> None:
    clock = MovingClock()
    institute = watched(institute, clock, mandatory=True)

    with institute.gatekeeper("point:trainer") as gate:

        def ask() -> tuple[str, ...]:
            if is_async:
                decision = asyncio.run(gate.acheck(**ASKED))
            else:
                decision = gate.check(**ASKED)
            assert decision.receipt is not None
            return tuple(reason.code for reason in decision.verdict.reasons)

        assert ask() == ()
        clock.instant = NOON + MINUTE + 1
        assert ask() == ("witnesses-overdue",)
        cosign(institute, tmp_path / "memory", NOON + MINUTE)
        assert ask() == ()
        clock.instant = NOON + 2 * MINUTE + 1
        assert ask() == ("witnesses-overdue",)

    assert [since for _, since, _ in alarms(institute)] == [
        "2026-11-21T12:02:00Z",
        "2026-11-21T12:01:00Z",
    ]
    assert institute.verify().findings == ()


@pytest.mark.parametrize("is_async", [False, True])
def test_an_advisory_quorum_that_is_overdue_raises_one_alarm_each_time(
    institute: Institute, tmp_path: Path, *, is_async: bool
) -> None:
    clock = MovingClock()
    institute = watched(institute, clock, mandatory=False)

    def ask(times: int = 3) -> None:
        with institute.gatekeeper("point:trainer") as gate:
            for _ in range(times):
                if is_async:
                    assert asyncio.run(gate.acheck(**ASKED)).permitted
                else:
                    assert gate.check(**ASKED).permitted
                clock.instant += 1_000_000

    ask()
    assert alarms(institute) == []
    clock.instant = NOON + MINUTE + 1
    first = ("witnesses-overdue", "2026-11-21T12:01:00Z", 0)
    for _ in range(2):  # a gate that opens finds it on record
        ask()
        assert alarms(institute) == [first]

    at = NOON + 2 * MINUTE
    cosign(institute, tmp_path / "memory", at)
    clock.instant = at
    ask()
    assert alarms(institute) == [first]
    clock.instant = at + MINUTE + 1
    ask()
    second, again = alarms(institute)
    assert again == first
    assert second[:2] == ("witnesses-overdue", "2026-11-21T12:03:00Z")
    assert second[2] > 0
    assert institute.verify().findings == ()


def test_of_many_gates_that_find_out_at_once_one_raises_the_alarm(
    institute: Institute,
) -> None:
    institute = watched(institute, MovingClock(), mandatory=False)
    late = Institute(institute.folder, MovingClock(NOON + MINUTE + 1))

    def work(say: Say) -> None:
        with late.gatekeeper("point:trainer") as gate:

            def ask(_: int) -> None:
                assert gate.check(**ASKED).permitted

            in_threads(4, ask)
        say("done")

    children = [Child(work) for _ in range(4)]
    assert [child.finish() for child in children] == [["done"]] * 4
    assert len(alarms(institute)) == 1
    assert institute.verify().findings == ()
