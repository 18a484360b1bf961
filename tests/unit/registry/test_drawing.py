"""Tests are drawn by roots that nobody knew, and each draw can be worked out again."""

import base64

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import DeclarationError, IntegrityError
from ringwall.base.months import months_after
from ringwall.institute import Institute
from ringwall.ledger.prover import open_log
from ringwall.matters.draws import WEEK, TestPlan, chosen
from ringwall.model.events import Event, fact_removed
from ringwall.model.matter_events import tests_drawn as drawn_event
from ringwall.record.erasing import erase_person
from ringwall.registry.drawing import (
    Drawing,
    begin_plan,
    check_draws,
    draw_due,
    longest_plan,
    running,
)
from tests.example import NOON
from tests.unit.registry.people_desks import DAY, Desks

PEOPLE = ("user:ada", "user:alan", "user:dennis", "user:grace")


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def planned(desks: Desks, weeks: int = 3) -> TestPlan:
    with desks.writing() as ledger:
        return begin_plan(ledger, desks.clock, PEOPLE, NOON + weeks * WEEK)


def draw(desks: Desks) -> Drawing:
    with desks.writing() as ledger:
        return draw_due(ledger, desks.clock)


def checked(desks: Desks) -> list[int]:
    ledger = desks.institute.ledger(writable=False)
    try:
        return [drawn.slot for _, drawn in check_draws(ledger, NOON)]
    finally:
        ledger.close()


def bent(desks: Desks) -> str:
    with pytest.raises(IntegrityError) as caught:
        checked(desks)
    assert caught.value.next_step
    return caught.value.code


def through(desks: Desks, weeks: int = 3) -> TestPlan:
    """Draw a whole plan, week by week."""
    plan = planned(desks, weeks)
    for week in range(weeks):
        desks.clock.instant = NOON + week * WEEK
        draw(desks)
        desks.pass_by()
        desks.publish()
        plan = draw(desks).plan
    return plan


def test_a_plan_names_a_size_that_the_log_has_not_reached(desks: Desks) -> None:
    plan = planned(desks)
    size = desks.state().size

    assert (plan.people, plan.slots) == (PEOPLE, 3)
    assert plan.sizes[0][0] > size
    assert plan.id.startswith("tst-")


@pytest.mark.parametrize("months", [0, 3])
def test_a_plan_is_over_when_everybody_is_due_again(desks: Desks, months: int) -> None:
    if months:
        desks.programme(integrity_months=months)
    latest = months_after(NOON, months or 12)
    with desks.writing() as ledger, pytest.raises(DeclarationError) as caught:
        begin_plan(ledger, desks.clock, PEOPLE, latest + 1)

    assert caught.value.code == "plan-too-long"
    assert format_instant(latest) in caught.value.message
    assert longest_plan(desks.state()) == latest
    with desks.writing() as ledger:
        assert begin_plan(ledger, desks.clock, PEOPLE, latest).until == latest


def test_nothing_is_drawn_before_the_checkpoint_is_published(desks: Desks) -> None:
    plan = planned(desks)
    waits = draw(desks).waits

    assert (waits.slot, waits.begins, waits.size) == (0, None, plan.sizes[0][0])
    # The size is that of a log with an entry more than the plan's own.
    desks.publish()
    assert draw(desks).draws == ()
    desks.pass_by()
    published = desks.publish()
    done = draw(desks)
    (first,) = done.draws
    assert first.size == published
    assert first.people == chosen(plan, 0, first.root)
    assert (done.waits.slot, done.waits.begins) == (1, NOON + WEEK)


def test_the_first_checkpoint_decides_and_no_later_one(desks: Desks) -> None:
    planned(desks)
    desks.pass_by()
    first = desks.publish()
    desks.pass_by()
    assert desks.publish() > first

    assert draw(desks).draws[0].size == first
    assert checked(desks) == [0]


def test_everybody_is_drawn_by_the_end_and_every_draw_can_be_checked(
    desks: Desks,
) -> None:
    plan = through(desks)

    assert plan.before(plan.slots) == set(PEOPLE)
    assert checked(desks) == [0, 1, 2]
    with desks.writing() as ledger:
        assert running(ledger, NOON) is None
    assert desks.institute.verify().findings == ()


def test_weeks_that_were_missed_are_drawn_one_after_the_other(desks: Desks) -> None:
    planned(desks)
    desks.clock.instant = NOON + 5 * WEEK
    for slot in range(3):
        desks.pass_by()
        desks.publish()
        assert [one.slot for one in draw(desks).draws] == [slot]

    assert checked(desks) == [0, 1, 2]


def test_a_plan_is_begun_when_the_last_one_is_through(desks: Desks) -> None:
    first = planned(desks, 1)
    with pytest.raises(DeclarationError) as caught:
        planned(desks)
    assert caught.value.code == "plan-running"

    desks.pass_by()
    desks.publish()
    draw(desks)
    second = planned(desks)
    assert second.id != first.id
    assert checked(desks) == [0]


def test_without_a_plan_or_people_or_time_nothing_is_drawn(desks: Desks) -> None:
    with pytest.raises(DeclarationError) as missing:
        draw(desks)
    assert missing.value.code == "plan-missing"
    with desks.writing() as ledger:
        with pytest.raises(DeclarationError) as empty:
            begin_plan(ledger, desks.clock, (), NOON + DAY)
        with pytest.raises(DeclarationError) as over:
            begin_plan(ledger, desks.clock, PEOPLE, NOON)
    assert empty.value.code == "plan-empty"
    assert over.value.code == "plan-dates"


def test_who_was_erased_is_drawn_no_more(desks: Desks) -> None:
    planned(desks, 1)
    desks.record(fact_removed(NOON, "user:alan"))
    with desks.writing() as ledger:
        erase_person(ledger, "user:alan", "request 12", desks.clock)
    desks.publish()

    (only,) = draw(desks).draws
    assert only.people == tuple(name for name in PEOPLE if name != "user:alan")
    assert checked(desks) == [0]


# What somebody with the log's key may write, and what comes of it.


def forged(desks: Desks, plan: TestPlan, **more: object) -> Event:
    """Return the draw that is due, with some of it otherwise."""
    ledger = desks.institute.ledger(writable=False)
    try:
        with open_log(ledger.store, ledger.keys) as log:
            found = log.first_published(plan.sizes[0][0])
    finally:
        ledger.close()
    assert found is not None
    said = {
        "slot": 0,
        "size": found.size,
        "root": base64.b64encode(found.root).decode(),
        "people": list(chosen(plan, 0, found.root)),
        **more,
    }
    return drawn_event(desks.clock.now(), plan.id, said)


def ready(desks: Desks) -> TestPlan:
    plan = planned(desks)
    desks.pass_by()
    desks.publish()
    return plan


def test_a_draw_that_is_right_passes_whoever_wrote_it(desks: Desks) -> None:
    plan = ready(desks)
    desks.record(forged(desks, plan))

    assert checked(desks) == [0]


def test_other_people_than_the_root_chooses_are_found(desks: Desks) -> None:
    plan = ready(desks)
    desks.record(forged(desks, plan, people=["user:emmy"]))

    assert bent(desks) == "draw-differs"


def test_another_root_is_found(desks: Desks) -> None:
    plan = ready(desks)
    root = bytes(32)
    said = base64.b64encode(root).decode()
    desks.record(forged(desks, plan, root=said, people=list(chosen(plan, 0, root))))

    assert bent(desks) == "draw-root-differs"


def test_a_later_checkpoint_than_the_first_is_found(desks: Desks) -> None:
    plan = ready(desks)
    desks.pass_by()
    desks.record(forged(desks, plan, size=desks.publish()))

    assert bent(desks) == "draw-not-first"


def test_a_draw_whose_size_was_not_named_is_found(desks: Desks) -> None:
    plan = ready(desks)
    desks.record(forged(desks, plan, slot=1))

    assert bent(desks) == "draw-unnamed"


def test_a_second_draw_of_a_slot_is_found(desks: Desks) -> None:
    plan = ready(desks)
    desks.record(forged(desks, plan), forged(desks, plan))

    assert bent(desks) == "draw-repeated"


def test_a_draw_can_be_checked_after_somebody_was_erased(desks: Desks) -> None:
    through(desks)
    desks.record(fact_removed(NOON, "user:alan"))
    with desks.writing() as ledger:
        erase_person(ledger, "user:alan", "request 12", desks.clock)

    assert checked(desks) == [0, 1, 2]
