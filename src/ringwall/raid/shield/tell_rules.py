"""What in the words of a report may tell who wrote it: rows, each with a source.

Written as phrases and as shapes with a name, never as regular expressions: what a
report says can't make the search slow. Must never take a table that finds nothing for
one that has nothing to find.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.raid.rule_table import RuleTable, TableCodes
from ringwall.raid.sheet import Line, Sheet
from ringwall.raid.triage.wording import Phrases, Reading, parse_wording

__all__ = ["TELLS_FILE", "TellRule", "parse_tells", "read_tells"]

TELLS_FILE: Final = "tells.csv"
"""Name of the file, in the folder of the desk's own rules."""

_TABLE: Final = RuleTable(
    TELLS_FILE,
    ("id", "how", "value", "told", "source", "confidence"),
    TableCodes("tells-refused", "tells-unreadable", "tell-malformed"),
)
_PHRASE: Final = "phrase"
_SHAPE: Final = "shape"
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "mail-address": re.compile(r"[\w.%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z0-9.-]{2,63}"),
    "phone-number": re.compile(r"(?<![\w.-])(?:\+|00)\d(?:[ ()/.-]?\d){7,14}(?!\w)"),
}


@dataclass(frozen=True, slots=True)
class TellRule:
    """A row of tells.csv.

    Attributes:
        id: of the row.
        told: what it finds may be, in words.
        finds: phrases, or a shape.
    """

    id: str
    told: str
    finds: Phrases | re.Pattern[str]

    def is_in(self, folded: str, reading: Reading) -> bool:
        """Return whether a text has what this looks for.

        Args:
            folded: the text, in small letters.
            reading: its words.
        """
        if isinstance(self.finds, re.Pattern):
            return self.finds.search(folded) is not None
        if not self.finds.may_be_in(reading.starts):
            return False
        return self.finds.pattern.search(reading.words) is not None


def parse_tells(data: bytes) -> tuple[TellRule, ...]:
    """Return what is looked for, in order.

    Args:
        data: CSV.

    Raises:
        DeclarationError: `tells-refused`, with each fault.
    """
    sheet = _TABLE.parse(data)
    rules = [_rule(line) for line in sheet.lines if _is_sound(sheet, line)]
    names = [line["id"] for line in sheet.lines]
    for name in sorted({name for name in names if names.count(name) > 1}):
        sheet.fault(0, "tell-malformed", f"`{name}` stands twice")
    if not sheet.faults and not rules:
        sheet.fault(0, "tells-missing", "nothing is looked for", "one row at least")
    if sheet.faults:
        raise _TABLE.refusal(sheet)
    return tuple(rules)


def read_tells(folder: Path) -> tuple[TellRule, ...]:
    """Return what is looked for; nothing where the rules are older than the table.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_tells`.
    """
    data = _TABLE.read(folder)
    return () if data is None else parse_tells(data)


def _rule(line: Line) -> TellRule:
    value = line["value"]
    finds = _SHAPES[value] if line["how"] == _SHAPE else parse_wording(value)
    return TellRule(line["id"], line["told"], finds)


def _is_sound(sheet: Sheet, line: Line) -> bool:
    fits = {_SHAPE: line["value"] in _SHAPES, _PHRASE: _is_phrase(line["value"])}
    cells = {
        "id": bool(line["id"]),
        "how": line["how"] in fits,
        "value": fits.get(line["how"], False),
        "told": bool(line["told"]),
    }
    return _TABLE.is_sound(sheet, line, cells)


def _is_phrase(value: str) -> bool:
    try:
        parse_wording(value)
    except ValueError:
        return False
    return True
