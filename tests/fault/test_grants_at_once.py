"""A one-use grant is used once, whoever uses it at once: threads or processes."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.example import NOON, apply, declare
from tests.office import EXPORT, Office, keyed
from tests.recorded import newest_first
from tests.switches import frequent_switches

pytestmark = pytest.mark.usefixtures("uncounted")

POINT: Final = "point:west-bench"
ASKED: Final[dict[str, Any]] = {
    "subject": EXPORT.subject,
    "action": EXPORT.action,
    "resource": EXPORT.resource,
    "authn": "hardware-fresh",
    "purpose": EXPORT.purpose,
    "amount": 1,
    "present": ["user:grace"],
    "handles": ["watermark", "byte-budget"],
}
_PROGRAM: Final = """
import json, sys
from pathlib import Path
from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
folder, now, asked = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
gate = Institute(folder, FixedClock(now)).gatekeeper("point:west-bench")
print("open", flush=True)
sys.stdin.readline()
print("permit" if gate.check(**asked).permitted else "deny", flush=True)
"""


@pytest.fixture
def office(institute_folder: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(institute_folder, tmp_path / "institute")
    office = Office(tmp_path / "institute")
    text = keyed(office.institute.facts())
    apply(office.institute, declare(tmp_path, text))
    yield office
    office.close()


def user(office: Office) -> subprocess.Popen[str]:
    """Return a program that has opened a gate and waits to use the grant."""
    arguments = [str(office.institute.folder), str(NOON), json.dumps(ASKED)]
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", _PROGRAM, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def spent(office: Office) -> list[str]:
    """Return the requests whose grants were spent, one for each use on record."""
    ledger = office.institute.ledger(writable=False)
    events = [entry.event for entry in newest_first(ledger)]
    ledger.close()
    return [event["request"] for event in events if event["kind"] == "grant.spent"]


def test_of_two_processes_at_once_exactly_one_uses_a_grant(office: Office) -> None:
    name = office.granted()
    users = [user(office) for _ in range(2)]

    for process in users:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate()[0].strip() for process in users]

    assert sorted(answers) == ["deny", "permit"]
    assert spent(office) == [name]
    assert office.state(name) == "spent"


def test_of_many_threads_at_once_exactly_one_uses_a_grant(office: Office) -> None:
    name = office.granted()
    answers: list[bool] = []
    with office.institute.gatekeeper(POINT) as gate, frequent_switches():
        threads = [
            threading.Thread(
                target=lambda: answers.append(gate.check(**ASKED).permitted)
            )
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(answers) == [*[False] * 5, True]
    assert spent(office) == [name]


def test_a_grant_that_is_taken_back_is_not_outrun_by_a_process(office: Office) -> None:
    name = office.granted()
    process = user(office)

    office.revoke(name, "radia")
    answer, _ = process.communicate("\n")

    assert answer.strip() == "deny"
    assert spent(office) == []
