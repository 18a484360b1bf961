"""How the institute is called in reports, and who judges those about it: data.

Must never take a file that names nobody for one that lets everybody judge.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.raid.rule_table import RuleTable, TableCodes
from ringwall.raid.sheet import Line, Sheet

__all__ = ["CONFLICT_FILE", "ConflictRules", "parse_conflicts", "read_conflicts"]

CONFLICT_FILE: Final = "conflict.csv"
"""Name of the file, in the folder of the desk's own rules."""

_TABLE: Final = RuleTable(
    CONFLICT_FILE,
    ("id", "what", "value", "source", "confidence"),
    TableCodes(
        "conflict-rules-refused", "conflict-rules-unreadable", "conflict-rule-malformed"
    ),
)
_ROLE: Final = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_ORGANISATION: Final = re.compile("(?:org|gov):[a-z0-9]+(?:-[a-z0-9]+)*")
_PERSON: Final = re.compile("user:[a-z0-9]+(?:[-.][a-z0-9]+)*")
_WORD: Final = re.compile(r"\w+")
_VALUES: Final = {
    "name": _WORD.search,
    "person": _PERSON.fullmatch,
    "role": _ROLE.fullmatch,
    "organisation": _ORGANISATION.fullmatch,
}


@dataclass(frozen=True, slots=True)
class ConflictRules:
    """How the institute is called, and who is outside it.

    Attributes:
        names: by which reporters may call it, besides those that it has on record.
        persons: ids of outside assessors who work at the desk.
        roles: of outside assessors.
        organisations: whose people are outside assessors; ids.
    """

    names: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    @property
    def assessors(self) -> str:
        """Who may judge, in words; empty for nobody."""
        told = [f"`{name}`" for name in self.persons]
        told += [f"somebody with the role `{role}`" for role in self.roles]
        told += [f"somebody of `{name}`" for name in self.organisations]
        return " or ".join(told)

    def is_outside(self, person: str, organisation: str, roles: Iterable[str]) -> bool:
        """Return whether somebody is an outside assessor.

        Args:
            person: id of the natural person.
            organisation: id of theirs.
            roles: that they hold.
        """
        return (
            person in self.persons
            or organisation in self.organisations
            or not set(self.roles).isdisjoint(roles)
        )


def read_conflicts(folder: Path) -> ConflictRules:
    """Return the rules of a folder; nobody where they are older than the lane.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_conflicts`.
    """
    data = _TABLE.read(folder)
    return ConflictRules() if data is None else parse_conflicts(data)


def parse_conflicts(data: bytes) -> ConflictRules:
    """Return rules.

    Args:
        data: CSV.

    Raises:
        DeclarationError: `conflict-rules-refused`, with each fault.
    """
    sheet = _TABLE.parse(data)
    lines = [line for line in sheet.lines if _is_sound(sheet, line)]
    found = {
        what: tuple(line["value"] for line in lines if line["what"] == what)
        for what in _VALUES
    }
    if sheet.faults:
        raise _TABLE.refusal(sheet)
    return ConflictRules(*(found[what] for what in _VALUES))


def _is_sound(sheet: Sheet, line: Line) -> bool:
    fits = _VALUES.get(line["what"])
    cells = {
        "what": fits is not None,
        "value": fits is not None and fits(line["value"]) is not None,
    }
    return _TABLE.is_sound(sheet, line, cells)
