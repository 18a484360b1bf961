"""Samples of the fault campaign, and that it would see what must not be."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from tests.fault.campaign.__main__ import PARTS, place_in_memory
from tests.fault.campaign.bits import FILE, flip_each, flip_file
from tests.fault.campaign.logs import Log, asked, plain_log
from tests.fault.campaign.report import Ran, merged, section
from tests.fault.campaign.survivors import Survivors
from tests.fault.campaign.syscalls import fail_calls
from tests.fault.campaign.tally import MISMATCH, Part, Tally, Work
from tests.fault.campaign.tracing import calls_in

pytestmark = pytest.mark.usefixtures("uncounted")

# The main gate has a budget: of each so many bits, cuts, calls, rows one is tried.
STEPS = {
    "flip_bits": 9001,
    "cut_files": 4001,
    "cut_wal": 401,
    "fill_disks": 4,
    "reorder": 199,
    "roll_back": 11,
    "fork_log": 11,
    "reseal": 7,
    "kill_at_calls": 61,
    "fail_calls": 41,
    "edit_rows": 149,
    "play_at_random": 25,
    "play_all": 2,
    "kill_acts": 13,
}
ROUNDS = 5
RAN = Ran("2026-11-21", "5 rounds", 1.0)


def programs() -> list[Part]:
    """Return all programs of the campaign."""
    return list(itertools.chain.from_iterable(found for _, found in PARTS.values()))


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder, in memory where that can be."""
    place = place_in_memory()
    yield place
    shutil.rmtree(place)


@pytest.fixture
def log(place: Path) -> Log:
    """Return a small log."""
    folder = place / "log"
    folder.mkdir()
    return plain_log(folder, 8)


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.__name__)
def test_a_sample_of_each_part_comes_out_without_a_mismatch(
    program: Part, place: Path
) -> None:
    work = Work(place, ROUNDS, STEPS.get(program.__name__, 1))
    program(work)

    assert work.tally.mismatches == []
    assert work.tally.counts or work.tally.skipped


def test_a_reader_that_believes_changed_bytes_is_seen(tmp_path: Path) -> None:
    work = Work(tmp_path)

    def read(data: bytes) -> object:
        if data[0] != 1:
            raise IntegrityError("note-malformed", "it does not begin with 1")
        return data[1] & 0xF0

    flip_each(work, "two bytes", b"\x01\xff", read)

    assert work.tally.counts["two bytes"] == {
        "refused: note-malformed": 8,
        "same content": 4,
        MISMATCH: 4,
    }


def test_a_verifier_that_finds_nothing_is_seen(
    log: Log, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = log.verify()
    monkeypatch.setattr(Log, "verify", lambda *_: sound)
    work = Work(place, step=16001)
    flip_file(work, log)

    assert work.tally.counts[FILE][MISMATCH] == len(work.tally.mismatches) > 5
    assert all("(not found)" in how for how in work.tally.mismatches)


def test_a_verifier_that_breaks_is_seen(
    log: Log, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Log) -> None:
        raise KeyError("x")

    monkeypatch.setattr(Log, "verify", fail)
    work = Work(place, step=16001)
    flip_file(work, log)

    assert all("(KeyError: 'x')" in how for how in work.tally.mismatches)
    assert work.tally.counts[FILE][MISMATCH] > 5


def lose(_: Log, survivors: Survivors) -> None:
    survivors.acknowledge([(8, "00" * 32)])


def tear(log: Log, _: Survivors) -> None:
    log.edit("UPDATE leaf SET entry = X'7B7D' WHERE idx = 1")


def keep_silent(log: Log, _: Survivors | None = None) -> None:
    with log.opened() as ledger:
        ledger.append([asked(1)])


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lose, "1 acknowledged entries lost: [8]"),
        (tear, "['entry-changed'] before it was opened again"),
        (keep_silent, "stored, not acknowledged and not named as such: [8]"),
    ],
)
def test_what_must_not_be_left_of_a_log_is_seen(
    log: Log, harm: Callable[[Log, Survivors], None], said: str
) -> None:
    survivors = Survivors(log)
    harm(log, survivors)

    assert survivors.wrong_after() == said


def test_what_was_not_acknowledged_may_be_there_if_it_is_named(log: Log) -> None:
    survivors = Survivors(log)
    keep_silent(log)
    # As if the process had come to its end before it published.
    log.edit("DELETE FROM checkpoint WHERE size > 8")

    assert survivors.wrong_after() == ""
    assert survivors.reappeared == 1


def test_calls_are_read_with_their_number_and_the_file_they_are_about(
    tmp_path: Path,
) -> None:
    trace = tmp_path / "trace"
    trace.write_text(
        'openat(AT_FDCWD, "/a/ledger.db", O_RDWR) = 7\n'
        "fdatasync(7)                            = 0\n"
        "fdatasync(9)                            = 0\n"
        "+++ exited with 0 +++\n"
    )
    found = [call[:3] for call in calls_in(trace)]

    assert found == [
        ("openat", 1, ""),
        ("fdatasync", 1, "/a/ledger.db"),
        ("fdatasync", 2, ""),
    ]


def test_without_strace_the_report_says_what_was_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fault.campaign.tracing.shutil.which", lambda _: None)
    work = Work(tmp_path)
    fail_calls(work)
    told = section("Calls", work.tally, RAN)

    assert (
        "| EIO at a flush of an append | not tried | strace is not installed |" in told
    )


def test_a_report_keeps_the_sections_that_were_not_run_and_adds_up_all() -> None:
    tally = Tally()
    tally.add("one fault", "found", 1200)
    first = merged("", {"One": section("One", tally, RAN)}, ["One", "Two"])
    tally.mismatch("one fault", "byte 7")
    both = merged(first, {"Two": section("Two", tally, RAN)}, ["One", "Two"])

    assert "In all: **2,401 tried, 1 mismatches**." in both
    assert both.index("## One") < both.index("## Two")
    assert "| **one fault** | 1,201 | found: 1,200; MISMATCH: 1 |" in both
    assert "- **one fault: byte 7**" in both


def test_the_report_in_the_repository_has_every_part_and_no_mismatch() -> None:
    report = Path(__file__).parents[2] / "docs" / "fault-report.md"
    text = report.read_text("utf-8")

    for title, _ in PARTS.values():
        assert f"\n## {title}\n" in text
    assert MISMATCH not in text
    assert " 0 mismatches**." in text
