"""`audit tail`: the last entries, and those that land while one watches."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from ringwall.cli import audit_tail
from ringwall.institute import Institute
from ringwall.model.events import log_pruned
from tests.e2e.running import PERMITTED, PROGRAM, Ringwall, run_on_terminal

AT = 1_795_262_400_000_000


@contextmanager
def following(
    institute: Path, *words: str, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `audit tail --follow`; end it if the test has not."""
    process = subprocess.Popen(
        [PROGRAM, "audit", "tail", "--follow", *words],
        cwd=institute,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **environment},
        # A shell that runs tests in the background has them ignore Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - the child runs nothing else before
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[bytes]) -> bytes:
    """Return the next line that it prints."""
    assert process.stdout is not None
    return process.stdout.readline()


def test_tail_prints_the_last_entries_the_newest_last(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)
    listed = ringwall("audit", "ls", "--limit", 10, "--format", "ndjson").out

    ten = ringwall("audit", "tail").out
    two = ringwall("audit", "tail", "-n", 2).out

    assert ten.splitlines() == listed.splitlines()[::-1]
    assert two.splitlines() == ten.splitlines()[-2:]
    assert ringwall("audit", "tail", "-n", 0).out == ""


def test_tail_comes_in_each_form(ringwall: Ringwall) -> None:
    rows = ringwall("audit", "tail", "-n", 3, "--format", "json").json()

    assert [row["kind"] for row in rows] == ["fact.declared"] * 3
    assert len(ringwall("audit", "tail", "-n", 3, "--format", "csv").csv()) == 3
    assert "declared " in ringwall.table("audit", "tail", "-n", 3).out


def test_tail_follows_what_lands_until_it_is_interrupted(
    ringwall: Ringwall, institute: Path
) -> None:
    with following(institute, "-n", "1") as process:
        first = json.loads(line_of(process))
        receipt = ringwall(*PERMITTED).json()["context"]["receipt"]
        second = json.loads(line_of(process))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (second["entry"], second["kind"]) == (receipt["index"], "decision.made")
    assert first["entry"] == receipt["index"] - 1
    assert (process.returncode, out, err) == (130, b"", b"")


def test_tail_ends_when_nobody_reads_any_more(institute: Path) -> None:
    with following(institute, "-n", "1") as process:
        line_of(process)
        assert process.stdout is not None
        process.stdout.close()

        assert process.wait(timeout=30) == 141


def test_tail_for_people_prints_a_line_an_entry(
    ringwall: Ringwall, institute: Path
) -> None:
    with following(institute, "-n", "1", "--format", "table") as process:
        line = line_of(process).decode()
        (row,) = ringwall("audit", "ls", "--limit", 1).json()

    assert line == f"{row['entry']}  {row['at']}  {row['what']}\n"


def test_no_line_for_people_is_wider_than_the_window(
    ringwall: Ringwall, institute: Path
) -> None:
    words = ["-n", "40", "--format", "table"]
    rows = ringwall("audit", "ls", "--limit", 40).json()[::-1]

    with following(institute, *words, COLUMNS="60") as process:
        told = [line_of(process).decode()]
        while rows[-1]["what"].split()[-1] not in told[-1]:
            told.append(line_of(process).decode())

    assert max(len(line.rstrip("\n")) for line in told) <= 60
    first = [line for line in told if not line.startswith(" ")]
    assert len(told) > len(first) == len(rows)
    whole = [f"{row['entry']}  {row['at']}  {row['what']}" for row in rows]
    assert " ".join("".join(told).split()) == " ".join(" ".join(whole).split())


def test_tail_on_a_terminal_is_a_table(institute: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb"}
    shown = run_on_terminal(["audit", "tail", "-n", "2"], institute, environment)

    assert shown.splitlines()[0].split() == ["entry", "at", "what"]


@pytest.mark.parametrize("words", [("-n", "-1"), ("-n", "10001"), ("-n", "x")])
def test_tail_refuses_a_number_that_is_none(
    ringwall: Ringwall, words: tuple[str, str]
) -> None:
    assert ringwall("audit", "tail", *words).code == 2


def test_tail_can_not_follow_in_one_document(ringwall: Ringwall) -> None:
    done = ringwall("audit", "tail", "--follow", "--format", "json")

    assert (done.code, done.out) == (2, "")
    assert "--format ndjson" in done.err


@pytest.mark.parametrize("form", ["table", "csv", "ndjson"])
def test_tail_waits_with_nothing_in_hand(
    ringwall: Ringwall, institute: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    landed: list[int] = []

    def wait() -> None:
        if landed:
            raise KeyboardInterrupt
        ledger = Institute(institute).ledger(writable=True)
        [receipt] = ledger.append([log_pruned(AT, 1, "ten years")])
        ledger.close()
        landed.append(receipt.index)

    monkeypatch.setattr(audit_tail, "_wait", wait)

    done = ringwall("audit", "tail", "-f", "-n", 0, "--format", form)

    assert done.code == 130
    assert str(landed[0]) in done.out
    assert "log.pruned" in done.out or "pruned: entries before 1" in done.out
