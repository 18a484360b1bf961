"""The alarm about witnesses: once for each lapse, whoever finds out first."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.gate.diary import DIARY
from ringwall.gate.overdue import NOT_TOLD, OverdueAlarm
from ringwall.ledger.asking.listing import listed_entries
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.asking.witnessing import Sight, Witnessing
from ringwall.ledger.file_lock import FileLock
from ringwall.ledger.ledger import Ledger
from ringwall.model.events import Event
from ringwall.signing.cosigner_keys import CosigningKey
from tests.fault.ledger_simulator import AT, LedgerFile

SECOND = 1_000_000
CITY = CosigningKey("city.example", bytes(range(7, 39))).verifier()
ASKED = Witnessing(witnesses={"city": CITY}, need=1, seconds=60, since=AT)
LATE = AT + 65 * SECOND


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path)


@pytest.fixture
def ledger(file: LedgerFile) -> Iterator[Ledger]:
    with file.opened(writable=True) as ledger:
        yield ledger


def alarms(ledger: Ledger) -> list[Event]:
    """Return the alarms on record, the newest first."""
    question = Question(kind="alarm.raised")
    return [listed.event for listed in listed_entries(ledger.store, question)]


def test_the_alarm_is_durable_and_says_since_when(ledger: Ledger) -> None:
    assert OverdueAlarm(ledger).raise_once(ASKED, LATE) == LATE

    assert alarms(ledger) == [
        {
            "v": 1,
            "kind": "alarm.raised",
            "at": "2027-01-15T08:01:05Z",
            "code": "witnesses-overdue",
            "since": "2027-01-15T08:01:00Z",
            "need": 1,
            "seconds": 60,
            "size": 0,
        }
    ]


def test_another_gate_finds_the_alarm_on_record_and_raises_none(
    ledger: Ledger,
) -> None:
    OverdueAlarm(ledger).raise_once(ASKED, LATE)

    assert OverdueAlarm(ledger).raise_once(ASKED, LATE + SECOND) == LATE
    assert len(alarms(ledger)) == 1


def test_a_later_lapse_is_told_as_well(ledger: Ledger) -> None:
    alarm = OverdueAlarm(ledger)
    alarm.raise_once(ASKED, LATE)
    seen = {"city": Sight(9, LATE)}
    later = Witnessing(ASKED.witnesses, seen, need=1, seconds=60, since=AT)

    assert alarm.raise_once(later, LATE + 61 * SECOND) == LATE + 61 * SECOND
    assert [event["size"] for event in alarms(ledger)] == [9, 0]


def test_while_another_process_is_about_to_raise_it_nobody_waits(
    ledger: Ledger,
) -> None:
    place = ledger.path.with_name(ledger.path.name + "-alarm-lock")

    with FileLock(place, 0.0).held():
        assert OverdueAlarm(ledger).raise_once(ASKED, LATE) == NOT_TOLD
    assert alarms(ledger) == []


def test_a_place_that_is_no_lock_file_is_a_record_that_can_not_be_made(
    ledger: Ledger,
) -> None:
    ledger.path.with_name(ledger.path.name + "-alarm-lock").mkdir()

    with pytest.raises(RecordUnavailable) as caught:
        OverdueAlarm(ledger).raise_once(ASKED, LATE)
    assert caught.value.code == "record-unavailable"
    assert caught.value.next_step


def test_a_ledger_that_is_closed_is_told(file: LedgerFile) -> None:
    with file.opened(writable=True) as ledger:
        alarm = OverdueAlarm(ledger)

    with pytest.raises(RecordUnavailable) as caught:
        alarm.raise_once(ASKED, LATE)
    assert caught.value.code == "ledger-closed"


def test_who_is_not_asked_can_not_be_overdue(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="no witness is asked for"):
        OverdueAlarm(ledger).raise_once(Witnessing(), LATE)


def test_the_diary_of_each_gate_tells_it(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, DIARY):
        for _ in range(2):
            OverdueAlarm(ledger).raise_once(ASKED, LATE)

    lines = [json.loads(record.message) for record in caplog.records]
    assert [line["event"] for line in lines] == ["witnesses_overdue"] * 2
    told = {"need": 1, "witnesses": 1, "late_seconds": 5, "size": 0}
    assert lines[0].items() >= told.items()


def test_no_lock_is_kept(ledger: Ledger) -> None:
    OverdueAlarm(ledger).raise_once(ASKED, LATE)
    place = ledger.path.with_name(ledger.path.name + "-alarm-lock")

    with FileLock(place, 0.0).held():
        assert OverdueAlarm(ledger).raise_once(ASKED, LATE) == NOT_TOLD
    assert OverdueAlarm(ledger).raise_once(ASKED, LATE + SECOND) == LATE
