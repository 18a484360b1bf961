import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.rulebook import read_rulebook
from ringwall.raid.workload.levels import levels_of
from ringwall.shipped import shipped_path

BOOK = read_rulebook(shipped_path("raid"))


def test_the_hours_are_those_of_the_clocks() -> None:
    found = levels_of(BOOK.workload, BOOK.clocks)

    assert [(level.rule, level.hours) for level in found] == [
        *(("DESK-IMM", 2), ("DESK-ACK", 24), ("DESK-TRIAGE", 72)),
    ]
    assert found[2].lanes == ("screening", "unassessed")


def test_each_level_without_a_clock_is_named() -> None:
    rules = {k: v for k, v in BOOK.clocks.rules.items() if not k.startswith("DESK-")}

    with pytest.raises(DeclarationError) as caught:
        levels_of(BOOK.workload, replace(BOOK.clocks, rules=rules))

    assert caught.value.code == "workload-refused"
    assert [fault.code for fault in caught.value.faults] == ["unknown-level"] * 3
    assert "`DESK-IMM`" in caught.value.faults[0].message


def test_a_clock_without_a_limit_is_no_level() -> None:
    open_ended = next(
        rule.id
        for rule in BOOK.clocks.rules.values()
        if rule.stages[0].first.limit is None
    )
    level = BOOK.workload.levels[0].model_copy(update={"rule": open_ended})

    with pytest.raises(DeclarationError, match="names what is no clock"):
        levels_of(replace(BOOK.workload, levels=(level,)), BOOK.clocks)


def test_a_rulebook_that_names_a_level_without_a_clock_is_refused(
    tmp_path: Path,
) -> None:
    rules = shutil.copytree(shipped_path("raid"), tmp_path / "raid")
    path = rules / "desk" / "workload.yaml"
    path.write_text(path.read_text().replace("DESK-ACK", "DESK-NONE"))

    with pytest.raises(DeclarationError) as caught:
        read_rulebook(rules)

    assert [fault.code for fault in caught.value.faults] == ["unknown-level"]
