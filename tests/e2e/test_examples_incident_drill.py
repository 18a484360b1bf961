"""`examples/incident_drill` does what its README says, in six commands at most."""

from examples.incident_drill.drill import COMMANDS
from tests.e2e.examples import check_example


def test_a_written_report_becomes_a_triaged_routed_and_clocked_case() -> None:
    check_example("incident_drill", ("drill.py",))


def test_six_commands_are_enough() -> None:
    assert len(COMMANDS) <= 6
