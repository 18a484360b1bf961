"""Cautions: a sound record of which somebody should hear nevertheless."""

from pathlib import Path

import pytest

from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.model.events import (
    Event,
    anchor_begun,
    anchor_ended,
    witness_added,
    witness_quorum,
)
from ringwall.model.matter_events import decoy_placed
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from tests.fault.ledger_simulator import AT, creation
from tests.unit.ledger.written_log import WrittenLog

KEY = CosigningKey("witness.example/a", bytes(range(3, 35)))
ADDED = witness_added(AT, KEY.name, format_vkey(KEY.verifier()))
LATE = AT + 61 * 10**6


def report_of(folder: Path, *events: Event, place: str = "", now: int = LATE) -> Report:
    """Return what is told of a log with these events at an instant."""
    log = WrittenLog(folder, [creation(), *events], (1 + len(events),))
    return log.verify(Options(place=place, now=now))


def test_overdue_witnesses_are_warned_of_and_no_fault_of_the_record(
    tmp_path: Path,
) -> None:
    quorum = witness_quorum(AT, 1, 60, mandatory=False)

    report = report_of(tmp_path, ADDED, quorum)

    assert report.is_sound
    [warning] = report.warnings
    assert (warning.code, warning.place) == ("witnesses-overdue", "witnesses")
    assert warning.message == (
        "this record should have been cosigned by 1 of 1 witnesses within 60 s; overdue"
        " since 2027-01-15T08:01:00Z: for those nobody outside vouches"
    )


def test_a_mandatory_quorum_never_met_is_a_warning_as_one_met_once_is(
    tmp_path: Path,
) -> None:
    quorum = witness_quorum(AT, 1, 60, mandatory=True)

    report = report_of(tmp_path, ADDED, quorum)

    assert report.is_sound
    assert [warning.code for warning in report.warnings] == ["witnesses-overdue"]


def test_a_log_without_a_stored_checkpoint_says_so_before_it_names_witnesses(
    tmp_path: Path,
) -> None:
    quorum = witness_quorum(AT, 1, 60, mandatory=True)
    log = WrittenLog(tmp_path, [creation(), ADDED, quorum])

    report = log.verify(Options(place="", now=LATE))

    assert [(w.code, w.place) for w in report.warnings] == [
        ("checkpoint-missing", "checkpoint"),
        ("witnesses-overdue", "witnesses"),
    ]
    assert "somebody deleted them" in report.warnings[0].message


def test_a_log_without_entries_needs_no_checkpoint(tmp_path: Path) -> None:
    assert WrittenLog(tmp_path, []).verify(Options(place="")).warnings == ()


def test_where_they_are_mandatory_it_says_that_nothing_is_permitted(
    tmp_path: Path,
) -> None:
    quorum = witness_quorum(AT, 1, 60, mandatory=True)

    [warning] = report_of(tmp_path, ADDED, quorum).warnings

    assert warning.message.endswith("nothing is permitted until they have")


def test_as_long_as_they_have_time_there_is_nothing_to_say(tmp_path: Path) -> None:
    quorum = witness_quorum(AT, 1, 60, mandatory=False)

    assert report_of(tmp_path, ADDED, quorum, now=LATE - 10**6).warnings == ()


@pytest.mark.parametrize(
    ("events", "place", "codes"),
    [
        ((), "", []),
        ((), "5" * 64, ["anchor-not-on-record"]),
        ((anchor_begun(AT, "a disk", "5" * 64),), "5" * 64, []),
        ((anchor_ended(AT, "no disk"),), "5" * 64, ["anchor-not-on-record"]),
    ],
)
def test_a_second_place_that_is_not_on_record_yet_is_told(
    tmp_path: Path, events: tuple[Event, ...], place: str, codes: list[str]
) -> None:
    report = report_of(tmp_path, *events, place=place)

    assert report.is_sound
    assert [warning.code for warning in report.warnings] == codes


def test_a_matter_that_is_dated_back_is_warned_of(tmp_path: Path) -> None:
    minute = 60 * 10**6
    times = (0, -5, -11, -10, -20, -19)
    events = [
        decoy_placed(AT + at * minute, f"{n:064x}", "user:hedy")
        for n, at in enumerate(times)
    ]

    report = report_of(tmp_path, *events)

    assert report.is_sound
    said = {w.code: w for w in report.warnings}["times-go-back"]
    assert said.place == "entry 3"
    assert "(2 entries are)" in said.message


def test_clocks_that_differ_a_little_are_not_warned_of(tmp_path: Path) -> None:
    minute = 60 * 10**6
    events = [
        decoy_placed(AT + at * minute, f"{at:064x}", "user:hedy") for at in (9, 4, 5)
    ]

    assert "times-go-back" not in {
        w.code for w in report_of(tmp_path, *events).warnings
    }


def test_one_that_is_dated_back_is_named_alone(tmp_path: Path) -> None:
    report = report_of(tmp_path, decoy_placed(AT - 10**9, "0" * 64, "user:hedy"))

    said = {w.code: w for w in report.warnings}["times-go-back"]
    assert "entries are" not in said.message
