"""What is read is what the gate gets; what is refused becomes a deny that says why."""

from pathlib import Path
from typing import NoReturn

import pytest

from ringwall.base.errors import (
    DeclarationError,
    Fault,
    PolicyError,
    RecordUnavailable,
    RingwallError,
)
from ringwall.gate.policy_reading import PolicyReading
from ringwall.institute import Institute

FOLDER = Path("/somewhere/institute")
FAULT = Fault(f"{FOLDER}/policies/access/policy.csv", 3, 1, "row-unknown", "no row")


def refusing(error: RingwallError) -> PolicyReading:
    """Return a source whose policies are refused."""

    def read() -> NoReturn:
        raise error

    return PolicyReading(read, FOLDER)


def test_what_is_read_is_handed_on_whole(institute: Institute) -> None:
    judge = institute.judge()

    loaded = PolicyReading(lambda: judge, institute.folder).load()

    assert loaded.decider is judge.decider
    assert loaded.catalogue is judge.catalogue
    assert (loaded.digest, loaded.concerns) == (judge.digest, judge.concerns)
    assert (loaded.fault, loaded.benchmark) == ("", judge.catalogue.benchmark)


@pytest.mark.parametrize("kind", [PolicyError, DeclarationError])
def test_the_first_fault_is_told_without_the_place_of_the_institute(
    kind: type[RingwallError],
) -> None:
    loaded = refusing(kind("refused", "2 faults", faults=(FAULT,))).load()

    assert loaded.decider is None
    assert loaded.digest == ""
    assert loaded.fault.startswith("policies/access/policy.csv:3:1: row-unknown")


def test_a_refusal_without_a_place_is_told_in_its_own_words() -> None:
    message = f"`{FOLDER}/in_force/1` is no copy"

    loaded = refusing(PolicyError("policy-copy-unusable", message)).load()

    assert loaded.fault == "`in_force/1` is no copy"


def test_what_is_no_fault_of_the_policies_is_not_taken_for_one() -> None:
    with pytest.raises(RecordUnavailable):
        refusing(RecordUnavailable("disk-full", "no space")).load()
