"""The second place of the settings held against the one on record, by the verifier."""

from pathlib import Path

import pytest

from ringwall.ledger.verification.checking import Options
from ringwall.model.events import Event, anchor_begun, anchor_ended
from tests.fault.ledger_simulator import AT, HISTORY
from tests.unit.ledger.written_log import WrittenLog

PLACE = "5" * 64
BEGUN, ENDED = anchor_begun(AT, "a disk", PLACE), anchor_ended(AT, "no disk")


@pytest.mark.parametrize("log_only", [False, True])
@pytest.mark.parametrize(
    ("events", "named", "found"),
    [
        ((), "", []),
        ((), PLACE, []),
        ((BEGUN,), PLACE, []),
        ((BEGUN,), None, []),
        ((BEGUN,), "", [("anchor-not-configured", "settings")]),
        ((BEGUN,), "6" * 64, [("anchor-differs", "settings")]),
        ((BEGUN, ENDED), "", []),
        ((BEGUN, ENDED), PLACE, []),
        ((ENDED, BEGUN), "", [("anchor-not-configured", "settings")]),
    ],
)
def test_settings_have_to_name_the_second_place_on_record(
    tmp_path: Path,
    events: tuple[Event, ...],
    named: str | None,
    found: list[tuple[str, str]],
    log_only: bool,
) -> None:
    log = WrittenLog(tmp_path, [*HISTORY, *events])

    report = log.verify(Options(place=named, log_only=log_only))

    assert [(f.code, f.place) for f in report.findings] == found
    assert all(f"entry {report.size - 1} " in f.message for f in report.findings)
