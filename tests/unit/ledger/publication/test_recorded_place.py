"""What the record says of the second place: the latest event, and no path."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.publication.recorded_place import (
    ANCHOR_ROWS,
    RecordedPlace,
    place_of,
    recorded_place,
)
from ringwall.ledger.schema import EVENT
from ringwall.ledger.store import Store
from ringwall.model.events import anchor_begun, anchor_ended
from tests.fault.ledger_simulator import AT, HISTORY
from tests.unit.ledger.written_log import WrittenLog

BEGUN = anchor_begun(AT, "a disk", "5" * 64)
ENDED = anchor_ended(AT, "no disk")


def said(log: WrittenLog) -> RecordedPlace | None:
    """Return what a log says of its second place."""
    return recorded_place(Store(log.path, writable=False))


def test_a_place_is_called_by_a_hash_of_origin_and_path() -> None:
    one = place_of("/media/other/log.note", "log.example")

    assert len(one) == 64
    assert "media" not in one
    assert one != place_of("/media/other/log.not", "log.example")
    assert one != place_of("/media/other/log.note", "other.example")
    assert place_of("", "log.example") == ""


def test_the_latest_event_counts(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, [*HISTORY, BEGUN, ENDED, BEGUN])

    assert said(log) == RecordedPlace(12, "5" * 64)


def test_what_has_ended_is_no_place(tmp_path: Path) -> None:
    assert said(WrittenLog(tmp_path, [*HISTORY, BEGUN, ENDED])) == RecordedPlace(11, "")


def test_a_log_that_never_had_one_says_nothing(tmp_path: Path) -> None:
    assert said(WrittenLog(tmp_path, HISTORY)) is None


def test_only_rows_about_the_second_place_are_asked_for(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, [*HISTORY, BEGUN, ENDED])
    with Store(log.path, writable=False).reading() as connection:
        rows = connection.execute(select(EVENT.c.kind).where(ANCHOR_ROWS)).all()

    assert sorted(kind for (kind,) in rows) == ["anchor.begun", "anchor.ended"]


def test_a_row_that_is_not_its_entry_is_refused(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, [*HISTORY, BEGUN, ENDED])
    log.edit("UPDATE event SET kind = 'anchor.begun' WHERE idx = 11")

    with pytest.raises(IntegrityError) as caught:
        said(log)
    assert caught.value.code == "table-differs"
