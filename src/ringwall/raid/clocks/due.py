"""When a stage of a rule is due, from the instants of its starts.

Must never give a time for a start that is not told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ringwall.base.clock import format_instant
from ringwall.raid.clocks.counting import Counted, count_period, told_at
from ringwall.raid.clocks.period import Period
from ringwall.raid.clocks.places import Jurisdiction
from ringwall.raid.clocks.rule import ClockRule, Limb, Stage

__all__ = ["Due", "due_of", "worst_of"]


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due.

    Attributes:
        strict: working deadline: to the moment, by the stricter reading; None where
            the law gives no number.
        lawful: latest instant that the law allows; None likewise.
        undisputed: latest that it allows by each reading, so that it is before `lawful`
            only where two readings differ; None likewise.
        place: code of the place by whose calendar it was counted.
        steps: the arithmetic, in words.
    """

    strict: int | None
    lawful: int | None
    undisputed: int | None
    place: str
    steps: tuple[str, ...]


def due_of(
    rule: ClockRule,
    stage: str,
    starts: Mapping[str, int],
    places: Sequence[Jurisdiction],
) -> Due | None:
    """Return when a stage is due.

    Of several places, the one where it is due first counts: by its working deadline,
    and by the latest instant.

    Args:
        rule: of the stage.
        stage: its name.
        starts: event -> instant, of those that are known.
        places: where the recipients sit; at least one.

    Returns:
        None if no start that it is counted from is known.
    """
    step = rule.stage(stage)
    if not any(limb.start in starts for limb in step.limbs):
        return None
    return _due(rule, step, starts, places)


def worst_of(
    rule: ClockRule, stage: str, earliest: int, places: Sequence[Jurisdiction]
) -> Due:
    """Return when a stage is due at the worst: each of its starts as early as can be.

    Args:
        rule: of the stage.
        stage: its name.
        earliest: instant before which it can't have started.
        places: as `due_of`.
    """
    starts = {limb.start: earliest for limb in rule.stage(stage).limbs}
    return _due(rule, rule.stage(stage), starts, places)


def _due(
    rule: ClockRule,
    stage: Stage,
    starts: Mapping[str, int],
    places: Sequence[Jurisdiction],
) -> Due:
    """Return when a stage is due of which a start is known."""
    known = [
        (limb, limb.limit)
        for limb in stage.limbs
        if limb.start in starts and limb.limit is not None
    ]
    if not known:
        said = f"{rule.id} {rule.article}: the law gives no number: at once"
        return Due(None, None, None, places[0].code, (said,))
    counted = [_counted(rule, stage, known, starts, place) for place in places]
    first = min(counted, key=lambda one: (one[0].strict, one[0].lawful))
    strict = first[0].strict
    lawful = max(strict, min(one.lawful for one, _ in counted))
    undisputed = max(strict, min(one.undisputed for one, _ in counted))
    return Due(strict, lawful, undisputed, first[1].code, first[0].steps)


def _counted(
    rule: ClockRule,
    stage: Stage,
    known: Sequence[tuple[Limb, Period]],
    starts: Mapping[str, int],
    place: Jurisdiction,
) -> tuple[Counted, Jurisdiction]:
    """Return the earliest of the limits at one place."""
    ends: list[tuple[Limb, Counted]] = []
    steps = [f"{rule.id} {rule.article}, {stage.name}, counted at {place.name}"]
    for limb, limit in known:
        start = starts[limb.start]
        steps.append(
            f"{limit} from {limb.start} {format_instant(start)} "
            f"({told_at(start, place)})"
        )
        counted = count_period(start, limit, rule.calendar, place)
        steps += counted.steps
        ends.append((limb, counted))
    strict = min(counted.strict for _, counted in ends)
    # A reading that not all share makes the working deadline earlier, and no breach.
    binding = [
        counted
        for limb, counted in ends
        if not (stage.is_disputed and limb is stage.second)
    ]
    lawful = max(strict, min((one.lawful for one in binding), default=strict))
    undisputed = max(strict, min((one.undisputed for one in binding), default=strict))
    if len(ends) > 1:
        why = "the stricter of two readings" if stage.is_disputed else "the earlier"
        steps.append(f"{why} is the working deadline: {told_at(strict, place)}")
    return Counted(strict, lawful, undisputed, tuple(steps)), place
