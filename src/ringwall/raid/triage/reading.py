"""The folder of the triage tables to checked tables, or every fault in them.

Must never give tables that have a fault: what was in force stays in force.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import (
    DeclarationError,
    Fault,
    RequestError,
    first_faults,
)
from ringwall.base.plain_folder import read_plain
from ringwall.base.yaml_tree import MAX_FAULTS
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, Sheet, parse_sheet
from ringwall.raid.triage.checks import check
from ringwall.raid.triage.conditions import parse_condition
from ringwall.raid.triage.judging import MAIN_INPUTS
from ringwall.raid.triage.outcomes import SCALES, SETS
from ringwall.raid.triage.points import POINT_COLUMNS, Points, read_points
from ringwall.raid.triage.tables import (
    Composed,
    ComposedRow,
    MainRow,
    Rule,
    TriageTables,
)
from ringwall.raid.triage.wording import Wording, parse_wording

__all__ = ["TRIAGE_FILES", "parse_triage", "read_triage"]

_OUTCOMES: Final = (*SCALES, *SETS)
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "version.csv": ("version", "date", "what"),
    "points.csv": POINT_COLUMNS,
    "harm.csv": ("id", "kind", "spread", "revers", "harm"),
    "threat.csv": ("id", "expl", "oc", "uplift", "threat"),
    "main.csv": ("id", *MAIN_INPUTS, *_OUTCOMES, "reason"),
    "overrides.csv": ("id", "when", *_OUTCOMES, "reason", "told"),
    "legal.csv": (
        *("id", "when", "priority", "clocks", "hours", "incident", "reason", "told"),
    ),
    "suggest.csv": ("id", "point", "values", "words", "told"),
    "thresholds.csv": ("id", "class", "capability", "source", "mark"),
}
TRIAGE_FILES: Final = tuple(_COLUMNS)
"""Names of the files, all of which must be there."""

_RAISE: Final = "+1"
_MAX_HOURS: Final = 9999


def read_triage(folder: Path) -> TriageTables:
    """Return the triage tables of a folder.

    Args:
        folder: with `TRIAGE_FILES`.

    Raises:
        DeclarationError: as `parse_triage`; or with the fault `table-missing` for each
            file that can't be read.
    """
    files, faults = {}, []
    for name in TRIAGE_FILES:
        try:
            files[name] = read_plain(folder / name, MAX_SHEET_BYTES)
        except OSError as error:
            why = (error.strerror or "can't be read").lower()
            path = str(folder / name)
            faults.append(
                Fault(path, 0, 0, "table-missing", f"it can't be read: {why}")
            )
    if faults:
        raise _refused(faults)
    return parse_triage(files, str(folder))


def parse_triage(files: Mapping[str, bytes], folder: str) -> TriageTables:
    """Return the triage tables that some files hold.

    Args:
        files: name -> content, all of `TRIAGE_FILES`.
        folder: where they are, for the faults.

    Raises:
        DeclarationError: `triage-refused`, with the faults of `parse_sheet`,
            `read_points` and `check`, and `unknown-word`, `duplicate-row`,
            `bad-condition`, `no-version`, `wrong-number`.
    """
    reading = _Reading(files, folder)
    tables = reading.tables()
    if not reading.faults:
        reading.faults += check(tables, folder)
    if reading.faults:
        raise _refused(reading.faults)
    return tables


@dataclass(slots=True)
class _Reading:
    """Files being read, with the faults found so far."""

    files: Mapping[str, bytes]
    folder: str
    faults: list[Fault] = field(default_factory=list)

    def tables(self) -> TriageTables:
        sheets = {
            name: parse_sheet(self.files[name], f"{self.folder}/{name}", columns)
            for name, columns in _COLUMNS.items()
        }
        points = read_points(sheets["points.csv"])
        tables = TriageTables(
            digest=_digest(self.files),
            version=_version(sheets["version.csv"]),
            points=points,
            harm=_composed(sheets["harm.csv"], points),
            threat=_composed(sheets["threat.csv"], points),
            main=_main(sheets["main.csv"], points),
            rules=(
                *_rules(sheets["overrides.csv"], points),
                *_legal(sheets["legal.csv"], points),
            ),
            wordings=tuple(_wordings(sheets["suggest.csv"], points)),
            thresholds=_thresholds(sheets["thresholds.csv"], points),
        )
        for sheet in sheets.values():
            _check_ids(sheet)
            self.faults += sheet.faults
        return tables


def _digest(files: Mapping[str, bytes]) -> str:
    listed = {name: sha256(files[name]).hexdigest() for name in TRIAGE_FILES}
    return sha256(dump_canonical(listed)).hexdigest()


def _version(sheet: Sheet) -> str:
    if not sheet.lines:
        sheet.fault(0, "no-version", "no version is given", "a row for each version")
        return ""
    return sheet.lines[-1]["version"]


def _check_ids(sheet: Sheet) -> None:
    """Note each id that stands twice."""
    seen: dict[str, int] = {}
    for line in sheet.lines:
        name = line.cells.get("id", f"{line.number}")
        if name in seen:
            message = f"`{name}` is on line {seen[name]} already"
            sheet.fault(line.number, "duplicate-row", message)
        seen.setdefault(name, line.number)


def _word(sheet: Sheet, line: Line, column: str, words: tuple[str, ...]) -> str:
    """Return a cell that must be one of some words."""
    if line[column] not in words:
        message = f"`{column}` is never `{line[column]}`"
        sheet.fault(line.number, "unknown-word", message, ", ".join(words))
    return line[column]


def _key(
    sheet: Sheet, line: Line, points: Points, inputs: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(_word(sheet, line, name, points[name].values) for name in inputs)


def _composed(sheet: Sheet, points: Points) -> Composed:
    columns = _COLUMNS[sheet.file.rpartition("/")[2]]
    inputs, made = columns[1:-1], columns[-1]
    rows: dict[tuple[str, ...], ComposedRow] = {}
    for line in sheet.lines:
        key = _key(sheet, line, points, inputs)
        value = _word(sheet, line, made, points[made].values)
        if key in rows:
            _double(sheet, line, rows[key].line)
        rows.setdefault(key, ComposedRow(line["id"], line.number, value))
    known = {line: row.line for line, row in rows.items()}
    _check_complete(sheet, points, inputs, known)
    return Composed(made, inputs, rows)


def _main(sheet: Sheet, points: Points) -> dict[tuple[str, ...], MainRow]:
    rows: dict[tuple[str, ...], MainRow] = {}
    for line in sheet.lines:
        key = _key(sheet, line, points, MAIN_INPUTS)
        words = {name: _word(sheet, line, name, SCALES[name]) for name in SCALES}
        row = MainRow(line["id"], line.number, words, _ids(line), line["reason"])
        if key in rows:
            _double(sheet, line, rows[key].line)
        rows.setdefault(key, row)
    _check_complete(
        sheet, points, MAIN_INPUTS, {k: row.line for k, row in rows.items()}
    )
    return rows


def _double(sheet: Sheet, line: Line, first: int) -> None:
    message = f"lines {first} and {line.number} are of the same inputs"
    sheet.fault(line.number, "double-row", message, "one row for each")


def _check_complete(
    sheet: Sheet,
    points: Points,
    inputs: tuple[str, ...],
    rows: Mapping[tuple[str, ...], int],
) -> None:
    """Note each hole, with the rows before and after it."""
    if sheet.faults:
        return
    before = 1
    for key in product(*(points[name].values for name in inputs)):
        if key in rows:
            before = rows[key]
            continue
        told = ", ".join(f"{n}={v}" for n, v in zip(inputs, key, strict=True))
        message = f"no row for {told}; it would stand after line {before}"
        sheet.fault(before, "hole", message, "a row for all values of the inputs")


def _ids(line: Line) -> dict[str, frozenset[str]]:
    return {name: frozenset(line[name].split()) for name in SETS}


def _rules(sheet: Sheet, points: Points) -> Iterator[Rule]:
    for line in sheet.lines:
        given = {
            name: _word(sheet, line, name, SCALES[name])
            for name in SCALES
            if line[name] not in {"", _RAISE} or (line[name] and name != "priority")
        }
        step = int(line["priority"] == _RAISE)
        yield _rule(sheet, line, points, given, _ids(line), step)


def _legal(sheet: Sheet, points: Points) -> Iterator[Rule]:
    for line in sheet.lines:
        _word(sheet, line, "incident", ("yes", "no"))
        words = {"priority": _word(sheet, line, "priority", SCALES["priority"])}
        sets = {"routes": frozenset[str](), "clocks": frozenset(line["clocks"].split())}
        yield _rule(sheet, line, points, words, sets, 0)


def _rule(  # noqa: PLR0913, PLR0917 - a row of either table
    sheet: Sheet,
    line: Line,
    points: Points,
    words: Mapping[str, str],
    sets: Mapping[str, frozenset[str]],
    step: int,
) -> Rule:
    try:
        when = parse_condition(line["when"], points)
    except ValueError as error:
        sheet.fault(line.number, "bad-condition", str(error))
        when = parse_condition("pub=" + points["pub"].values[0], points)
    hours = line.cells.get("hours", "0")
    if not hours.isascii() or not hours.isdigit() or int(hours) > _MAX_HOURS:
        sheet.fault(line.number, "wrong-number", f"`{hours}` is no number of hours")
        hours = "0"
    return Rule(
        table=sheet.file.rpartition("/")[2].removesuffix(".csv"),
        id=line["id"],
        line=line.number,
        when=when,
        words=words,
        step=step,
        sets=sets,
        hours=int(hours),
        is_incident=line.cells.get("incident", "no") == "yes",
        reason=line["reason"],
        told=line["told"],
    )


def _wordings(sheet: Sheet, points: Points) -> Iterator[Wording]:
    for line in sheet.lines:
        values = frozenset(line["values"].split())
        try:
            points.narrowed({line["point"]: values})
            phrases = parse_wording(line["words"])
        except (RequestError, ValueError) as error:
            sheet.fault(line.number, "unknown-word", str(error))
            continue
        yield Wording(line["id"], line["point"], values, phrases, line["told"])


def _thresholds(sheet: Sheet, points: Points) -> dict[str, tuple[str, ...]]:
    """Return class -> ids of the thresholds by which its capabilities are measured."""
    found: dict[str, tuple[str, ...]] = {}
    for line in sheet.lines:
        group = _word(sheet, line, "class", points["class"].values)
        known, name = found.get(group, ()), line["capability"]
        if not name or name in known:
            message = f"`{name}` is no threshold that `{group}` lacks"
            sheet.fault(line.number, "duplicate-row", message)
        if not line["source"] or not line["mark"]:
            sheet.fault(line.number, "unknown-word", "it has no source, or no mark")
        found[group] = (*known, name)
    return found


def _refused(faults: list[Fault]) -> DeclarationError:
    return DeclarationError(
        "triage-refused",
        f"the triage tables have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
        next_step="mend the lines named; the tables in force stay in force",
        faults=first_faults(faults, MAX_FAULTS),
    )
