"""Whatever breaks under the gate: no permit without a record, no stale permit.

Faults are made in programs of their own, and told by what they print: one line of
JSON for each decision.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import Decision
from tests.example import NOON, READ, SUSPENSION, apply, declare

_PROGRAM = """
import json, os, resource, sys
from pathlib import Path
from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
folder, now, read = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])

def ask(gate):
    decision = gate.check(**read)
    found = {
        "id": decision.id,
        "permitted": decision.permitted,
        "codes": [reason.code for reason in decision.verdict.reasons],
        "index": decision.receipt.index if decision.receipt else None,
        "leaf": decision.receipt.leaf.hex() if decision.receipt else None,
    }
    print(json.dumps(found), flush=True)

gate = Institute(folder, FixedClock(now)).gatekeeper("point:trainer")
"""
_ASK_ON = "while True: ask(gate)"
_FULL_DISK = """
ask(gate)
sizes = [p.stat().st_size for p in folder.iterdir() if p.name.startswith("ledger.db")]
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes), limits[1]))
for _ in range(100):
    ask(gate)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
ask(gate)
"""


def program(institute: Institute, text: str) -> list[str]:
    """Return the command of a program that opens a gate; it leaves no byte code."""
    arguments = [str(institute.folder), str(NOON), json.dumps(READ)]
    return [sys.executable, "-B", "-c", _PROGRAM + text, *arguments]


def run(institute: Institute, text: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        program(institute, text), capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def asking(institute: Institute) -> Iterator[subprocess.Popen[str]]:
    """Return a program that asks without end."""
    process = subprocess.Popen(
        program(institute, _ASK_ON), stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


def lines_of(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith("\n"):
            yield json.loads(line)


def check_recorded(institute: Institute, answers: list[dict[str, Any]]) -> None:
    """Hold each answer that came with a receipt against the record."""
    ledger = institute.ledger(writable=False)
    try:
        for answer in answers:
            if answer["index"] is None:
                assert not answer["permitted"]
                continue
            recorded = ledger.entry(answer["index"])
            assert recorded.leaf.hex() == answer["leaf"]
            assert recorded.event["id"] == answer["id"]
            assert (recorded.event["effect"] == "permit") == answer["permitted"]
    finally:
        ledger.close()


def unrecorded(decision: Decision) -> list[str]:
    """Return the codes of a deny that has no receipt."""
    assert not decision.permitted
    assert decision.receipt is None
    return [reason.code for reason in decision.verdict.reasons]


def test_on_a_full_disk_the_answer_is_no(institute: Institute) -> None:
    answers = run(institute, _FULL_DISK)

    first, *others = answers
    denied = [a for a in others if a["codes"] == ["audit-unavailable"]]
    assert first["permitted"]
    assert denied
    # Once a flush has failed, what is on disk is not known: it stays at no.
    assert others[-1] in denied
    assert all(answer["permitted"] or answer in denied for answer in others)
    check_recorded(institute, answers)
    assert institute.verify().is_sound
    assert run(institute, "ask(gate)")[0]["permitted"]


def test_each_answer_of_a_program_that_was_killed_is_on_record(
    institute: Institute, asking: subprocess.Popen[str]
) -> None:
    answers = []
    for answer in lines_of(asking):
        answers.append(answer)
        if len(answers) == 50:
            asking.send_signal(signal.SIGKILL)

    assert len(answers) >= 50
    assert all(answer["permitted"] for answer in answers)
    check_recorded(institute, answers)
    assert institute.verify().is_sound


def test_a_suspension_by_one_process_is_not_outrun_in_another(
    institute: Institute, asking: subprocess.Popen[str]
) -> None:
    lines = lines_of(asking)
    answers = [next(lines)]

    _, receipts = apply(institute, declare(institute.folder.parent, SUSPENSION))

    suspended = receipts[-1].index
    while answers[-1]["permitted"]:
        answers.append(next(lines))
    asking.kill()
    assert answers[0]["permitted"]
    for answer in answers:
        assert answer["permitted"] == (answer["index"] < suspended)
    check_recorded(institute, answers)


@pytest.fixture
def gate(institute: Institute) -> Iterator[Gatekeeper]:
    """Return a gate that has answered once; it is left open, come what may."""
    opened = institute.gatekeeper("point:trainer")
    assert opened.check(**READ).permitted
    yield opened
    opened._ledger._writing.close()  # type: ignore[union-attr]  # it is writable


def test_without_the_writers_lock_the_answer_is_no(
    institute: Institute, gate: Gatekeeper
) -> None:
    (lock,) = institute.folder.glob("ledger*lock")
    lock.unlink()
    lock.mkdir()

    assert unrecorded(gate.check(**READ)) == ["audit-unavailable"]


def test_without_the_ledger_under_its_name_the_answer_is_no(
    institute: Institute, gate: Gatekeeper
) -> None:
    path = institute.folder / "ledger.db"
    path.rename(institute.folder / "elsewhere.db")

    assert unrecorded(gate.check(**READ)) in (
        ["audit-unavailable"],
        ["integrity-failed"],
    )


def test_a_ledger_put_back_to_an_earlier_state_is_no_ground(
    institute: Institute, tmp_path: Path
) -> None:
    folder = institute.folder
    shutil.copytree(folder, tmp_path / "earlier")
    gate = institute.gatekeeper("point:trainer")
    assert gate.check(**READ).permitted
    for path in folder.glob("ledger.db*"):
        path.unlink()
    shutil.copy(tmp_path / "earlier" / "ledger.db", folder / "ledger.db")

    assert unrecorded(gate.check(**READ)) in (
        ["audit-unavailable"],
        ["integrity-failed"],
    )
    gate._ledger._writing.close()  # type: ignore[union-attr]  # it is writable


def test_a_forked_process_gets_no_permit(gate: Gatekeeper) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            decision = gate.check(**READ)
            codes = ",".join(reason.code for reason in decision.verdict.reasons)
            os.write(writing, f"{decision.permitted} {codes}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        assert answer.read() == b"False audit-unavailable"
    os.waitpid(child, 0)

    assert gate.check(**READ).permitted


def test_a_ledger_that_is_read_only_opens_no_gate(institute: Institute) -> None:
    path = institute.folder / "ledger.db"
    path.chmod(0o400)
    institute.folder.chmod(0o500)
    try:
        if os.access(path, os.W_OK):
            pytest.skip("whoever runs this may write everything")
        with pytest.raises(RecordUnavailable):
            institute.gatekeeper("point:trainer")
    finally:
        institute.folder.chmod(0o700)
