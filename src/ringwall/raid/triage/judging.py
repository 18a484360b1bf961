"""What the tables say of an assessment, and which row of which table decided it.

Pure. The outcome is the worst over every completion of what is open. Must never be
milder for an unknown than for any value that it could have (6.3, invariant 9).
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Final, NamedTuple

from ringwall.raid.triage.conditions import Condition
from ringwall.raid.triage.outcomes import PRIORITIES, SCALES, SETS, Outcome, rank
from ringwall.raid.triage.points import ASKED, Assessment, Points
from ringwall.raid.triage.tables import Composed, MainRow, Rule, TriageTables

__all__ = ["MAIN_INPUTS", "Because", "Judged", "judge", "raises"]

MAIN_INPUTS: Final = ("cred", "class", "auto", "harm", "threat")
"""The points that the main table asks, in its order."""

_NO_FLAG: Final = "none"
_REFUSE: Final = "refuse"
# Nobody has to name these for a clock to be armed: what is not known of them is
# suspected. Of the others a bare unknown is no suspicion of a certain event.
_NEED_NOT_BE_NAMED: Final = frozenset({"cred", "kind", "harm"})


class Because(NamedTuple):
    """A row that decided an outcome.

    Attributes:
        table: `main`, `overrides` or `legal`.
        row: its id.
        inputs: point -> value by which it applied.
        gives: what it gave.
        reason: rule that it follows, e.g. `R23`.
    """

    table: str
    row: str
    inputs: Mapping[str, str]
    gives: str
    reason: str


@dataclass(frozen=True)
class Judged:
    """An outcome with what decided it.

    Attributes:
        outcome: the worst over all completions.
        because: outcome -> the rows that decided it, one for each id of a set.
        made: `harm` and `threat` -> the row, its inputs and the value.
        row: id of the main row; of the completion that gave the priority.
        assessment: that was judged.
        completions: how many there are of what is open.
    """

    outcome: Outcome
    because: Mapping[str, tuple[Because, ...]]
    made: Mapping[str, Because]
    row: str
    assessment: Assessment
    completions: int

    @property
    def open(self) -> Assessment:
        """Point -> the values left open, of each with more than one."""
        return {
            name: values for name, values in self.assessment.items() if len(values) > 1
        }


class _Found(NamedTuple):
    """What one completion of the nominal points gives."""

    words: Mapping[str, str]
    sets: Mapping[str, frozenset[str]]
    because: Mapping[str, tuple[Because, ...]]
    row: str


def judge(tables: TriageTables, assessment: Assessment) -> Judged:
    """Return what the tables say of an assessment.

    Every table is monotone in the ordered points, which is checked when it is read, so
    the worst value of each set decides; of the nominal ones each value is tried.

    Args:
        tables: checked ones.
        assessment: each asked point -> one or more of its values.
    """
    points = tables.points
    worst = _worst(points, assessment)
    made = {table.point: _made(table, worst) for table in (tables.harm, tables.threat)}
    worst |= {name: found.gives for name, found in made.items()}
    flags = assessment["legal"] - {_NO_FLAG}
    found = [
        _complete(tables, {**worst, **chosen}, flags)
        for chosen in _chosen(points, assessment)
    ]
    words, because = _worst_words(found)
    because |= _all_sets(found)
    clocks = frozenset().union(*(one.sets["clocks"] for one in found))
    named = _named(tables, assessment, found)
    routes = frozenset().union(*(one.sets["routes"] for one in found))
    sets = (routes, clocks & named, clocks - named)
    by_priority = max(found, key=lambda one: rank("priority", one.words["priority"]))
    told = {name: _ids(one) for name, one in zip((*SETS, "asked"), sets, strict=True)}
    return Judged(
        Outcome(**words, **told),  # type: ignore[arg-type] # by their own names
        because,
        made,
        by_priority.row,
        assessment,
        reduce(lambda total, values: total * len(values), assessment.values(), 1),
    )


def _ids(found: Set[str]) -> tuple[str, ...]:
    return tuple(sorted(found))


def _worst(points: Points, assessment: Assessment) -> dict[str, str]:
    return {
        name: points[name].worst(assessment[name])
        for name, scale in ASKED.items()
        if scale == "ordered"
    }


def _made(table: Composed, values: Mapping[str, str]) -> Because:
    row = table.row(values)
    inputs = {name: values[name] for name in table.inputs}
    return Because(table.point, row.id, inputs, row.value, "")


def _chosen(points: Points, assessment: Assessment) -> Iterator[dict[str, str]]:
    """Give each way to choose one value for each nominal point."""
    names = [name for name, scale in ASKED.items() if scale == "nominal"]
    open_ = [sorted(assessment[n], key=points[n].ranks.__getitem__) for n in names]
    for values in product(*open_):
        yield dict(zip(names, values, strict=True))


def _complete(
    tables: TriageTables, values: Mapping[str, str], flags: Set[str]
) -> _Found:
    """Return what one completion gives: the main row, then what raises it."""
    row = tables.main[tuple(values[name] for name in MAIN_INPUTS)]
    held = {name: frozenset({value}) for name, value in values.items()}
    held["legal"] = frozenset(flags)
    applied = [rule for rule in tables.rules if rule.when.holds(held)]
    words, because = _start(row, values)
    step = next((rule for rule in applied if rule.step), None)
    if step is not None:
        place = min(rank("priority", words["priority"]) + 1, len(PRIORITIES) - 1)
        _put(words, because, "priority", PRIORITIES[place], step, held)
    for rule in applied:
        for name, word in rule.words.items():
            if raises(name, word, words[name]):
                _put(words, because, name, word, rule, held)
    sets, why = _sets(row, values, applied, held)
    return _Found(words, sets, {**because, **why}, row.id)


def _start(
    row: MainRow, values: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, tuple[Because, ...]]]:
    inputs = {name: values[name] for name in MAIN_INPUTS}
    because: dict[str, tuple[Because, ...]] = {
        name: (Because("main", row.id, inputs, word, row.reason),)
        for name, word in row.words.items()
    }
    return dict(row.words), because


def raises(name: str, word: str, now: str) -> bool:
    """Return whether a word of a rule takes the place of the one there is.

    Args:
        name: of the outcome.
        word: of the rule.
        now: the word so far.
    """
    # What is public can't be kept secret any more, whatever else speaks for it.
    if name == "embargo" and _REFUSE in {word, now}:
        return now != _REFUSE
    return rank(name, word) > rank(name, now)


def _put(  # noqa: PLR0913, PLR0917 - one row of the trace
    words: dict[str, str],
    because: dict[str, tuple[Because, ...]],
    name: str,
    word: str,
    rule: Rule,
    held: Mapping[str, frozenset[str]],
) -> None:
    words[name] = word
    why = Because(rule.table, rule.id, _inputs(rule.when, held), word, rule.reason)
    because[name] = (why,)


def _inputs(when: Condition, held: Mapping[str, frozenset[str]]) -> dict[str, str]:
    return {
        test.point: "|".join(sorted(held[test.point] & test.values))
        for test in when.tests
    }


def _sets(
    row: MainRow,
    values: Mapping[str, str],
    applied: list[Rule],
    held: Mapping[str, frozenset[str]],
) -> tuple[dict[str, frozenset[str]], dict[str, tuple[Because, ...]]]:
    """Return the ids of each set, and the first row that gave each."""
    inputs = {name: values[name] for name in MAIN_INPUTS}
    sets, because = {}, {}
    for name in SETS:
        why = {
            one: Because("main", row.id, inputs, one, row.reason)
            for one in sorted(row.sets[name])
        }
        for rule in applied:
            told = _inputs(rule.when, held)
            for one in sorted(rule.sets[name]):
                found = Because(rule.table, rule.id, told, one, rule.reason)
                why.setdefault(one, found)
        sets[name], because[name] = frozenset(why), tuple(why.values())
    return sets, because


def _worst_words(
    found: list[_Found],
) -> tuple[dict[str, str], dict[str, tuple[Because, ...]]]:
    """Return the worst word of each scale, with what decided it where it is worst."""
    words: dict[str, str] = {}
    because: dict[str, tuple[Because, ...]] = {}
    for name in SCALES:
        worst = max(found, key=lambda one: rank(name, one.words[name]))
        words[name], because[name] = worst.words[name], worst.because[name]
    return words, because


def _all_sets(found: list[_Found]) -> dict[str, tuple[Because, ...]]:
    """Return a row for each id that any completion gives."""
    because = {}
    for name in SETS:
        why: dict[str, Because] = {}
        for one in found:
            for row in one.because[name]:
                why.setdefault(row.gives, row)
        because[name] = tuple(why[key] for key in sorted(why))
    return because


def _named(
    tables: TriageTables, assessment: Assessment, found: list[_Found]
) -> frozenset[str]:
    """Return the clocks of which somebody has named the event that they are tied to.

    A clock is armed on a suspicion, and whoever lists an event suspects it. Where
    nobody has said anything, everything would be armed, and two persons would have to
    void each of it again: such clocks are asked for instead (`Outcome.asked`).
    """
    silent = {
        name for name, values in assessment.items() if values == tables.points[name].all
    } - _NEED_NOT_BE_NAMED
    named = {
        why.gives
        for one in found
        for why in one.because["clocks"]
        if why.table == "main" and "class" not in silent
    }
    held = {**assessment, **_anything(tables)}
    for rule in tables.rules:
        if rule.when.points.isdisjoint(silent) and rule.when.holds(held):
            named |= rule.sets["clocks"]
    return frozenset(named)


def _anything(tables: TriageTables) -> Assessment:
    return {name: tables.points[name].all for name in ("harm", "threat")}
