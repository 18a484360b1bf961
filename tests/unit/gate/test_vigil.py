"""The vigil: witnesses that are overdue raise an alarm and, if mandatory, stop all."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.gate.vigil import Vigil
from ringwall.ledger.asking.witnessing import Sight, Witnessing
from ringwall.signing.cosigner_keys import CosigningKey

SECOND = 1_000_000
SINCE = 1_000 * SECOND
CITY = CosigningKey("city.example", bytes(range(7, 39))).verifier()
ASKED = Witnessing(
    witnesses={"city": CITY}, need=1, seconds=60, mandatory=True, since=SINCE
)
ADVISORY = replace(ASKED, mandatory=False)
DUE = SINCE + 60 * SECOND


class Record:
    """What is on record, how often it was read, and the alarms raised on it."""

    def __init__(self, known: Witnessing) -> None:
        self.known = known
        self.reads = 0
        self.alarms: list[int] = []
        self.is_free = True

    def read(self) -> Witnessing:
        """Return it."""
        self.reads += 1
        return self.known

    def alarm(self, known: Witnessing, now: int) -> int:
        """Raise an alarm unless another process is about to."""
        assert known is self.known
        if not self.is_free:
            return -1
        self.alarms.append(now)
        return now

    def vigil(self) -> Vigil:
        """Return a vigil over it."""
        return Vigil(self.read, self.alarm)


def test_in_time_nothing_stands_in_the_way_and_nothing_is_read() -> None:
    record = Record(ASKED)
    vigil = record.vigil()

    assert vigil.obstacle(DUE) is None
    assert (record.reads, record.alarms) == (1, [])


def test_overdue_witnesses_are_a_reason() -> None:
    reason = Record(ASKED).vigil().obstacle(SINCE + 75 * SECOND)

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
    vigil = record.vigil()
    record.known = replace(ASKED, seen={"city": Sight(9, SINCE + 70 * SECOND)})

    assert vigil.obstacle(SINCE + 75 * SECOND) is None
    assert record.alarms == []
    assert vigil.obstacle(SINCE + 131 * SECOND) is not None
    assert record.alarms == [SINCE + 131 * SECOND]


@pytest.mark.parametrize("known", [Witnessing(), replace(ASKED, need=0)])
def test_who_is_not_asked_is_never_overdue(known: Witnessing) -> None:
    record = Record(known)

    assert record.vigil().obstacle(SINCE + 10**15) is None
    assert (record.reads, record.alarms) == (1, [])


def test_a_quorum_laid_down_later_counts_once_it_is_read() -> None:
    record = Record(Witnessing())
    vigil = record.vigil()
    record.known = ASKED
    assert vigil.obstacle(SINCE + 75 * SECOND) is None

    vigil.renew()
    assert vigil.obstacle(SINCE + 75 * SECOND) is not None


def test_a_mandatory_quorum_raises_one_alarm_and_is_looked_at_each_time() -> None:
    record = Record(ASKED)
    vigil = record.vigil()

    for late in (1, 2, 3):
        assert vigil.obstacle(DUE + late) is not None

    assert (record.reads, record.alarms) == (4, [DUE + 1])


def test_an_advisory_quorum_raises_an_alarm_and_stands_in_nobodys_way() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()

    assert vigil.obstacle(DUE) is None
    assert record.alarms == []
    assert vigil.obstacle(DUE + 1) is None
    assert record.alarms == [DUE + 1]


def test_during_an_advisory_lapse_the_record_is_looked_at_now_and_then() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()

    for tenth in range(1, 101):
        assert vigil.obstacle(DUE + tenth * SECOND // 10) is None

    # Each 60/16 of a second of what they have: at 0.1, 3.9 and 7.7 s.
    assert record.reads == 4
    assert record.alarms == [DUE + SECOND // 10]


@pytest.mark.parametrize(("seconds", "pause"), [(1, 1), (160, 10), (86_400, 60)])
def test_the_pause_between_two_looks_is_bounded(seconds: int, pause: int) -> None:
    record = Record(replace(ADVISORY, seconds=seconds))
    vigil = record.vigil()
    late = SINCE + seconds * SECOND + 1
    vigil.obstacle(late)

    assert vigil.is_quiet(late + pause * SECOND - 1)
    assert not vigil.is_quiet(late + pause * SECOND)


def test_each_lapse_has_an_alarm_of_its_own() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()
    vigil.obstacle(DUE + 1)
    record.known = replace(ADVISORY, seen={"city": Sight(9, DUE + SECOND)})
    again = DUE + 61 * SECOND

    vigil.obstacle(again)
    assert record.alarms == [DUE + 1]
    vigil.obstacle(again + 1)
    assert record.alarms == [DUE + 1, again + 1]


def test_a_cosignature_that_comes_too_late_makes_no_second_lapse() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()
    vigil.obstacle(DUE + 9 * SECOND)
    record.known = replace(ADVISORY, seen={"city": Sight(9, SINCE + 5 * SECOND)})

    vigil.obstacle(DUE + 99 * SECOND)

    assert record.reads == 3
    assert record.alarms == [DUE + 9 * SECOND]


def test_an_alarm_that_another_process_is_about_to_raise_is_asked_for_again() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()
    record.is_free = False
    assert vigil.obstacle(DUE + 1) is None
    record.is_free = True

    assert vigil.obstacle(DUE + SECOND) is None
    assert record.alarms == []
    assert vigil.obstacle(DUE + SECOND + 1) is None
    assert record.alarms == [DUE + SECOND + 1]


def test_an_alarm_that_can_not_be_recorded_lets_nobody_pass() -> None:
    def failing(_: Witnessing, __: int) -> int:
        raise RecordUnavailable("ledger-stopped", "the disk is full")

    vigil = Vigil(lambda: ADVISORY, failing)

    for _ in range(2):
        with pytest.raises(RecordUnavailable):
            vigil.obstacle(DUE + 1)


def test_a_clock_that_was_set_back_does_not_put_off_the_next_look() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()
    vigil.obstacle(DUE + 10**12)

    assert not vigil.is_quiet(DUE + 1)


def test_a_new_quorum_is_looked_at_at_once() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()
    vigil.obstacle(DUE + 1)
    assert vigil.is_quiet(DUE + 2)

    vigil.renew()
    assert not vigil.is_quiet(DUE + 2)


def test_whether_it_is_quiet_is_told_without_reading() -> None:
    record = Record(ASKED)
    vigil = record.vigil()

    assert vigil.is_quiet(DUE)
    assert not vigil.is_quiet(DUE + SECOND)
    assert record.reads == 1


def test_what_another_thread_has_read_meanwhile_is_not_read_again() -> None:
    record = Record(ASKED)
    vigil = record.vigil()
    record.known = replace(ASKED, seen={"city": Sight(9, SINCE + 70 * SECOND)})

    guard = vigil._guard
    waiting = MagicMock()

    def meanwhile(*, blocking: bool) -> bool:
        assert blocking
        vigil._guard = guard
        assert vigil.obstacle(SINCE + 75 * SECOND) is None
        vigil._guard = waiting
        return True

    waiting.acquire.side_effect = meanwhile
    vigil._guard = waiting

    assert vigil.obstacle(SINCE + 75 * SECOND) is None
    assert record.reads == 2
    waiting.release.assert_called_once_with()


def test_where_nothing_hangs_on_it_nobody_waits_for_whoever_looks() -> None:
    record = Record(ADVISORY)
    vigil = record.vigil()

    with vigil._guard:
        assert vigil.obstacle(DUE + 1) is None

    assert (record.reads, record.alarms) == (1, [])
