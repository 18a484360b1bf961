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
from tests.example import BOUNDED, NOON, activate, apply, declare
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
size, times, point = int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
gate = Institute(folder, FixedClock(now)).gatekeeper(point)
print("open", flush=True)
sys.stdin.readline()
for _ in range(times):
    decision = gate.check(**asked, amount=size)
    assert decision.receipt is not None
    print(size if decision.permitted else 0, flush=True)
"""


def spender(
    institute: Institute, size: int, times: int, point: str = POINT
) -> subprocess.Popen[str]:
    """Return a program that has opened a gate and waits to spend."""
    arguments = [str(institute.folder), str(NOON), json.dumps(BOUNDED)]
    arguments += [str(size), str(times), point]
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", _PROGRAM, *arguments],
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


def test_programs_at_two_points_together_stay_within_the_budget_of_the_fleet(
    institute: Institute, tmp_path: Path
) -> None:
    """Each point alone has enough left: what both let out is bounded beside that."""
    fleet, second = 100_000, "point:second-bench"
    bench = {"id": second, "site": "site:hub-west", "interface": "bounded"}
    text = json.dumps({"points": [{**bench, "tier": "upper"}]})
    apply(institute, declare(tmp_path, text))
    rows = institute.folder / "policies" / "budget" / "policy.csv"
    text = rows.read_text()
    assert text.count("fleet, month, 5e10") > 1
    rows.write_text(text.replace("fleet, month, 5e10", "fleet, month, 1e5"))
    activate(institute)
    again = Institute(institute.folder, institute.clock)

    programs = [
        spender(again, 7_000, 15, point) for point in (POINT, second, POINT, second)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [
        [int(line) for line in program.communicate()[0].split()] for program in programs
    ]

    assert [program.returncode for program in programs] == [0, 0, 0, 0]
    assert sum(map(sum, told)) == sum(left(again)) == fleet // 7_000 * 7_000
    with again.gatekeeper(second) as gate:
        denied = gate.check(**BOUNDED, amount=7_000)
        assert denied.caller_reasons() == ("budget-exceeded",)
        (reason,) = denied.verdict.reasons
        assert (reason.rule, reason.condition) == ("bud-030", "fleet month")
        assert gate.check(**BOUNDED, amount=fleet % 7_000).permitted
    assert again.verify().is_sound


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
