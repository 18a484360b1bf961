"""Budgets hold whoever spends them: threads, processes, and one that is killed.

Programs tell by what they print: the bytes of each permit, or 0 for a deny.
"""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ringwall.institute import Institute
from tests.example import BOUNDED, NOON
from tests.recorded import newest_first
from tests.switches import frequent_switches

if TYPE_CHECKING:
    from ringwall.model.decisions import Decision

pytestmark = pytest.mark.usefixtures("uncounted")

BUDGET = 400_000
"""Bytes that may leave through the point in an hour."""
POINT = "point:west-bench"

_PROGRAM = """
import json, sys
from pathlib import Path
from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
folder, now, asked = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
size, times = int(sys.argv[4]), int(sys.argv[5])
gate = Institute(folder, FixedClock(now)).gatekeeper("point:west-bench")
print("open", flush=True)
sys.stdin.readline()
for _ in range(times):
    decision = gate.check(**asked, amount=size)
    assert decision.receipt is not None
    print(size if decision.permitted else 0, flush=True)
"""


def spender(institute: Institute, size: int, times: int) -> subprocess.Popen[str]:
    """Return a program that has opened a gate and waits to spend."""
    arguments = [str(institute.folder), str(NOON), json.dumps(BOUNDED)]
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", _PROGRAM, *arguments, str(size), str(times)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def left(institute: Institute) -> list[int]:
    """Return the bytes of each amount on record."""
    ledger = institute.ledger(writable=False)
    events = [entry.event for entry in newest_first(ledger)]
    ledger.close()
    permits = {
        event["id"]: event["effect"] == "permit"
        for event in events
        if "effect" in event
    }
    amounts = [event for event in events if event["kind"] == "amount.left"]
    assert all(permits[event["decision"]] for event in amounts)
    return [event["bytes"] for event in amounts]


def test_threads_together_spend_no_more_than_there_is(institute: Institute) -> None:
    answers: list[Decision] = []
    with institute.gatekeeper(POINT) as gate, frequent_switches():

        def spend() -> None:
            answers.extend(gate.check(**BOUNDED, amount=30_000) for _ in range(3))

        threads = [threading.Thread(target=spend) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert all(answer.receipt is not None for answer in answers)
    assert sum(answer.permitted for answer in answers) == BUDGET // 30_000
    assert left(institute) == [30_000] * (BUDGET // 30_000)
    assert institute.verify().is_sound


def test_programs_together_spend_no_more_than_there_is(institute: Institute) -> None:
    institute.gatekeeper(POINT).close()
    programs = [spender(institute, 7_000, 40) for _ in range(3)]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [
        int(line) for program in programs for line in program.communicate()[0].split()
    ]

    assert [program.returncode for program in programs] == [0, 0, 0]
    assert len(told) == 120
    assert sum(told) == sum(left(institute)) == BUDGET // 7_000 * 7_000
    assert institute.verify().is_sound


def test_what_was_spent_by_a_program_that_was_killed_stays_spent(
    institute: Institute, tmp_path: Path
) -> None:
    institute.gatekeeper(POINT).close()
    program = spender(institute, 100, 1_000_000)
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write("go\n")
    program.stdin.flush()
    told = [int(program.stdout.readline()) for _ in range(20)]
    program.send_signal(signal.SIGKILL)
    told += [int(line) for line in program.communicate()[0].split()]

    spent = sum(left(institute))
    assert spent >= sum(told) > 0
    with institute.gatekeeper(POINT) as gate:
        assert not gate.check(**BOUNDED, amount=BUDGET - spent + 1).permitted
        assert gate.check(**BOUNDED, amount=BUDGET - spent).permitted
    size, differences = institute.replay(tmp_path / "replayed.db")
    assert differences == ()
    assert size > 40
    assert institute.verify().is_sound


def test_decisions_that_spend_nothing_go_on_while_others_spend(
    institute: Institute,
) -> None:
    institute.gatekeeper(POINT).close()
    program = spender(institute, 100, 200)
    assert program.stdin is not None
    with institute.gatekeeper("point:trainer") as gate:
        program.stdin.write("go\n")
        program.stdin.flush()
        answers = [gate.check(**BOUNDED) for _ in range(100)]
        program.communicate()

    assert all(answer.permitted for answer in answers)
    assert len(left(institute)) == 200
