"""Rows that could go: nothing matches them, or another row says it already."""

from collections.abc import Iterator

from ringwall.base.errors import Fault
from ringwall.policy.concern import Concern
from ringwall.policy.lint.covers import Cover, find_covers
from ringwall.policy.lint.dead_rows import DeadRow, find_dead_rows
from ringwall.policy.lint.finding import Finding

__all__ = ["needless_rows"]


def needless_rows(concern: Concern) -> Iterator[Finding]:
    """Give the rows that could be taken out together without changing an answer.

    Args:
        concern: any concern.

    Returns:
        Findings `row-dead`, `row-shadowed`, `rows-contradict` and `row-subsumed`;
        at most one for each row, in file order.
    """
    dead = find_dead_rows(concern)
    gone = {item.rule.id for item in dead}
    alive = [rule for rule in concern.rules if rule.id not in gone]
    faults = [_dead(item) for item in dead]
    faults += [_covered(cover) for cover in find_covers(concern, alive)]
    for fault in sorted(faults, key=lambda fault: fault.line):
        yield Finding(fault)


def _dead(item: DeadRow) -> Fault:
    names = [f"`{condition.name}`" for condition in item.conditions]
    if len(names) == 1:
        why = f"nothing meets {names[0]}"
    else:
        why = f"{', '.join(names[:-1])} and {names[-1]} rule each other out"
    rule = item.rule
    message = f"no request can match row `{rule.id}`: {why}"
    expected = "other values, or no such row"
    return Fault(rule.file, rule.line, 0, "row-dead", message, expected)


def _covered(cover: Cover) -> Fault:
    narrow, wide = cover.narrow, cover.wide
    file, line = narrow.file, narrow.line
    by = f"row `{wide.id}` in line {wide.line}"
    if narrow.values[1:-1] == wide.values[1:-1]:
        message = f"{by} denies the very same that `{narrow.id}` allows"
        return Fault(file, line, 0, "rows-contradict", message, "one of the two")
    expected = f"no row `{narrow.id}`, or a narrower `{wide.id}`"
    if narrow.effect != wide.effect:
        message = f"{by} denies all that `{narrow.id}` allows"
        return Fault(file, line, 0, "row-shadowed", message, expected)
    says = "allows" if wide.effect == "allow" else "denies"
    message = f"{by} {says} all that `{narrow.id}` {says}"
    return Fault(file, line, 0, "row-subsumed", message, expected)
