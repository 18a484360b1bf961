"""The desk for integrity tests: a plan, and draws that nobody can foresee or bend.

A slot's lot falls by the root of a tree that the log had yet to reach when its size was
named. Must never draw by a root that anybody knew when the size was named.
"""

import base64
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import Clock, format_instant
from ringwall.base.errors import DeclarationError, IntegrityError
from ringwall.base.months import months_after
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.prover import OpenLog, open_log
from ringwall.matters.draws import Draw, TestPlan, chosen
from ringwall.model.events import Event
from ringwall.model.matter_events import tests_drawn, tests_planned
from ringwall.registry.on_record import OnRecord, read_on_record, record_on

__all__ = [
    "Drawing",
    "Waiting",
    "begin_plan",
    "check_draws",
    "draw_due",
    "longest_plan",
    "running",
]

_AHEAD: Final = 2  # of the log's size: its own entry, and one that nobody wrote yet
_ID_BYTES: Final = 10
_MONTHS: Final = 12
_ERASED: Final = "user:~"


class Waiting(NamedTuple):
    """What a plan waits for.

    Attributes:
        slot: that is next; None if the plan is through.
        begins: instant at which it begins; None if it has.
        size: of which a checkpoint has to be published; None if none is named.
    """

    slot: int | None
    begins: int | None = None
    size: int | None = None


class Drawing(NamedTuple):
    """What a run has done.

    Attributes:
        plan: as it then is.
        draws: made by this run.
        waits: for what it waits now.
    """

    plan: TestPlan
    draws: tuple[Draw, ...]
    waits: Waiting


def running(ledger: Ledger, now: int) -> TestPlan | None:
    """Return the plan that has slots left to draw; None if there is none."""
    plan = read_on_record(ledger, now).matters.draws.last()
    return None if plan is None or plan.next_slot() is None else plan


def longest_plan(state: OnRecord) -> int:
    """Return the instant by which a plan that begins now has to be over.

    It is what the institute's programme says of integrity tests, or a year where there
    is none (OWN): a plan that lasts longer tests nobody, and keeps others from being
    made.
    """
    programme = state.facts.programme
    months = _MONTHS if programme is None else programme.integrity_months
    return months_after(state.now, months)


def begin_plan(
    ledger: Ledger, clock: Clock, people: Sequence[str], until: int
) -> TestPlan:
    """Begin a plan, and name the size that its first slot is drawn by.

    Args:
        ledger: opened for writing.
        clock: gives the instant at which the first slot begins.
        people: ids of all who are to be tested.
        until: instant at which the last slot is over.

    Raises:
        DeclarationError: `plan-running`, `plan-empty`, `plan-dates` or
            `plan-too-long`, it would end after everybody has to be tested again.
        RecordUnavailable: it could not be made durable.
    """

    def draft(state: OnRecord) -> list[Event]:
        last = state.matters.draws.last()
        if last is not None and last.next_slot() is not None:
            raise _refused(
                "plan-running",
                f"`{last.id}` has slots left to draw",
                "go on with `ringwall people draw`",
            )
        if not people:
            raise _refused(
                "plan-empty",
                "nobody holds a power above the lower tier",
                "see `ringwall threat powers`",
            )
        if until <= state.now:
            raise _refused("plan-dates", "the plan would be over", "give a later end")
        latest = longest_plan(state)
        if until > latest:
            raise _refused(
                "plan-too-long",
                f"everybody is to be tested by {format_instant(latest)}",
                "give an earlier end, or none to take the programme's",
            )
        said = _said(state, state.now, until, sorted(set(people)))
        plan = sha256(dump_canonical({**said, "origin": state.origin})).digest()
        name = base64.b32encode(plan[:_ID_BYTES]).decode("ascii").lower()
        return [tests_planned(state.now, f"tst-{name}", said)]

    record_on(ledger, clock, draft)
    _name_due(ledger, clock)
    return _last(ledger, clock)


def draw_due(ledger: Ledger, clock: Clock) -> Drawing:
    """Draw every slot that is due and whose checkpoint there is; name the next size.

    Args:
        ledger: opened for writing.
        clock: gives the instant.

    Raises:
        DeclarationError: `plan-missing`.
        RecordUnavailable: it could not be made durable.
        IntegrityError: what is published is not of this log.
    """
    if running(ledger, clock.now()) is None:
        raise _refused(
            "plan-missing",
            "no plan has slots left to draw",
            "begin one with `ringwall people plan-tests`",
        )
    before = len(_last(ledger, clock).draws)
    drawn = True
    while drawn:
        _name_due(ledger, clock)
        _, receipts = record_on(ledger, clock, lambda state: _drawn(ledger, state))
        drawn = bool(receipts)
    plan = _last(ledger, clock)
    return Drawing(plan, plan.draws[before:], _waits(plan, clock.now()))


def check_draws(ledger: Ledger, now: int) -> tuple[tuple[TestPlan, Draw], ...]:
    """Work out again every draw there ever was, and return them.

    Of somebody who was erased nobody can tell any more whether the lot fell on them;
    all others are checked.

    Args:
        ledger: opened for reading.
        now: instant.

    Raises:
        IntegrityError: `draw-unnamed`, the size was not named before; `draw-repeated`;
            `draw-not-first`, another checkpoint came first; `draw-root-differs`; or
            `draw-differs`, the root chooses others.
    """
    plans = read_on_record(ledger, now).matters.draws.all()
    with open_log(ledger.store, ledger.keys) as log:
        for plan in plans:
            for draw in plan.draws:
                _check(plan, draw, log)
    return tuple((plan, draw) for plan in plans for draw in plan.draws)


def _check(plan: TestPlan, draw: Draw, log: OpenLog) -> None:
    named, at = plan.sizes.get(draw.slot, (0, draw.index))
    if not named or at >= draw.index:
        raise _bent("draw-unnamed", plan, draw, "no size was named for it before")
    if plan.drawn(draw.slot) is not draw:
        raise _bent("draw-repeated", plan, draw, "it had been drawn already")
    first = log.first_published(named)
    if first is None or first.size != draw.size or draw.size > draw.index:
        message = f"the first checkpoint from {named} entries on is another one"
        raise _bent("draw-not-first", plan, draw, message)
    if first.root != draw.root:
        raise _bent("draw-root-differs", plan, draw, "the log has another root there")
    if _telling(chosen(plan, draw.slot, draw.root)) != _telling(draw.people):
        raise _bent("draw-differs", plan, draw, "the root chooses other people")


def _telling(people: Sequence[str]) -> set[str]:
    """Return those of whom the record still says who they are."""
    return {person for person in people if not person.startswith(_ERASED)}


def _last(ledger: Ledger, clock: Clock) -> TestPlan:
    plan = read_on_record(ledger, clock.now()).matters.draws.last()
    if plan is None:
        raise RuntimeError("a plan that was just there is gone")
    return plan


def _name_due(ledger: Ledger, clock: Clock) -> None:
    """Name the size for the next slot, if it has begun and has none.

    What others write meanwhile may overtake a size; then it does not count, and the
    next one is named.
    """
    while record_on(ledger, clock, _naming)[1]:
        pass


def _naming(state: OnRecord) -> list[Event]:
    plan = state.matters.draws.last()
    slot = None if plan is None else plan.next_slot()
    if plan is None or slot is None or slot in plan.sizes:
        return []
    if plan.begins(slot) > state.now:
        return []
    said = _said(state, plan.begins(slot), plan.until, plan.people)
    return [tests_planned(state.now, plan.id, said)]


def _said(
    state: OnRecord, first: int, until: int, people: Sequence[str]
) -> dict[str, object]:
    return {
        "first": format_instant(first),
        "until": format_instant(until),
        "people": list(people),
        "size": state.size + _AHEAD,
    }


def _drawn(ledger: Ledger, state: OnRecord) -> list[Event]:
    """Return the draw of the next slot, if its checkpoint has been published."""
    plan = state.matters.draws.last()
    slot = None if plan is None else plan.next_slot()
    if plan is None or slot is None or slot not in plan.sizes:
        return []
    with open_log(ledger.store, ledger.keys) as log:
        checkpoint = log.first_published(plan.sizes[slot][0])
    if checkpoint is None:
        return []
    said = {
        "slot": slot,
        "size": checkpoint.size,
        "root": base64.b64encode(checkpoint.root).decode("ascii"),
        "people": sorted(_telling(chosen(plan, slot, checkpoint.root))),
    }
    return [tests_drawn(state.now, plan.id, said)]


def _waits(plan: TestPlan, now: int) -> Waiting:
    slot = plan.next_slot()
    if slot is None:
        return Waiting(None)
    begins, named = plan.begins(slot), plan.sizes.get(slot)
    return Waiting(
        slot, begins if begins > now else None, None if named is None else named[0]
    )


def _bent(code: str, plan: TestPlan, draw: Draw, message: str) -> IntegrityError:
    return IntegrityError(
        code,
        f"entry {draw.index}, slot {draw.slot} of `{plan.id}`: {message}",
        next_step="keep the file and find out who held the log's key then",
    )


def _refused(code: str, message: str, step: str) -> DeclarationError:
    return DeclarationError(code, message, next_step=step)
