"""Every small change of the triage tables: is it refused, or found by a probe?

    python -m tests.fault.mutated_triage [STEP]

Tries each STEP-th mutant (1, all of them, if none is given), and prints the score and
what survived. A probe is a completion whose outcome the oracle tells by itself.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from ringwall.base.errors import DeclarationError
from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.reading import parse_triage
from ringwall.raid.triage.tables import TriageTables
from tests.oracle import triage as oracle
from tests.triage_tables import MILD, files, shipped

__all__ = ["Mutant", "Probe", "fate", "mutants", "probes", "score"]

Values = Mapping[str, str]
_SCALED = {**oracle.SCALES}
_MADE = {
    "harm": ("negligible", "limited", "serious", "grave"),
    "threat": ("low", "moderate", "high", "extreme"),
}
_SETS = ("routes", "clocks")


@dataclass(frozen=True)
class Mutant:
    """A table with one thing changed.

    Attributes:
        name: of the file.
        line: which, the header being 0.
        what: is changed, in words.
        text: of the line then; None for none.
    """

    name: str
    line: int
    what: str
    text: str | None

    def files(self) -> dict[str, bytes]:
        """Return all files, with this one in its place."""
        found = files()
        lines = found[self.name].decode().splitlines()
        lines[self.line : self.line + 1] = [] if self.text is None else [self.text]
        return {**found, self.name: ("\n".join(lines) + "\n").encode()}


@dataclass(frozen=True)
class Probe:
    """A completion, and what the oracle says of it."""

    values: tuple[tuple[str, str], ...]
    flags: frozenset[str]

    @property
    def assessment(self) -> Mapping[str, frozenset[str]]:
        """It, as the product takes it."""
        return {**{n: frozenset({v}) for n, v in self.values}, "legal": self.flags}

    def finds(self, tables: TriageTables) -> bool:
        """Tell whether some tables say something else than the oracle."""
        expected = _expected(self)
        outcome = judge(tables, self.assessment).outcome
        clocks = {*outcome.clocks, *outcome.asked}
        return (
            any(getattr(outcome, name) != expected[name] for name in oracle.SCALES)
            or set(outcome.routes) != expected["routes"]
            or clocks != expected["clocks"]
        )


@cache
def _expected(probe: Probe) -> Mapping[str, object]:
    return oracle.outcome(dict(probe.values), probe.flags - {"none"})


def mutants() -> Iterator[Mutant]:
    """Give every mutant of the tables, file by file."""
    for name in ("harm.csv", "threat.csv", "main.csv", "overrides.csv", "legal.csv"):
        lines = files()[name].decode().splitlines()
        header = lines[0].split(",")
        for number, line in enumerate(lines[1:], 1):
            yield Mutant(name, number, "dropped", None)
            for column, cell, new in _cells(header, line):
                what = f"{column}: {cell or 'empty'} to {new or 'empty'}"
                yield Mutant(name, number, what, _with(header, line, column, new))


def _split(line: str) -> list[str]:
    import csv

    return next(csv.reader([line]))


def _with(header: list[str], line: str, column: str, new: str) -> str:
    cells = _split(line)
    cells[header.index(column)] = new
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)


def _cells(header: list[str], line: str) -> Iterator[tuple[str, str, str]]:
    """Give column, cell and what it becomes, of each small change of a row."""
    for column, cell in zip(header, _split(line), strict=True):
        if column in {"id", "told", "reason", "hours", "incident"} or not cell:
            continue
        for new in _changed(column, cell):
            yield column, cell, new


def _changed(column: str, cell: str) -> Iterator[str]:
    if column == "when":
        yield from _conditions(cell)
    elif column in _SETS:
        ids = cell.split()
        for one in ids:
            yield " ".join(other for other in ids if other != one)
    elif cell == "+1":
        yield ""
    else:
        yield from _beside({**_SCALED, **_MADE}.get(column, ()), cell)


def _beside(words: tuple[str, ...], cell: str) -> Iterator[str]:
    """Give the words one below and one above; nothing where a cell is an input."""
    if cell in words:
        place = words.index(cell)
        yield from words[max(place - 1, 0) : place]
        yield from words[place + 1 : place + 2]


def _conditions(cell: str) -> Iterator[str]:
    parts = cell.split(" & ")
    for place, part in enumerate(parts):
        if parts[1:]:
            yield " & ".join(parts[:place] + parts[place + 1 :])
        for new in _comparisons(part):
            yield " & ".join([*parts[:place], new, *parts[place + 1 :]])


def _comparisons(part: str) -> Iterator[str]:
    if ">=" in part:
        point, value = part.split(">=")
        for new in _beside(oracle.VALUES[point], value):
            yield f"{point}>={new}"
        return
    point, values = part.split("=")
    for value in values.split("|"):
        rest = [other for other in values.split("|") if other != value]
        if rest:
            yield f"{point}={'|'.join(rest)}"


@cache
def probes() -> tuple[Probe, ...]:
    """Return a probe of each main row, and those around each condition of a rule."""
    found = dict.fromkeys(_main_probes())
    for rule in shipped().rules:
        found |= dict.fromkeys(_rule_probes(rule.when.text))
    return tuple(found)


def _main_probes() -> Iterator[Probe]:
    """Give the mildest completion by which each row of the main table is reached."""
    harms: dict[str, tuple[str, ...]] = {}
    threats: dict[str, tuple[str, ...]] = {}
    for key, row in shipped().harm.rows.items():
        harms.setdefault(row.value, key)
    for key, row in shipped().threat.rows.items():
        threats.setdefault(row.value, key)
    names = ("cred", "class", "auto")
    for chosen in product(*(oracle.VALUES[name] for name in names), harms, threats):
        values = {
            **MILD,
            **dict(zip(names, chosen[:3], strict=True)),
            **dict(zip(shipped().harm.inputs, harms[chosen[3]], strict=True)),
            **dict(zip(shipped().threat.inputs, threats[chosen[4]], strict=True)),
        }
        yield _probe(values, frozenset({"none"}))


def _probe(values: Values, flags: frozenset[str]) -> Probe:
    return Probe(tuple((name, values[name]) for name in oracle.VALUES), flags)


def _rule_probes(text: str) -> Iterator[Probe]:
    """Give completions at, just below and just above what a rule asks for."""
    points, choices, flags = [], [], [frozenset({"none"})]
    for part in text.split(" & "):
        if part.startswith("legal="):
            flags += [frozenset({flag}) for flag in part[6:].split("|")]
            continue
        point, value = part.replace(">=", "=").split("=")
        points.append(point)
        if ">=" in part:
            words = oracle.VALUES[point]
            place = words.index(value)
            choices.append(words[max(place - 1, 0) : place + 2])
        else:
            choices.append(oracle.VALUES[point])
    for kind, group in product(oracle.VALUES["kind"], oracle.VALUES["class"]):
        around = {**MILD, "kind": kind, "class": group}
        for chosen in product(*choices):
            values = {**around, **dict(zip(points, chosen, strict=True))}
            for flag in flags:
                yield _probe(values, flag)


def fate(mutant: Mutant) -> str:
    """Return `refused`, `found` or `survived`."""
    try:
        tables = parse_triage(mutant.files(), "mutant")
    except DeclarationError:
        return "refused"
    return "found" if any(one.finds(tables) for one in _near(mutant)) else "survived"


def _near(mutant: Mutant) -> Iterator[Probe]:
    """Give the probes, first those that have to do with what was changed."""
    if mutant.name == "main.csv":
        by_line = {row.line: key for key, row in shipped().main.items()}
        yield from _reaching(by_line[mutant.line + 1])
    if mutant.name in {"harm.csv", "threat.csv"}:
        yield from _beside_level(mutant)
    yield from probes()


def _beside_level(mutant: Mutant) -> Iterator[Probe]:
    """Give completions that reach a row of harm or threat, under each main row."""
    harm, threat = shipped().harm, shipped().threat
    mine, other = (harm, threat) if mutant.name == "harm.csv" else (threat, harm)
    (key,) = (key for key, row in mine.rows.items() if row.line == mutant.line + 1)
    names = ("cred", "class", "auto")
    words = [oracle.VALUES[name] for name in names]
    for chosen, beside in product(product(*words), other.rows):
        values = {
            **MILD,
            **dict(zip(names, chosen, strict=True)),
            **dict(zip(mine.inputs, key, strict=True)),
            **dict(zip(other.inputs, beside, strict=True)),
        }
        yield _probe(values, frozenset({"none"}))


def _reaching(key: tuple[str, ...]) -> Iterator[Probe]:
    """Give every completion, mild in all else, by which a main row is reached."""
    names = ("cred", "class", "auto")
    given = {**MILD, **dict(zip(names, key[:3], strict=True))}
    tables = (shipped().harm, shipped().threat)
    ways = [
        [inputs for inputs, row in table.rows.items() if row.value == level]
        for table, level in zip(tables, key[3:], strict=True)
    ]
    for harm, threat in product(*ways):
        values = {
            **given,
            **dict(zip(tables[0].inputs, harm, strict=True)),
            **dict(zip(tables[1].inputs, threat, strict=True)),
        }
        yield _probe(values, frozenset({"none"}))


def score(step: int) -> tuple[Counter[str], list[Mutant]]:
    """Return how many mutants met which fate, and those that survived.

    Args:
        step: each so-many-th mutant is tried.
    """
    fates: Counter[str] = Counter()
    survivors = []
    for number, mutant in enumerate(mutants()):
        if number % step == 0:
            met = fate(mutant)
            fates[met] += 1
            if met == "survived":
                survivors.append(mutant)
    return fates, survivors


def main() -> None:
    """Print the score of each STEP-th mutant."""
    step = int(sys.argv[1]) if sys.argv[1:] else 1
    fates, survivors = score(step)
    total = fates.total()
    killed = total - fates["survived"]
    for one in survivors:
        sys.stdout.write(f"survived: {one.name}:{one.line + 1}: {one.what}\n")
    sys.stdout.write(
        f"{total} mutants: {fates['refused']} refused, {fates['found']} found, "
        f"{fates['survived']} survived; score {100 * killed / total:.1f} %\n"
    )


if __name__ == "__main__":
    main()
