"""Every slip that somebody can make in one cell of the clock rules.

Run for the score: python -m tests.oracle.clock_mutants
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.counting import CALENDARS
from ringwall.raid.clocks.due import due_of
from ringwall.raid.clocks.period import Period
from ringwall.raid.clocks.reader import read_clocks
from ringwall.raid.clocks.rule import EVENTS, OWED, ClockRule, Limb, Stage
from ringwall.shipped import shipped_path
from tests.oracle.clocks import RULES

__all__ = ["SCENARIOS", "Mutant", "faults_in", "instants_of", "late_in", "mutants_of"]

SCENARIOS = Path(__file__).with_name("clock_scenarios.yaml")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Both are counted at the seat of the Union: nothing can tell them apart.
_SAME_PLACE = frozenset({"host", "union"})

_PLACES = {
    "state": {"state"},
    "EU": _SAME_PLACE,
    "US-CA": {"us-ca"},
    "US-NY": {"us-ny"},
}


class Mutant(NamedTuple):
    """A book in which one thing of one rule is otherwise."""

    told: str
    rule: str
    book: ClockBook


def mutants_of(book: ClockBook) -> Iterator[Mutant]:
    """Give each mutant of each rule and stage."""
    for rule in book.rules.values():
        # A standing rule has no clock, so that nothing else of it counts.
        for what, changes in _of_rule(rule) if rule.stages else ():
            yield _mutant(book, rule, f"{rule.id} {what}", changes)
        for number, stage in enumerate(rule.stages):
            for what, changed in _of_stage(stage):
                stages = list(rule.stages)
                stages[number] = changed
                told = f"{rule.id}:{stage.name} {what}"
                yield _mutant(book, rule, told, {"stages": tuple(stages)})
            left = tuple(one for one in rule.stages if one is not stage)
            told = f"{rule.id}:{stage.name} left out"
            yield _mutant(book, rule, told, {"stages": left})


def late_in(book: ClockBook, rule: str = "") -> list[str]:
    """Return which written scenarios come out otherwise than they are written.

    Args:
        book: the rules.
        rule: only what they say of this one.
    """
    found = []
    for scenario in _scenarios():
        starts = {e: parse_instant(at) for e, at in scenario["starts"].items()}
        for key, wanted in scenario["due"].items():
            if not key.startswith(rule and f"{rule}:"):
                continue
            got = _due(book, key, starts, scenario["states"])
            if got != wanted:
                found.append(f"{scenario['title']}: {key}: {got}, not {wanted}")
    return found


def faults_in(book: ClockBook) -> list[str]:
    """Return where a book says otherwise than the oracle's own table does."""
    found = [
        f"{key}: another set of stages"
        for key in RULES.keys()
        ^ {f"{r.id}:{s.name}" for r in book.rules.values() for s in r.stages}
    ]
    for rule in book.rules.values():
        for stage in rule.stages:
            row = RULES.get(f"{rule.id}:{stage.name}")
            told = (
                *(rule.owed, rule.host, rule.serious, str(rule.applies_from)),
                *(rule.applies_to, frozenset(stage.follows), stage.when, stage.recurs),
            )
            wanted = row and (
                *(row.owed, row.host, row.serious, row.since),
                *(None, row.after, row.when, row.again),
            )
            if row and rule.at not in _PLACES[row.where]:
                found.append(f"{rule.id}: counted at {rule.at}, not {row.where}")
            if told != wanted:
                found.append(f"{rule.id}:{stage.name}: {told}, not {wanted}")
    return found


def instants_of(moments: dict[str, datetime]) -> dict[str, int]:
    """Return microseconds since the epoch."""
    return {e: (at - _EPOCH) // timedelta(microseconds=1) for e, at in moments.items()}


@cache
def _scenarios() -> list[dict[str, Any]]:
    scenarios: list[dict[str, Any]] = yaml.safe_load(SCENARIOS.read_bytes())
    return scenarios


def _due(
    book: ClockBook, key: str, starts: dict[str, int], states: list[str]
) -> dict[str, str | None] | None:
    name, _, stage = key.partition(":")
    rule = book.rules[name]
    try:
        due = due_of(rule, stage, starts, book.places_of(rule, states))
    except KeyError:
        return None
    if due is None:
        return None
    return {
        "strict": None if due.strict is None else format_instant(due.strict),
        "lawful": None if due.lawful is None else format_instant(due.lawful),
    }


def _mutant(
    book: ClockBook, rule: ClockRule, told: str, changes: dict[str, Any]
) -> Mutant:
    rules = {**book.rules, rule.id: replace(rule, **changes)}
    return Mutant(told, rule.id, replace(book, rules=rules))


def _of_rule(rule: ClockRule) -> Iterator[tuple[str, dict[str, Any]]]:
    for owed in OWED:
        if owed != rule.owed:
            yield f"owed by {owed}", {"owed": owed}
    yield "host", {"host": not rule.host}
    yield "serious", {"serious": not rule.serious}
    for days in (-1, 1):
        day = (rule.applies_from or date(2030, 1, 1)) + timedelta(days=days)
        yield f"from {day}", {"applies_from": day}
    yield "until 2030", {"applies_to": date(2030, 1, 1)}
    # Without a number there is nothing to count, anywhere.
    if any(stage.first.limit for stage in rule.stages):
        yield from _of_counting(rule)


def _of_counting(rule: ClockRule) -> Iterator[tuple[str, dict[str, Any]]]:
    for calendar in CALENDARS:
        if calendar != rule.calendar:
            yield f"counted by {calendar}", {"calendar": calendar}
    for at in ("state", "union", "host", "us-ca", "us-ny"):
        if at != rule.at and not {at, rule.at} <= _SAME_PLACE:
            yield f"at {at}", {"at": at}


def _of_stage(stage: Stage) -> Iterator[tuple[str, Stage]]:
    for what, limb in _of_limb(stage.first):
        if stage.second is not None and limb.limit is None:
            continue  # refused when the rules are read
        yield what, replace(stage, first=limb)
    if stage.second is not None:
        for what, limb in _of_limb(stage.second):
            if limb.limit is None:
                continue  # likewise
            yield f"second {what}", replace(stage, second=limb)
        yield "second left out", replace(stage, second=None)
        yield "disputed", replace(stage, is_disputed=not stage.is_disputed)
    yield "recurs", replace(stage, recurs=not stage.recurs)
    yield "when", replace(stage, when="" if stage.when else "ongoing")
    for number in range(len(stage.follows)):
        left = stage.follows[:number] + stage.follows[number + 1 :]
        yield f"not after {stage.follows[number]}", replace(stage, follows=left)
    yield "after another", replace(stage, follows=(*stage.follows, "GDPR33:initial"))


def _of_limb(limb: Limb) -> Iterator[tuple[str, Limb]]:
    for event in EVENTS:
        if event != limb.start:
            yield f"from {event}", replace(limb, start=event)
    if limb.limit is None:
        yield "72 hours", replace(limb, limit=Period(72, "hours"))
        return
    yield "no number", replace(limb, limit=None)
    for count in (limb.limit.count - 1, limb.limit.count + 1):
        if count:
            period = replace(limb.limit, count=count)
            yield f"{period}", replace(limb, limit=period)
    for unit in ("hours", "days", "months"):
        if unit != limb.limit.unit:
            period = Period(limb.limit.count, unit)
            yield f"{period}", replace(limb, limit=period)


def main() -> int:
    """Print how many mutants are killed, and by what; name the survivors."""
    book = read_clocks(shipped_path("raid") / "clocks")
    by_due, by_table, alive = 0, 0, []
    for mutant in mutants_of(book):
        if late_in(mutant.book, mutant.rule):
            by_due += 1
        elif faults_in(mutant.book):
            by_table += 1
        else:
            alive.append(mutant.told)
    total = by_due + by_table + len(alive)
    sys.stdout.write(
        f"{total} mutants of {len(book.rules)} rules: {by_due} killed by when things "
        f"are due, {by_table} by the oracle's table, {len(alive)} alive\n"
    )
    for told in alive:
        sys.stdout.write(f"alive: {told}\n")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
