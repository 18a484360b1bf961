"""What tables must be, beyond each row for itself: no step down, nothing dead.

Each fault names the two rows that contradict each other. Must never let pass a table by
which a worse value of an ordered point gives a milder outcome.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from typing import Final

from ringwall.base.errors import Fault
from ringwall.raid.triage.judging import MAIN_INPUTS, raises
from ringwall.raid.triage.outcomes import EXACT, SCALES, SETS, rank
from ringwall.raid.triage.points import Point
from ringwall.raid.triage.tables import Composed, MainRow, Rule, TriageTables

__all__ = ["check"]

_SHORT_HOURS: Final = 120
"""What is owed within five days waits for no ordinary turn (6.5, rule 6)."""
_HARM: Final = "harm"
_SUFFERED: Final = "realised-harm"


def check(tables: TriageTables, folder: str) -> list[Fault]:
    """Return what is wrong with tables, in the order of the files.

    The faults are `step-down`, `dead-word`, `dead-row`, `late-for-its-limit` and
    `clock-of-an-exercise`.

    Args:
        tables: complete ones.
        folder: where they are, for the faults.
    """
    return [
        *_composed_steps(tables, tables.harm, folder),
        *_composed_steps(tables, tables.threat, folder),
        *_dead_levels(tables, tables.harm, folder),
        *_dead_levels(tables, tables.threat, folder),
        *_main_steps(tables, folder),
        *_dead_words(tables, folder),
        *_main_clocks(tables, folder),
        *_rule_faults(tables, folder),
    ]


def _neighbours(
    points: tuple[Point, ...], rows: Mapping[tuple[str, ...], object]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Give each two rows that differ by one step of one ordered point, milder first."""
    for key in rows:
        for place, point in enumerate(points):
            step = point.ranks[key[place]] + 1
            if point.scale == "ordered" and step < len(point.values):
                yield (
                    key,
                    (*key[:place], point.values[step], *key[place + 1 :]),
                    point.id,
                )


def _composed_steps(
    tables: TriageTables, table: Composed, folder: str
) -> Iterator[Fault]:
    made = tables.points[table.point]
    points = tuple(tables.points[name] for name in table.inputs)
    for milder, worse, name in _neighbours(points, table.rows):
        one, other = table.rows[milder], table.rows[worse]
        if made.ranks[other.value] < made.ranks[one.value]:
            message = (
                f"a worse `{name}` makes `{table.point}` milder: row {one.id} has "
                f"{one.value}, row {other.id} has {other.value}"
            )
            yield _fault(f"{table.point}.csv", folder, other.line, "step-down", message)


def _dead_levels(tables: TriageTables, table: Composed, folder: str) -> Iterator[Fault]:
    used = {row.value for row in table.rows.values()}
    for value in tables.points[table.point].values:
        if value not in used:
            message = f"no row makes `{table.point}` {value}"
            yield _fault(f"{table.point}.csv", folder, 0, "dead-word", message)


def _main_steps(tables: TriageTables, folder: str) -> Iterator[Fault]:
    points = tuple(tables.points[name] for name in MAIN_INPUTS)
    for milder, worse, name in _neighbours(points, tables.main):
        one, other = tables.main[milder], tables.main[worse]
        for told in (*_milder_words(one, other), *_milder_sets(one, other)):
            message = (
                f"a worse `{name}` gives a milder {told} (rows {one.id} and {other.id})"
            )
            yield _fault("main.csv", folder, other.line, "step-down", message)


def _milder_words(one: MainRow, other: MainRow) -> Iterator[str]:
    for scale in SCALES:
        before, after = one.words[scale], other.words[scale]
        if rank(scale, after) < rank(scale, before):
            yield f"`{scale}`: {before}, then {after}"


def _milder_sets(one: MainRow, other: MainRow) -> Iterator[str]:
    for name in SETS:
        lost = sorted(one.sets[name] - other.sets[name])
        if lost:
            yield f"`{name}`: {lost[0]} is lost"


def _dead_words(tables: TriageTables, folder: str) -> Iterator[Fault]:
    """Give each word of an outcome that no row and no rule gives."""
    given = [row.words for row in tables.main.values()]
    given += [rule.words for rule in tables.rules]
    for scale, words in SCALES.items():
        used = {words_.get(scale) for words_ in given}
        for word in words:
            if word not in used and (scale in EXACT or word != words[0]):
                message = f"nothing gives `{scale}` {word}"
                yield _fault("main.csv", folder, 0, "dead-word", message)


def _main_clocks(tables: TriageTables, folder: str) -> Iterator[Fault]:
    """Give each row of an incident's clock that an exercise would reach (6.3, 6)."""
    kinds = tables.points["kind"].ranks
    place = tables.harm.inputs.index("kind")
    mild = {
        row.value
        for key, row in tables.harm.rows.items()
        if kinds[key[place]] < kinds[_SUFFERED]
    }
    for key, row in tables.main.items():
        if row.sets["clocks"] and key[MAIN_INPUTS.index(_HARM)] in mild:
            message = f"row {row.id} arms a clock for what nobody suffered"
            yield _fault("main.csv", folder, row.line, "clock-of-an-exercise", message)


def _rule_faults(tables: TriageTables, folder: str) -> Iterator[Fault]:
    suffered = frozenset(
        value
        for value, rank_ in tables.points["kind"].ranks.items()
        if rank_ >= tables.points["kind"].ranks[_SUFFERED]
    )
    for rule in tables.rules:
        file = f"{rule.table}.csv"
        for code, message in _wrong(rule, suffered):
            yield _fault(file, folder, rule.line, code, message)
        if not _can_change(tables, rule):
            message = f"row {rule.id} changes nothing that the main table gives"
            yield _fault(file, folder, rule.line, "dead-row", message)


def _wrong(rule: Rule, suffered: frozenset[str]) -> Iterator[tuple[str, str]]:
    kinds = [test.values for test in rule.when.tests if test.point == "kind"]
    is_suffered = any(values <= suffered for values in kinds)
    is_incident = rule.is_incident or rule.table == "overrides"
    if rule.sets["clocks"] and is_incident and not is_suffered:
        message = f"row {rule.id} arms a clock for what nobody suffered"
        yield "clock-of-an-exercise", message
    level = rank("priority", rule.words.get("priority", "decline"))
    if 0 < rule.hours <= _SHORT_HOURS and level < rank("priority", "out-of-cycle"):
        message = f"row {rule.id} has {rule.hours} h and no priority to match"
        yield "late-for-its-limit", message


def _can_change(tables: TriageTables, rule: Rule) -> bool:
    """Return whether some row of the main table that a rule meets is raised by it."""
    if rule.step or any(rule.sets[name] for name in SETS):
        return True
    asked = {test.point: test.values for test in rule.when.tests}
    levels = {table.point: table for table in (tables.harm, tables.threat)}
    allowed = [
        _met(levels[name], asked)
        if name in levels
        else {
            value for value in tables.points[name].values if _meets(asked, name, value)
        }
        for name in MAIN_INPUTS
    ]
    return any(
        raises(name, word, tables.main[key].words[name])
        for key in product(*allowed)
        for name, word in rule.words.items()
    )


def _meets(asked: Mapping[str, frozenset[str]], name: str, value: str) -> bool:
    return value in asked.get(name, {value})


def _met(table: Composed, asked: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the levels that a table can make where a condition holds."""
    return {
        row.value
        for key, row in table.rows.items()
        if _meets(asked, table.point, row.value)
        and all(map(partial(_meets, asked), table.inputs, key))
    }


def _fault(name: str, folder: str, line: int, code: str, message: str) -> Fault:
    return Fault(f"{folder}/{name}", line, 0, code, message)
