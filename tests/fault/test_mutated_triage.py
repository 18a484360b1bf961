"""Small changes of the triage tables are refused, or change what a probe sees."""

import os

from tests.fault.mutated_triage import Mutant, fate, mutants, probes, score
from tests.triage_tables import shipped

# All of the mutants take more than half an hour.
STEP = 1 if os.environ.get("RINGWALL_HYPOTHESIS") == "deep" else 1200


def test_the_shipped_tables_say_what_the_oracle_says() -> None:
    assert not [probe for probe in probes() if probe.finds(shipped())]


def test_nineteen_of_twenty_mutants_are_killed() -> None:
    fates, survivors = score(STEP)

    assert fates.total() >= 20
    assert 100 * len(survivors) <= 5 * fates.total(), survivors


def test_each_dropped_override_is_found() -> None:
    dropped = [
        one
        for one in mutants()
        if one.what == "dropped" and one.name in {"overrides.csv", "legal.csv"}
    ]

    assert len(dropped) == len(shipped().rules)
    assert [one for one in dropped[::5] if fate(one) == "survived"] == []


def test_a_dropped_row_is_refused() -> None:
    assert fate(Mutant("main.csv", 700, "dropped", None)) == "refused"


def test_each_step_of_a_level_is_refused_or_found() -> None:
    """Rows of harm and threat that are not the first of their level are probed too."""
    lines = {("harm.csv", 42), ("threat.csv", 19), ("threat.csv", 22)}
    stepped = [
        one
        for one in mutants()
        if (one.name, one.line + 1) in lines and one.what != "dropped"
    ]

    assert len(stepped) == 5
    assert [one for one in stepped if fate(one) == "survived"] == []
