"""`watch`: what is found on the record, once or as it lands, and put on record."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from ringwall.base.clock import format_instant
from ringwall.cli import watch
from ringwall.institute import Institute
from ringwall.model.events import Event
from ringwall.model.matter_events import proof_refused
from tests.e2e.running import PROGRAM, READ, Ringwall, run_on_terminal

AT = 1_795_262_400_000_000


def refusals(count: int = 5, subject: str = "user:ada") -> list[Event]:
    """Return refused proofs of a subject: five are a finding of severity high."""
    told = {"what": "session", "code": "token-forged", "subject": subject}
    told |= {"point": "point:trainer", "about": ""}
    return [proof_refused(AT, told)] * count


def append(institute: Path, *events: Event) -> int:
    """Put events on record; return the index of the last."""
    ledger = Institute(institute).ledger(writable=True)
    receipts = ledger.append(events)
    ledger.close()
    return receipts[-1].index


@contextmanager
def following(institute: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `watch --follow`; end it if the test has not."""
    process = subprocess.Popen(
        [PROGRAM, "watch", "--follow", *words],
        cwd=institute,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
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


def test_nothing_to_find_is_no_finding(ringwall: Ringwall) -> None:
    done = ringwall("watch", "--fail-on", "low")

    assert (done.code, done.json()) == (0, [])
    assert "21 rules, 0 findings" in done.err
    assert ringwall.table("watch").out == "(none)\n"


def test_denials_by_the_gate_are_found(ringwall: Ringwall) -> None:
    for _ in range(5):
        assert ringwall(*READ).code == 1

    done = ringwall("watch")

    (row,) = done.json()
    assert (row["rule"], row["severity"], row["subject"]) == (
        "denials-of-weights",
        "high",
        "user:ada",
    )
    assert (row["count"], len(row["entries"]), row["recorded"]) == (5, 5, False)
    assert row["what"].startswith("user:ada: one subject tries to get at weights")


def test_findings_come_in_each_form(ringwall: Ringwall, institute: Path) -> None:
    last = append(institute, *refusals())

    row = ringwall("watch", "--format", "ndjson").json()
    (cells,) = ringwall("watch", "--format", "csv").csv()
    shown = ringwall.table("watch").out

    assert row["rule"] == cells["rule"] == "proofs-of-one"
    assert cells["entries"].endswith(str(last))
    assert cells["recorded"] == "false"
    assert "user:ada: proofs of one subject are refused" in " ".join(shown.split())
    assert f"entries {last - 4} to {last}" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.splitlines()[0].split() == ["severity", "at", "found"]
    line = shown.splitlines()[2]
    assert line.startswith("high")
    assert re.search(r" \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  user:ada: ", line)


def test_a_finding_is_recorded_once_with_its_report(
    ringwall: Ringwall, institute: Path
) -> None:
    last = append(institute, *refusals())

    first, second = ringwall("watch", "--record"), ringwall("watch", "--record")
    (row,), (again,) = first.json(), second.json()

    assert "1 finding newly on record" in first.err
    assert "0 findings newly on record" in second.err
    assert "newly" not in ringwall("watch").err
    assert (row["recorded"], again["recorded"]) == (True, True)
    ledger = Institute(institute).ledger(writable=False)
    kinds = [ledger.entry(last + n).event["kind"] for n in (1, 2)]
    assert ledger.head().size == last + 3
    ledger.close()
    assert kinds == ["finding.recorded", "report.filed"]
    assert ringwall("audit", "verify").code == 0
    tail = ringwall("audit", "tail", "-n", 2, "--format", "json").json()
    told = [row["what"] for row in tail]
    assert "proofs-of-one" in told[0]
    assert "proofs of one subject are refused" in told[1]
    assert all("of user:ada" in words for words in told)


@pytest.mark.parametrize(
    ("limit", "code"), [("low", 1), ("medium", 1), ("high", 1), ("", 0)]
)
def test_a_grave_finding_fails_where_that_is_asked_for(
    ringwall: Ringwall, institute: Path, limit: str, code: int
) -> None:
    append(institute, *refusals())
    words = ("--fail-on", limit) if limit else ()

    assert ringwall("watch", *words).code == code


def test_a_finding_that_is_less_grave_does_not_fail(
    ringwall: Ringwall, institute: Path
) -> None:
    append(institute, *refusals())
    path = institute / "watch" / "rules.yaml"
    path.write_text(path.read_text().replace("severity: high", "severity: medium"))

    assert ringwall("watch", "--fail-on", "high").code == 0
    assert ringwall("watch", "--fail-on", "medium").code == 1


def test_findings_are_given_from_an_entry_or_an_instant_on(
    ringwall: Ringwall, institute: Path
) -> None:
    last = append(institute, *refusals())

    assert len(ringwall("watch", "--since", last).json()) == 1
    assert ringwall("watch", "--since", last + 1).json() == []
    assert len(ringwall("watch", "--since", format_instant(AT)).json()) == 1
    assert ringwall("watch", "--since", format_instant(AT + 1)).json() == []


@pytest.mark.parametrize("since", ["yesterday", "-1", "7" * 16])
def test_where_nothing_can_begin_is_refused(ringwall: Ringwall, since: str) -> None:
    done = ringwall("watch", f"--since={since}")

    assert (done.code, done.out) == (2, "")
    assert "nor the index of an entry" in done.err


def test_rules_with_a_fault_are_refused_with_their_place(
    ringwall: Ringwall, institute: Path
) -> None:
    path = institute / "watch" / "rules.yaml"
    path.write_text("rules:\n  - kind: magic\n")

    done = ringwall("watch")

    assert (done.code, done.out) == (3, "")
    assert "watch/rules.yaml:2:11: unknown-word" in done.err


def test_missing_rules_are_refused_with_what_to_do(
    ringwall: Ringwall, institute: Path
) -> None:
    (institute / "watch" / "rules.yaml").unlink()

    done = ringwall("watch", "--format", "json")

    assert (done.code, done.out) == (3, "")
    assert done.error()["code"] == "watch-rules-missing"
    assert "copy `watch/rules.yaml`" in done.error()["next"]


def test_watch_follows_what_lands_within_a_second_until_it_is_interrupted(
    ringwall: Ringwall, institute: Path
) -> None:
    assert ringwall("watch").json() == []
    with following(institute, "--record") as process:
        append(institute, *refusals(subject="user:alan"))
        first = json.loads(line_of(process))
        append(institute, *refusals())
        start = time.monotonic()
        second = json.loads(line_of(process))
        late = time.monotonic() - start
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (first["subject"], second["subject"]) == ("user:alan", "user:ada")
    assert (first["recorded"], second["recorded"]) == (True, True)
    assert late < 10  # what it is on an idle machine, the benchmark says
    assert (process.returncode, out, err) == (130, b"", b"")


def test_watch_ends_when_nobody_reads_any_more(institute: Path) -> None:
    append(institute, *refusals())
    with following(institute) as process:
        line_of(process)
        assert process.stdout is not None
        process.stdout.close()

        assert process.wait(timeout=30) == 141


def test_following_ends_at_the_first_finding_that_is_too_grave(
    institute: Path,
) -> None:
    append(institute, *refusals())

    with following(institute, "--fail-on", "high") as process:
        assert process.wait(timeout=60) == 1
        assert json.loads(line_of(process))["rule"] == "proofs-of-one"


def test_watch_can_not_follow_in_one_document(ringwall: Ringwall) -> None:
    done = ringwall("watch", "--follow", "--format", "json")

    assert (done.code, done.out) == (2, "")
    assert "--format ndjson" in done.err


@pytest.mark.parametrize("form", ["table", "csv", "ndjson"])
def test_watch_waits_with_nothing_in_hand(
    ringwall: Ringwall, institute: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    landed: list[int] = []

    def wait() -> None:
        if landed:
            raise KeyboardInterrupt
        landed.append(append(institute, *refusals()))

    monkeypatch.setattr(watch, "_wait", wait)

    done = ringwall("watch", "-f", "--format", form)

    assert done.code == 130
    assert str(landed[0]) in done.out
    assert "proofs-of-one" in " ".join(done.out.split())


def test_watch_on_a_terminal_is_a_table(institute: Path) -> None:
    append(institute, *refusals())
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb"}

    shown = run_on_terminal(["watch"], institute, environment)

    assert shown.splitlines()[0].split() == ["severity", "at", "found"]
    assert "user:ada: proofs of one subject" in " ".join(shown.split())
