"""A record that nobody watches any more permits nothing, if so it was decided."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from ringwall.ledger.publication.published import newest_published
from ringwall.record.cosigning import cosign_request
from ringwall.record.witnesses import WitnessDesk
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.tlog.witness import Witness
from tests.example import NOON, READ

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


@pytest.mark.parametrize("is_async", [False, True])
def test_overdue_witnesses_stop_every_permit_until_they_cosign(
    institute: Institute, tmp_path: Path, *, is_async: bool
) -> None:
    clock = MovingClock()
    institute = Institute(institute.folder, clock)
    ledger = institute.ledger(writable=True)
    opened = WitnessDesk(ledger, FixedClock(NOON))
    opened.add("city", format_vkey(CITY.verifier()))
    opened.lay_down(1, 60, mandatory=True)
    ledger.close()

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
