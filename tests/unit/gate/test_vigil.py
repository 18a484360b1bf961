"""The vigil: witnesses that are overdue stop all permits, if they are mandatory."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest

from ringwall.gate.vigil import Vigil
from ringwall.ledger.asking.witnessing import Sight, Witnessing
from ringwall.signing.cosigner_keys import CosigningKey

SECOND = 1_000_000
SINCE = 1_000 * SECOND
CITY = CosigningKey("city.example", bytes(range(7, 39))).verifier()
ASKED = Witnessing(
    witnesses={"city": CITY}, need=1, seconds=60, mandatory=True, since=SINCE
)


class Record:
    """What is on record, and how often it was read."""

    def __init__(self, known: Witnessing) -> None:
        self.known = known
        self.reads = 0

    def read(self) -> Witnessing:
        """Return it."""
        self.reads += 1
        return self.known


def test_in_time_nothing_stands_in_the_way_and_nothing_is_read() -> None:
    record = Record(ASKED)
    vigil = Vigil(record.read)

    assert vigil.obstacle(SINCE + 60 * SECOND) is None
    assert record.reads == 1


def test_overdue_witnesses_are_a_reason() -> None:
    reason = Vigil(Record(ASKED).read).obstacle(SINCE + 75 * SECOND)

    assert reason is not None
    assert reason.code == "witnesses-overdue"
    assert reason.message.startswith(
        "1 of 1 witnesses have not cosigned the record for 75 s; have them do it"
    )
    assert (reason.condition, reason.seen, reason.needed) == (
        "witnesses",
        "75 s ago",
        "60 s ago or less",
    )


def test_a_cosignature_that_has_come_meanwhile_counts() -> None:
    record = Record(ASKED)
    vigil = Vigil(record.read)
    record.known = replace(ASKED, seen={"city": Sight(9, SINCE + 70 * SECOND)})

    assert vigil.obstacle(SINCE + 75 * SECOND) is None
    assert vigil.obstacle(SINCE + 131 * SECOND) is not None


@pytest.mark.parametrize(
    "known",
    [
        Witnessing(),
        replace(ASKED, mandatory=False),
        replace(ASKED, need=0),
    ],
)
def test_what_is_not_mandatory_never_stands_in_the_way(known: Witnessing) -> None:
    assert Vigil(Record(known).read).obstacle(SINCE + 10**15) is None


def test_a_quorum_laid_down_later_counts_once_it_is_read() -> None:
    record = Record(Witnessing())
    vigil = Vigil(record.read)
    record.known = ASKED
    assert vigil.obstacle(SINCE + 75 * SECOND) is None

    vigil.renew()
    assert vigil.obstacle(SINCE + 75 * SECOND) is not None


def test_whether_it_is_quiet_is_told_without_reading() -> None:
    record = Record(ASKED)
    vigil = Vigil(record.read)

    assert vigil.is_quiet(SINCE + 60 * SECOND)
    assert not vigil.is_quiet(SINCE + 61 * SECOND)
    assert record.reads == 1


def test_what_another_thread_has_read_meanwhile_is_not_read_again() -> None:
    record = Record(ASKED)
    vigil = Vigil(record.read)
    record.known = replace(ASKED, seen={"city": Sight(9, SINCE + 70 * SECOND)})

    guard = vigil._guard
    waiting = MagicMock()

    def meanwhile(*_: object) -> None:
        vigil._guard = guard
        assert vigil.obstacle(SINCE + 75 * SECOND) is None

    waiting.__enter__.side_effect = meanwhile
    waiting.__exit__.return_value = False
    vigil._guard = waiting

    assert vigil.obstacle(SINCE + 75 * SECOND) is None
    assert record.reads == 2
