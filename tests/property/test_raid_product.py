"""All machines of a case at once: what must hold in each state that can be reached.

Invariants of 6.3 of the study of the desk. Those of queue and triage (9, 10) are held
in `test_triage_laws` and `test_raid_queue_laws`, that no identity is told (4) in
`test_raid_shield`; a whole desk is played in `test_raid_histories`.
"""

import os
from collections.abc import Iterator
from typing import Final

import pytest

from ringwall.model.raid_embargo_kinds import OPEN_EMBARGO
from ringwall.model.raid_states import MACHINES
from tests.raid_outer_worlds import WORKED, outer_steps, unlawful
from tests.raid_product import Product
from tests.raid_walks import forget, histories
from tests.raid_worlds import GONE, TWO, steps

_DEEP: Final = os.environ.get("RINGWALL_HYPOTHESIS") == "deep"
_HISTORIES: Final = 1_000_000 if _DEEP else 5_000


@pytest.fixture(scope="module")
def product() -> Product:
    """Return the product, walked."""
    walked = Product()
    assert len(walked) > 500_000
    return walked


def test_every_state_of_each_machine_is_reached(product: Product) -> None:
    desks = product.reached
    for name in ("report", "case", "clock"):
        states = {move.after for move in MACHINES[f"raid.{name}"]}
        assert {getattr(world, name) for world in desks} - {""} == states
    states = {move.after for move in MACHINES["raid.embargo"]}
    assert {world.state for world in product.outer} - {""} == states


def test_no_embargo_stands_once_the_matter_is_out(product: Product) -> None:
    """Invariant 1."""
    wrong = product.where(lambda one: one.out and one.state in OPEN_EMBARGO)

    assert wrong == 0
    assert not any(bits & wrong for bits in product.reached.values())


def test_what_is_out_can_always_be_told(product: Product) -> None:
    """Invariant 1: the fact is never refused, whatever the embargo is."""
    for world in product.outer:
        for worked in (True, False):
            told = [step for step in outer_steps(world, worked=worked) if step.acts]
            assert world.out or any(step.after.out for step in told)


def test_nothing_can_be_done_to_a_clock_less_for_an_embargo(product: Product) -> None:
    """Invariant 2: nor more."""
    for world in product.reached:
        alike = {
            frozenset(
                (step.move, step.persons)
                for step in steps(world, embargo)
                if step.kind == "raid.clock"
            )
            for embargo in ("", "proposed", "active", "revise", "exited")
        }
        assert len(alike) == 1, world


def test_no_clock_makes_a_matter_public(product: Product) -> None:
    """Invariant 2: what is told of a matter is told by somebody who tells it."""
    for world in product.outer:
        for step in outer_steps(world, worked=True):
            if step.after.out and not step.before.out:
                assert step.acts[0] == ("raid.matter", "tell")


def test_a_clock_can_run_and_be_missed_under_an_embargo(product: Product) -> None:
    active = product.where(lambda one: one.state == "active")
    clocks = {w.clock for w, bits in product.reached.items() if bits & active}

    assert {"armed", "running", "breached", "met", "late-met", "void"} <= clocks


def test_raid_keeps_what_it_owns(product: Product) -> None:
    """Invariant 5, whatever the embargo is."""
    for step, _ in product.made():
        if step.before.owned and (not step.after.owned or step.after.case in GONE):
            assert step.persons == TWO
            assert step.move.act in {"disown", "deviate"}


def test_no_exercise_has_a_clock_for_serious_incidents_running(
    product: Product,
) -> None:
    """Invariant 6."""
    clocks = {w.clock for w in product.reached if w.exercise and w.serious}

    assert clocks == {"", "armed", "void"}


def test_no_case_is_resolved_or_merged_under_an_embargo(product: Product) -> None:
    bound = product.where(lambda one: one.state in {"active", "revise"})
    for step, beside in product.made():
        if step.move.act in {"resolve", "merge"} and step.kind == "raid.case":
            assert not beside & bound


def test_terms_are_new_in_a_case_that_is_worked_on_alone(product: Product) -> None:
    for world in product.outer:
        for step in outer_steps(world, worked=False):
            assert not {act for _, act in step.acts} & {"propose", "revise"}
    assert {"merged", "archived", "new"}.isdisjoint(WORKED)


def test_what_the_guards_let_through_is_lawful(product: Product) -> None:
    """The laws that gate and verifier hold forbid nothing that the desk does."""
    for world in product.outer:
        for worked in (True, False):
            for step in outer_steps(world, worked=worked):
                assert unlawful(step) == [], step


def test_what_is_out_beside_an_embargo_that_stands_is_unlawful(
    product: Product,
) -> None:
    tried = 0
    for world in product.outer:
        for step in outer_steps(world, worked=True):
            if len(step.acts) > 1:
                left = step.after._replace(state=world.state)
                assert unlawful(step._replace(acts=step.acts[:1], after=left))
                tried += 1
    assert tried


# Act -> its guard, and the invariant that breaks without it.
_NEEDED: Final = [
    *(
        ("raid.case", act, "two-persons", 8)
        for act in ("merge", "unmerge", "deviate", "disown")
    ),
    ("raid.clock", "void", "two-persons", 8),
    ("raid.embargo", "drop", "two-persons", 8),
    ("raid.clock", "start", "not-an-exercise", 6),
    ("raid.case", "resolve", "host-clocks-done", 2),
    ("raid.case", "archive", "clocks-ended", 2),
    ("raid.report", "defer", "no-host-clock", 2),
    *(
        ("raid.case", act, "not-raid-owned", 5)
        for act in ("watch", "decline", "hand-over")
    ),
    # What stands is ended when the matter is told: so the guard of the first act is the
    # one that matters.
    ("raid.embargo", "propose", "matter-not-out", 1),
]


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forget the steps of the machines, before and behind a test that changes them."""
    forget()
    yield
    forget()


def test_whatever_is_done_in_whatever_order_the_invariants_hold() -> None:
    """Invariants 1, 2, 3, 5, 6, 7, 8, by who knows no machine."""
    found = histories(_HISTORIES, seed=9)

    assert found.acts > 10 * _HISTORIES
    assert (found.broken, found.lost) == (frozenset(), 0)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(("kind", "act", "guard", "invariant"), _NEEDED)
def test_without_a_guard_an_invariant_is_broken(
    monkeypatch: pytest.MonkeyPatch, kind: str, act: str, guard: str, invariant: int
) -> None:
    loose = tuple(
        move._replace(guards=tuple(g for g in move.guards if g != guard))
        if move.act == act
        else move
        for move in MACHINES[kind]
    )
    assert loose != MACHINES[kind]
    monkeypatch.setitem(MACHINES, kind, loose)

    assert invariant in histories(40_000, seed=3, until=invariant).broken
