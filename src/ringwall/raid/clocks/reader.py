"""The folder of clock tables to checked rules, or every fault in them.

Must never give a rule without a source, nor any of them if one has a fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from pathlib import Path
from typing import Final

from ringwall.base.errors import ConfigurationError, DeclarationError, Fault
from ringwall.base.plain_folder import read_plain
from ringwall.base.time_zone import zone_of
from ringwall.model.field_faults import shown
from ringwall.raid.clocks.book import ClockBook, Condition
from ringwall.raid.clocks.places import Jurisdiction
from ringwall.raid.clocks.rows import (
    PLACE_COLUMNS,
    RULE_COLUMNS,
    STAGE_COLUMNS,
    rule_of,
    stage_of,
)
from ringwall.raid.clocks.rule import ClockRule, Stage
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, Sheet, parse_sheet

__all__ = ["read_clocks"]

_HOLIDAY_COLUMNS: Final = ("place", "date", "name")
_TRIGGER_COLUMNS: Final = ("rule", "set", "field", "value")
_ALWAYS: Final = "always"
_FIELDS: Final = frozenset(
    {_ALWAYS, "harms", "weights", "entity", "sector", "danger", "compute", "kind"}
)


def read_clocks(folder: Path) -> ClockBook:
    """Return the clock rules of a folder.

    Args:
        folder: with `rules.csv`, `stages.csv`, `places.csv`, `holidays.csv` and
            `triggers.csv`.

    Raises:
        ConfigurationError: `clock-rules-missing`, a table can't be read.
        DeclarationError: `clock-rules-refused`, with each fault.
    """
    reading = _Reading(folder)
    places = reading.places()
    stages = reading.stages()
    rules = reading.rules(stages, {place.sort for place in places.values()})
    triggers = reading.triggers(rules)
    if reading.faults:
        raise DeclarationError(
            "clock-rules-refused",
            f"the clock rules in `{shown(folder, 4096)}` are refused",
            next_step="mend each line that is named; the rules in force stay so",
            faults=tuple(reading.faults),
        )
    return ClockBook(rules, places, triggers, reading.digests["holidays.csv"])


@dataclass(slots=True)
class _Reading:
    """Tables read so far, and what is wrong with them."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)

    def places(self) -> dict[str, Jurisdiction]:
        """Return the places with their holidays."""
        holidays = self._holidays()
        sheet = self._sheet("places.csv", PLACE_COLUMNS)
        found: dict[str, Jurisdiction] = {}
        for line in self._once(sheet, "code"):
            try:
                clock = zone_of(line.cells["zone"])
            except ValueError as error:
                sheet.fault(line.number, "wrong-value", str(error))
                continue
            days = holidays.pop(line.cells["code"], {})
            found[line.cells["code"]] = Jurisdiction(
                *(
                    line.cells["code"],
                    line.cells["name"],
                    line.cells["sort"],
                    line.cells["zone"],
                    clock,
                    days,
                )
            )
        for code in holidays:
            sheet.fault(0, "unknown-word", f"holidays of `{code}`, which is no place")
        if not found:
            sheet.fault(0, "no-rows", "there is no place")
        self.faults += sheet.faults
        return found

    def stages(self) -> dict[str, list[Stage]]:
        """Return the stages by their rule."""
        sheet = self._sheet("stages.csv", STAGE_COLUMNS)
        found: dict[str, list[Stage]] = {}
        for line in sheet.lines:
            try:
                stage = stage_of(line)
            except ValueError as error:
                sheet.fault(line.number, "wrong-value", str(error))
                continue
            of_rule = found.setdefault(line.cells["rule"], [])
            if stage.name in {one.name for one in of_rule}:
                told = f"`{stage.name}` of `{line['rule']}` stands twice"
                sheet.fault(line.number, "duplicate-id", told)
            of_rule.append(stage)
        self._check_chain(sheet, found)
        self.faults += sheet.faults
        return found

    def rules(
        self, stages: dict[str, list[Stage]], sorts: set[str]
    ) -> dict[str, ClockRule]:
        """Return the rules with their stages."""
        sheet = self._sheet("rules.csv", RULE_COLUMNS)
        found: dict[str, ClockRule] = {}
        for line in self._once(sheet, "id"):
            own = tuple(stages.pop(line.cells["id"], ()))
            if not line.cells["source"]:
                told = f"`{line['id']}` has no source: no clock runs on hearsay"
                sheet.fault(line.number, "clock-rule-unsourced", told)
                continue
            try:
                found[line.cells["id"]] = rule_of(line, own, sorts)
            except ValueError as error:
                sheet.fault(line.number, "wrong-value", str(error))
        for rule in stages:
            told = f"stages of `{rule}`, which is no rule"
            sheet.fault(0, "unknown-word", told)
        if not found:
            sheet.fault(0, "no-rows", "there is no rule")
        self.faults += sheet.faults
        return found

    def triggers(
        self, rules: dict[str, ClockRule]
    ) -> dict[str, tuple[tuple[Condition, ...], ...]]:
        """Return what makes a rule suspected."""
        sheet = self._sheet("triggers.csv", _TRIGGER_COLUMNS)
        found: dict[str, dict[str, list[Condition]]] = {}
        for line in sheet.lines:
            if line.cells["rule"] not in rules:
                told = f"`{line['rule']}` is no rule"
                sheet.fault(line.number, "unknown-word", told)
            elif line.cells["field"] not in _FIELDS or not line.cells["value"]:
                told = f"`{line['field']}` is no field to go by"
                expected = ", ".join(sorted(_FIELDS))
                sheet.fault(line.number, "unknown-word", told, expected)
            else:
                values = frozenset(line.cells["value"].split(" "))
                sets = found.setdefault(line.cells["rule"], {})
                conditions = sets.setdefault(line.cells["set"], [])
                conditions.append(Condition(line.cells["field"], values))
        self.faults += sheet.faults
        return {
            rule: tuple(tuple(conditions) for conditions in sets.values())
            for rule, sets in found.items()
        }

    def _holidays(self) -> dict[str, dict[date, str]]:
        sheet = self._sheet("holidays.csv", _HOLIDAY_COLUMNS)
        found: dict[str, dict[date, str]] = {}
        for line in sheet.lines:
            try:
                day = date.fromisoformat(line.cells["date"])
            except ValueError:
                told = f"`{line['date']}` is no date"
                sheet.fault(line.number, "wrong-value", told, "2026-12-25")
                continue
            days = found.setdefault(line.cells["place"], {})
            if day in days or not line.cells["name"]:
                told = f"{day} of `{line['place']}` stands twice, or has no name"
                sheet.fault(line.number, "duplicate-id", told)
            days[day] = line.cells["name"]
        self.faults += sheet.faults
        return found

    def _check_chain(self, sheet: Sheet, stages: dict[str, list[Stage]]) -> None:
        known = {f"{rule}:{one.name}" for rule, own in stages.items() for one in own}
        for rule, own in stages.items():
            for one in own:
                for before in sorted(set(one.follows) - known):
                    told = f"`{rule}:{one.name}` follows on `{before}`: no such stage"
                    sheet.fault(0, "unknown-word", told)
        chain = {
            f"{rule}:{one.name}": {*one.follows} & known
            for rule, own in stages.items()
            for one in own
        }
        try:
            TopologicalSorter(chain).prepare()
        except CycleError as error:
            ring = " on ".join(f"`{name}`" for name in error.args[1][::-1])
            told = f"{ring}: a stage that waits for itself never begins"
            sheet.fault(0, "stages-in-a-ring", told)

    def _once(self, sheet: Sheet, column: str) -> list[Line]:
        """Return the rows, but for those whose key stands above already."""
        found: dict[str, Line] = {}
        for line in sheet.lines:
            key = line.cells[column]
            if key in found or not key:
                told = f"`{key}` stands twice, or is empty"
                sheet.fault(line.number, "duplicate-id", told)
            found.setdefault(key, line)
        return list(found.values())

    def _sheet(self, name: str, columns: Sequence[str]) -> Sheet:
        path = self.folder / name
        try:
            data = read_plain(path, MAX_SHEET_BYTES)
        except OSError as error:
            why = (error.strerror or "can't be read").lower()
            raise ConfigurationError(
                "clock-rules-missing",
                f"`{shown(path, 4096)}` can't be read: {why}",
                next_step="copy the folder `raid` from a new institute, which "
                "`ringwall init` makes",
            ) from error
        self.digests[name] = sha256(data).hexdigest()
        return parse_sheet(data, str(path), columns)
