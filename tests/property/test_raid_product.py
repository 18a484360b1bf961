"""All machines of a case at once: what must hold in each state that can be reached.

Invariants of 6.3 of the study of the desk; docs/raid-states.md says of each where it is
held. Those of queue and triage (9, 10) are held in `test_triage_laws` and
`test_raid_queue_laws`, that no identity is told (4) in `test_raid_shield`; a whole desk
is played in `test_raid_histories`.
"""

import os
from collections.abc import Iterator
from typing import Final

import pytest

from ringwall.model.raid_embargo_kinds import OPEN_EMBARGO
from ringwall.model.raid_events import RAID_ACTIONS
from ringwall.model.raid_moves import Move
from ringwall.model.raid_release_kinds import APPROVED, RELEASE, ROUTABLE
from ringwall.model.raid_states import MACHINES
from tests.raid_outer_worlds import WORKED, binds, outer_steps, unlawful
from tests.raid_product import Product
from tests.raid_recipients import OPEN_SORTS, SORTS, covers, may_be_told
from tests.raid_release_worlds import (
    AUTHOR,
    TELLING,
    Around,
    release_steps,
    unlawful_release,
)
from tests.raid_walks import forget, histories
from tests.raid_worlds import GONE, TWO, steps

_DEEP: Final = os.environ.get("RINGWALL_HYPOTHESIS") == "deep"
_HISTORIES: Final = 1_000_000 if _DEEP else 5_000


@pytest.fixture(scope="module")
def product() -> Product:
    """Return the product, walked."""
    walked = Product()
    assert len(walked) > 20_000_000
    return walked


def test_every_state_of_each_machine_is_reached(product: Product) -> None:
    desks = product.reached
    for name in ("report", "case", "clock"):
        states = {move.after for move in MACHINES[f"raid.{name}"]}
        assert {getattr(world, name) for world in desks} - {""} == states
    states = {move.after for move in MACHINES["raid.embargo"]}
    assert {world.state for world in product.outer} - {""} == states
    states = {move.after for move in MACHINES[RELEASE]}
    assert {release.state for _, release in product.told()} - {""} == states


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


def test_no_release_goes_on_above_the_label_of_its_recipient(product: Product) -> None:
    """Invariant 3: neither cleared nor signed nor sent."""
    gone = 0
    for around, release in product.told():
        for step in release_steps(release, around):
            if step.act in TELLING:
                assert step.covered, (around, step)
                gone += 1
    assert gone


def test_nothing_is_told_of_a_case_that_was_merged_away(product: Product) -> None:
    """Invariant 3: an embargo on the case that stays keeps the matter of both."""
    for around, release in product.told():
        if around.case not in ROUTABLE:
            acts = {step.act for step in release_steps(release, around)}
            assert acts.isdisjoint({"draft", *TELLING})
    assert (Around("merged", in_force=False), "approved") in {
        (around, release.state) for around, release in product.told()
    }


def test_what_is_signed_is_void_once_it_changes(product: Product) -> None:
    """Invariants 3 and 8: it goes on as a draft, or not at all."""
    for around, release in product.told():
        if release.state == "approved" and release.stale:
            acts = {step.act for step in release_steps(release, around)}
            assert acts == {"amend", ""}


def test_what_has_gone_is_called_back_and_never_undone(product: Product) -> None:
    for around, release in product.told():
        if release.state in {"sent", "acknowledged", "recalled"}:
            after = {s.after.state for s in release_steps(release, around)}
            assert after <= {"sent", "acknowledged", "recalled"}
            # Whatever became of its case, and of the recipient since.
            assert "recalled" in after


def test_two_sign_what_neither_wrote(product: Product) -> None:
    """Invariant 8."""
    persons = {
        step.persons
        for around, release in product.told()
        for step in release_steps(release, around)
        if step.act == "approve"
    }
    assert persons == {TWO}
    assert AUTHOR not in persons


def test_no_act_on_anything_else_asks_for_a_release() -> None:
    """A release is led by the rest, and leads nothing: so the product can be walked."""
    own = {"case-routable", "may-go", "not-the-author", "as-cleared"}
    assert own <= {guard for move in MACHINES[RELEASE] for guard in move.guards}
    for kind in ("report", "case", "clock", "matter", "embargo", "party"):
        guards = {g for move in MACHINES[f"raid.{kind}"] for g in move.guards}
        assert guards.isdisjoint(own)


@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_of_recipient_is_one_of_the_two_that_are_walked(sort: str) -> None:
    """Invariant 3: one part of the label that falls short is as good as another."""
    for is_party in (False, True):
        for in_force in (False, True):
            told = sort in OPEN_SORTS and (is_party or not in_force)
            beside = {"is_party": is_party, "in_force": in_force}
            assert may_be_told(sort, **beside) is told
            assert covers(sort, **beside) is told


def test_an_embargo_that_is_over_keeps_no_release(product: Product) -> None:
    for world in product.outer:
        in_force = world.state in {"active", "revise"} and not world.late
        assert binds(world) is in_force


def test_what_the_guards_of_a_release_let_through_is_lawful(product: Product) -> None:
    """The laws that gate and verifier hold forbid nothing that the desk does."""
    tried = set()
    for around, release in product.told():
        for step in release_steps(release, around):
            if step.act:
                assert unlawful_release(step, around) == [], step
                tried.add(step.act)
    assert tried == {move.act for move in MACHINES[RELEASE]}


def test_what_is_told_of_a_case_put_away_is_unlawful(product: Product) -> None:
    """Invariant 3, by gate and verifier, whatever the desk does."""
    tried = 0
    for around, release in product.told():
        for step in release_steps(release, around):
            if step.act in TELLING:
                away = around._replace(case="merged")
                assert len(unlawful_release(step, away)) == 1
                tried += 1
    assert tried


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
    *((RELEASE, act, "case-routable", 3) for act in ("clear", "approve", "send")),
    *((RELEASE, act, "may-go", 3) for act in ("clear", "send")),
    *((RELEASE, act, "as-cleared", 3) for act in ("approve", "send")),
    (RELEASE, "approve", "not-the-author", 8),
]
# Rows of the machine of releases that are not there, and what breaks by each.
_WRONG_ROWS: Final = [
    # What is changed stays signed.
    (Move("approved", "amend", "approved"), 8),
    # What nobody signed is sent.
    (Move("cleared", "send", "sent"), 8),
    (Move("draft", "send", "sent"), 8),
    # What nobody held against the label is sent.
    (Move("draft", "send", "sent"), 3),
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


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(("row", "invariant"), _WRONG_ROWS)
def test_with_a_row_that_is_not_there_an_invariant_is_broken(
    monkeypatch: pytest.MonkeyPatch, row: Move, invariant: int
) -> None:
    rows = [m for m in MACHINES[RELEASE] if (m.before, m.act) != (row.before, row.act)]
    monkeypatch.setitem(MACHINES, RELEASE, (*rows, row))

    assert invariant in histories(40_000, seed=3, until=invariant).broken


@pytest.mark.usefixtures("fresh")
def test_without_a_grant_of_two_one_person_signs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RAID_ACTIONS, APPROVED, (("raid.write", "case"),))

    assert 8 in histories(40_000, seed=3, until=8).broken
