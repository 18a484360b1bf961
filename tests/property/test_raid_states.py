"""Report, case and clock together: what must hold in each state that can be reached.

The product of the literal machines is walked whole; see `tests.raid_worlds`.
"""

from itertools import product

import pytest

from ringwall.model.raid_states import MACHINES
from ringwall.policy.bundle import compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.raid.guards import GUARDS, OWED_BY_HOST, UNDONE_CLOCKS, apart
from ringwall.shipped import shipped_path
from tests.raid_worlds import ALONE, CASE_MOVES, GONE, TWO, Step, walk


@pytest.fixture(scope="module")
def walked() -> list[Step]:
    """Return each step between worlds that can be reached."""
    found = walk()
    assert len({step.after for step in found}) > 1000
    return found


def test_every_state_of_each_machine_is_reached(walked: list[Step]) -> None:
    for kind, name in (
        ("raid.report", "report"),
        ("raid.case", "case"),
        ("raid.clock", "clock"),
    ):
        states = {move.after for move in MACHINES[kind]}
        assert {getattr(step.after, name) for step in walked} - {""} == states


def test_raid_keeps_what_it_owns_unless_two_persons_decide_otherwise(
    walked: list[Step],
) -> None:
    """Invariant 5."""
    left = [
        step
        for step in walked
        if step.before.owned and (not step.after.owned or step.after.case in GONE)
    ]

    assert left
    assert {step.persons for step in left} == {TWO}
    assert {step.move.act for step in left} <= {"disown", "deviate"}


def test_no_exercise_has_a_clock_for_serious_incidents_running(
    walked: list[Step],
) -> None:
    """Invariant 6: armed at most, or taken out of count."""
    clocks = {
        step.after.clock
        for step in walked
        if step.after.exercise and step.after.serious
    }

    assert clocks == {"", "armed", "void"}


def test_no_open_deadline_of_the_institute_is_left_behind(walked: list[Step]) -> None:
    """Invariants 2 and 10: it keeps a case in work, and its report from waiting."""
    for step in walked:
        host_open = (
            step.after.owed == OWED_BY_HOST and step.after.clock in UNDONE_CLOCKS
        )
        if host_open and step.kind == "raid.case":
            # One that comes to light later is armed on a resolved case all the same.
            assert step.move.act not in {"resolve", "archive", "merge"}, step
            assert step.after.case not in {"archived", "merged"}, step
        if host_open and step.kind == "raid.report":
            assert step.move.act != "defer", step


def test_no_open_deadline_of_anybody_is_put_away(walked: list[Step]) -> None:
    """Invariant 2: nothing can be done about the clock of a case in the archive."""
    away = [step for step in walked if step.after.case == "archived"]

    assert away
    assert not {step.after.clock for step in away} & UNDONE_CLOCKS


def test_a_clock_ends_by_being_met_or_voided_by_two(walked: list[Step]) -> None:
    """Invariant 2: nothing else stops it, least of all what becomes of its case."""
    for step in walked:
        if step.kind != "raid.clock":
            assert step.after.clock == step.before.clock, step
        elif step.before.clock in {"armed", "running", "breached"}:
            forward = {"start", "correct", "meet", "breach", "void"}
            assert step.move.act in forward
            assert step.after.away == step.before.away, step
            if step.move.after == "void":
                assert step.persons == TWO
    assert not any(
        step.before.clock in {"met", "late-met", "void"} and step.kind == "raid.clock"
        for step in walked
    )


def test_an_open_clock_is_never_in_a_case_that_is_gone(walked: list[Step]) -> None:
    """Invariant 2: it goes with the merge, whoever owes it, and comes home after it."""
    kept = {"armed", "running", "breached"}
    gone = [step for step in walked if step.after.case == "merged"]

    assert {step.after.clock for step in gone} >= kept
    for step in gone:
        assert step.after.away == (step.after.clock in kept) or step.before.away, step
    for step in walked:
        if step.after.case != "merged":
            assert not step.after.away, step


def test_what_can_be_done_to_a_clock_is_possible_after_a_merge(
    walked: list[Step],
) -> None:
    acts: dict[str, set[str]] = {}
    for step in walked:
        if step.kind == "raid.clock" and step.before.case == "merged":
            acts.setdefault(step.before.clock, set()).add(step.move.act)

    assert acts == {
        "armed": {"start", "void"},
        "running": {"correct", "meet", "breach", "void"},
        "breached": {"correct", "meet", "void"},
    }


def test_what_two_persons_decide_is_never_decided_by_one(walked: list[Step]) -> None:
    """Invariant 8, as far as it is of the machines."""
    by_two = {"merge", "unmerge", "deviate", "disown", "void"}
    alone = {step.move.act for step in walked if step.persons == ALONE}

    assert not alone & by_two
    assert by_two <= {step.move.act for step in walked}


def test_an_assessor_is_nobody_who_took_the_report_in() -> None:
    """Invariant 8: by natural persons, whom a further account does not change."""
    people = ("user:ruth", "user:joan", "user:rosalind")
    for assessor, clerk in product(people, people):
        assert apart(assessor, {clerk}) is (assessor != clerk)
    guarded = {m.act for m in CASE_MOVES if "assessor-apart" in m.guards}
    assert guarded == {"triage"}


def test_offices_that_watch_each_other_are_kept_apart() -> None:
    """Invariant 8: who holds both is named, and refused what the other one decides."""
    bundle = compile_bundle(read_bundle(shipped_path("policies")))
    concern = bundle.concerns["raid_cases"].concern
    apart_from = {frozenset((s.first, s.second)) for s in concern.separations}
    table = shipped_path("policies") / "raid_cases" / "policy.csv"
    denied = {
        (row[2], row[3])
        for row in (line.split(", ") for line in table.read_text("utf-8").splitlines())
        if row[0] == "p" and row[-1] == "deny"
    }
    for one, other, act in (
        ("raid-release-approver", "raid-analyst", "raid.release"),
        ("raid-identity-custodian", "raid-analyst", "raid.vote"),
        ("raid-compartment-officer", "raid-routing-officer", "raid.route"),
    ):
        assert frozenset((one, other)) in apart_from
        assert {(one, act), (other, act)} & denied


def test_a_merged_case_comes_back_as_it_was_and_no_other_way(
    walked: list[Step],
) -> None:
    for step in walked:
        if step.kind == "raid.case" and step.before.case == "merged":
            assert step.move.act == "unmerge"
            assert step.after.case == step.before.was
        assert (step.after.case == "merged") == bool(step.after.was)


def test_a_report_is_accepted_by_a_triage_alone(walked: list[Step]) -> None:
    for step in walked:
        if step.move.act == "accept":
            assert step.before.case not in {"", "new", "merged"}


def test_nothing_leads_out_of_what_is_closed(walked: list[Step]) -> None:
    ends = {"raid.report": {"closed"}, "raid.clock": {"met", "late-met", "void"}}
    for kind, states in ends.items():
        for move in MACHINES[kind]:
            if move.before in states:
                # It comes home when its merge is undone, as it is.
                assert (move.act, move.after) == ("give-back", move.before)
    assert walked


def test_each_guard_of_these_machines_is_one_that_can_be_told() -> None:
    named = {g for rows in MACHINES.values() for move in rows for g in move.guards}
    assert named <= GUARDS.keys()
