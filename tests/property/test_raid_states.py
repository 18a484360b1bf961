"""Report, case and clock together: what must hold in each state that can be reached.

The product of the literal machines is walked whole, with their guards; what a person
could do or say is left open at each step, so every history is among those walked.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any, Final, NamedTuple

import pytest

from ringwall.model.raid_moves import Move
from ringwall.model.raid_permits import BROUGHT
from ringwall.model.raid_states import MACHINES
from ringwall.raid.guards import GUARDS, OWED_BY_HOST, UNDONE_CLOCKS, apart

# By one person, and by two of whom none is the other's second account.
ALONE: Final = "alone"
TWO: Final = "two"
OWNED: Final = frozenset({"owned", "coordinating", "resolved", "archived", "merged"})
GONE: Final = frozenset({"triaged", "handed-over", "watch", "declined", "new"})


class World(NamedTuple):
    """One report, the case that it is linked to, and one clock of that case.

    Attributes:
        report: state.
        case: state.
        was: of a merged case, the state before.
        clock: state.
        away: whether a merge brought the clock to the case that stays.
        owed: by whom.
        exercise: whether what the report tells of was demonstrated and not suffered.
        serious: whether the clock is one for serious incidents.
        triaged_owned: whether the last triage gave the case to RAID.
        owned: whether the case has become RAID's and no two persons changed that.
        accepted: whether a recipient has signed for the case.
    """

    report: str = ""
    case: str = ""
    was: str = ""
    clock: str = ""
    away: bool = False
    owed: str = OWED_BY_HOST
    exercise: bool = False
    serious: bool = True
    triaged_owned: bool = False
    owned: bool = False
    accepted: bool = False


class Step(NamedTuple):
    """A step from one world to another."""

    kind: str
    move: Move
    persons: str
    before: World
    after: World


def holds(guard: str, world: World, persons: str) -> bool:
    """Tell whether a guard can hold.

    What a person may give or leave out is taken as given: whoever leaves it out can do
    less, and reaches nothing that is not walked here.
    """
    host_open = world.owed == OWED_BY_HOST and world.clock in UNDONE_CLOCKS
    judged = {
        "two-persons": persons == TWO,
        "another-person": persons == TWO,
        "in-triaged-case": world.case not in {"", "new", "merged"},
        "no-host-clock": not host_open,
        "host-clocks-done": not host_open,
        "clocks-ended": world.clock not in UNDONE_CLOCKS,
        "raid-owned": world.triaged_owned,
        "not-raid-owned": not world.triaged_owned,
        "accepted": world.accepted,
        "not-an-exercise": not (world.exercise and world.serious),
    }
    return judged.get(guard, True)


def steps(world: World) -> Iterator[Step]:
    """Give each step that the machines and their guards allow."""
    for persons in (ALONE, TWO):
        for kind in ("raid.report", "raid.case", "raid.clock"):
            for move in moves_of(kind, world):
                able = all(holds(guard, world, persons) for guard in move.guards)
                if able and is_possible(kind, move, world):
                    for after in results(kind, move, world):
                        yield Step(kind, move, persons, world, after)


def moves_of(kind: str, world: World) -> Iterator[Move]:
    state = getattr(world, kind.partition(".")[2])
    return (move for move in MACHINES[kind] if move.before == state)


def is_possible(kind: str, move: Move, world: World) -> bool:
    """Tell what the acts demand beside the guards of the tables."""
    if move.act == "unmerge":
        return move.after == world.was
    host_open = world.owed == OWED_BY_HOST and world.clock in UNDONE_CLOCKS
    if kind == "raid.case" and move.act == "merge":
        return not host_open
    if kind == "raid.clock":
        if move.act in BROUGHT:
            # Goes with the merge or its end: `results` brings it along.
            return False
        # `raid.case` takes an event of its clock, or the act fails with it. The case
        # that stays is in work: else it would take over nothing.
        takes = any(m.before == world.case and m.act == "clock" for m in CASE_MOVES)
        return takes or (world.away and move.act != "arm")
    if kind == "raid.case" and move.act in BROUGHT:
        # Of the case that stays; this world is of the one that goes.
        return False
    return not (kind == "raid.case" and move.act == "open" and world.report != "valid")


CASE_MOVES: Final = MACHINES["raid.case"]


def results(kind: str, move: Move, world: World) -> Iterator[World]:
    """Give the worlds that a step may lead to; a triage may find either owner."""
    moved: dict[str, Any] = {kind.partition(".")[2]: move.after}
    after = world._replace(**moved)
    if (kind, move.act) == ("raid.case", "triage"):
        yield after._replace(triaged_owned=True)
        # No table takes from RAID what it owns: `own` stands with the state.
        if not world.owned:
            yield after._replace(triaged_owned=False)
    elif kind == "raid.case" and move.act in _CHANGES:
        yield after._replace(**_CHANGES[move.act])
    elif move.act == "merge":
        yield after._replace(was=world.case, away=brings("take-over", world.clock))
    elif move.act == "unmerge":
        home = world.away and not brings("give-back", world.clock)
        yield after._replace(was="", away=home)
    else:
        yield after
    if move.act == "deviate":
        yield after._replace(owned=False, triaged_owned=False)
        # Two give to RAID what the tables did not, which is the third way to own it.
        yield after._replace(triaged_owned=True)
    if kind == "raid.report" and world.case == "triaged":
        yield after._replace(accepted=True)


_CHANGES: Final[dict[str, dict[str, Any]]] = {
    "own": {"owned": True},
    "disown": {"owned": False, "triaged_owned": False},
    "hand-over": {"accepted": False},
    "return": {"accepted": False},
}


def brings(act: str, clock: str) -> bool:
    """Tell whether the machine of clocks lets one in a state be brought along."""
    return any(m.before == clock and m.act == act for m in MACHINES["raid.clock"])


@pytest.fixture(scope="module")
def walked() -> list[Step]:
    """Return each step between worlds that can be reached."""
    starts = [
        World(owed=owed, exercise=exercise, serious=serious)
        for owed in (OWED_BY_HOST, "others", "self")
        for exercise in (False, True)
        for serious in (False, True)
    ]
    seen, waiting = set(starts), list(starts)
    found: list[Step] = []
    while waiting:
        for step in steps(waiting.pop()):
            found.append(step)
            if step.after not in seen:
                seen.add(step.after)
                waiting.append(step.after)
    assert len(seen) > 1000
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
