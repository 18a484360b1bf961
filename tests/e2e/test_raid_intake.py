"""`raid intake file`, `status`, `log` and `original`: reports come in and are kept."""

import json
from pathlib import Path

import pytest

from ringwall.raid.intake.report_reader import MAX_REPORT_BYTES
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall, set_stdin
from tests.raid_office import report_document
from tests.raid_reports import story

RUTH = as_person("ruth")
JOAN = as_person("joan")


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "report.json"
    path.write_bytes(data)
    return path


def test_a_file_comes_in_and_its_reporter_asks_for_it(
    raid: Ringwall, tmp_path: Path
) -> None:
    data = json.dumps(report_document(tlp="red")).encode()
    path = _written(tmp_path, data)

    done = raid.table("raid", "intake", "file", path, *RUTH)

    assert done.code == 0, done.err
    told = dict(line.split(None, 1) for line in done.out.splitlines())
    assert told["tlp"] == "RED"
    assert "shown once" in done.err
    asked = raid.table("raid", "intake", "status", told["receipt"], *RUTH)
    assert asked.out.startswith("state    received\n")
    assert "case" not in asked.out
    target = tmp_path / "original.json"
    got = raid("raid", "intake", "original", told["report"], "-o", target, *JOAN)
    assert got.code == 0, got.err
    assert target.read_bytes() == data


def test_a_report_may_come_from_stdin(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_stdin(monkeypatch, json.dumps(report_document()).encode())
    row = raid("raid", "intake", "file", "-", *RUTH, "--format", "json").json()
    assert row["tlp"] == "amber+strict"
    assert (row["copy_of"], row["candidates"]) == ("", [])


def test_a_report_that_does_not_fit_is_told_fault_by_fault(
    raid: Ringwall, tmp_path: Path
) -> None:
    path = _written(tmp_path, json.dumps(report_document(kind="x", danger=1)).encode())
    done = raid("raid", "intake", "file", path, *RUTH)
    assert done.code == 3
    assert code_told(done) == "report-refused"
    assert "`kind`" in done.err
    assert "`danger`" in done.err


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04" + b"\0" * 100, b"[" * 100_000, b"x" * (MAX_REPORT_BYTES + 9)],
)
def test_a_hostile_file_is_refused(raid: Ringwall, tmp_path: Path, data: bytes) -> None:
    done = raid("raid", "intake", "file", _written(tmp_path, data), *RUTH)
    assert done.code == 3


def test_a_copy_and_what_is_like_it_are_shown(raid: Ringwall, tmp_path: Path) -> None:
    path = _written(tmp_path, json.dumps(story()).encode())
    first = raid("raid", "intake", "file", path, *RUTH).json()
    for _ in range(6):
        other = report_document(narrative=f"Number {_}: it booked a room twice over.")
        file = _written(tmp_path, json.dumps(other).encode())
        raid("raid", "intake", "file", file, *RUTH)
    path = _written(tmp_path, json.dumps(story()).encode())
    done = raid.table("raid", "intake", "file", path, *RUTH)
    assert f"copy of  {first['report']}" in done.out
    assert "May tell of the same:" in done.out
    assert "and 2 more" in done.out
    assert "7 reports may tell of the same" in done.err
    assert "next: `ringwall raid candidates report:r-" in done.err
    assert "--credibility F6" in done.err
    assert "intake status CODE --subject PERSON" in done.err
    assert max(map(len, (done.out + done.err).splitlines())) <= 80


def test_a_wrong_code_is_told_as_none_is(raid: Ringwall) -> None:
    done = raid("raid", "intake", "status", "no-code", *RUTH)
    assert (done.code, code_told(done)) == (2, "receipt-unknown")


def test_the_log_is_looked_through_for_what_the_system_filed(raid: Ringwall) -> None:
    done = raid.table("raid", "intake", "log", *RUTH)
    assert done.code == 0
    assert done.err.splitlines()[0] == "0 reports taken in"
    assert raid("raid", "intake", "log", *RUTH).json() == []


def test_an_original_goes_to_a_file_that_is_named(
    raid: Ringwall, tmp_path: Path
) -> None:
    done = raid("raid", "intake", "original", "r-aaaaaaaaaa", *JOAN)
    assert done.code == 2
    assert "--output" in done.err
    (tmp_path / "there").write_bytes(b"")
    words = ("raid", "intake", "original", "r-aaaaaaaaaa", "-o", tmp_path / "there")
    assert code_told(raid(*words, *JOAN)) == "output-exists"


def test_who_is_no_clerk_is_denied(raid: Ringwall, tmp_path: Path) -> None:
    path = _written(tmp_path, json.dumps(report_document()).encode())
    assert raid("raid", "intake", "file", path, *JOAN).code == 1
