"""The exits of the barrier to those that enforce: rows of data, with their sources.

Must never open on a ground of which a part is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.model.raid_inquiry_kinds import EXITS
from ringwall.raid.rule_table import RuleTable, TableCodes
from ringwall.raid.sheet import Line, Sheet

__all__ = ["EXITS_FILE", "GROUNDS", "Exit", "Ground", "parse_exits", "read_exits"]

EXITS_FILE: Final = "exits.csv"
"""Name of the file, in the folder of the desk's own rules."""
GROUNDS: Final = EXITS
"""The closed list of exits."""

_TABLE: Final = RuleTable(
    EXITS_FILE,
    ("id", "needs", "persons", "fields", "source", "confidence"),
    TableCodes("exits-refused", "exits-unreadable", "exit-malformed"),
)
_NEEDS: Final = {
    "law": frozenset({"provision", "binds-host"}),
    "consent": frozenset({"consent-to-recipient", "consent-stands"}),
    "danger": frozenset({"danger-to-life"}),
    "order": frozenset({"order", "legal-officer"}),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What is on record for an exit.

    Attributes:
        exit: its id.
        recipient: contact that it is for.
        case: id of the case that it is for.
        persons: who agreed.
        met: what is so, of the needs of the exits.
    """

    exit: str
    recipient: str
    case: str
    persons: frozenset[str]
    met: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exit:
    """A way past the barrier.

    Attributes:
        id: `law`, `consent`, `danger` or `order`.
        needs: what has to be so.
        persons: how many have to agree.
        fields: all that may go by it.
        source: where the row comes from.
        confidence: how far it can be relied on.
    """

    id: str
    needs: frozenset[str]
    persons: int
    fields: frozenset[str]
    source: str
    confidence: str

    def lacks(self, ground: Ground, recipient: str, case: str) -> tuple[str, ...]:
        """Return what a ground lacks to open this exit; nothing if it is open.

        Args:
            ground: on record.
            recipient: contact to be told.
            case: id of the case that it is to be told of.
        """
        asked = (self.id, recipient, case)
        if (ground.exit, ground.recipient, ground.case) != asked:
            return ("ground-of-another",)
        lacking = sorted(self.needs - ground.met)
        if len(ground.persons) < self.persons:
            lacking.append("persons")
        return tuple(lacking)


def parse_exits(data: bytes) -> Mapping[str, Exit]:
    """Return the exits by id.

    Args:
        data: CSV.

    Raises:
        DeclarationError: `exits-refused`, with each fault: the list is closed, and a
            row may ask for more than the law of the house, never for less.
    """
    sheet = _TABLE.parse(data)
    exits = {line["id"]: _exit(line) for line in sheet.lines if _is_sound(sheet, line)}
    if not sheet.faults and tuple(line["id"] for line in sheet.lines) != GROUNDS:
        told = "each exit has one row, in this order"
        sheet.fault(0, "exits-not-closed", told, ", ".join(GROUNDS))
    if sheet.faults:
        raise _TABLE.refusal(sheet)
    return exits


def read_exits(folder: Path) -> Mapping[str, Exit]:
    """Return the exits in a folder; none where the rules are older than the barrier.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_exits`.
    """
    data = _TABLE.read(folder)
    return {} if data is None else parse_exits(data)


def _exit(line: Line) -> Exit:
    return Exit(
        line["id"],
        frozenset(line["needs"].split()),
        int(line["persons"]),
        frozenset(line["fields"].split()),
        line["source"],
        line["confidence"],
    )


def _is_sound(sheet: Sheet, line: Line) -> bool:
    name, persons = line["id"], line["persons"]
    known = frozenset[str]().union(*_NEEDS.values())
    needs = frozenset(line["needs"].split())
    cells = {
        "id": name in GROUNDS,
        "needs": _NEEDS.get(name, known) <= needs <= known,
        "persons": persons in ("2", "3", "4", "5"),
        "fields": bool(line["fields"].split()),
    }
    return _TABLE.is_sound(sheet, line, cells)
