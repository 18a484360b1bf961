"""Who from outside signs that an embargo may last longer: data, with their keys.

Must never take a row without a sound key, nor one key for two.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ringwall.raid.rule_table import RuleTable, TableCodes
from ringwall.raid.sheet import Line, Sheet
from ringwall.signing.ssh import SshKey, parse_public_key

__all__ = ["APPROVERS_FILE", "parse_approvers", "read_approvers"]

APPROVERS_FILE: Final = "embargo-approvers.csv"
"""Name of the file, in the folder of the desk's own rules."""

_TABLE: Final = RuleTable(
    APPROVERS_FILE,
    ("id", "key", "source", "confidence"),
    TableCodes(
        "embargo-approvers-refused",
        "embargo-approvers-unreadable",
        "embargo-approver-malformed",
    ),
)


def read_approvers(folder: Path) -> Mapping[str, SshKey]:
    """Return who signs from outside, by name; nobody where there is no such file.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_approvers`.
    """
    data = _TABLE.read(folder)
    return {} if data is None else parse_approvers(data)


def parse_approvers(data: bytes) -> Mapping[str, SshKey]:
    """Return who signs from outside: name -> key.

    Args:
        data: CSV; no rows for nobody.

    Raises:
        DeclarationError: `embargo-approvers-refused`, with each fault.
    """
    sheet = _TABLE.parse(data)
    found: dict[str, SshKey] = {}
    for line in sheet.lines:
        key = _key(sheet, line)
        if key is not None and (line["id"] in found or key in found.values()):
            sheet.fault(line.number, "duplicate-id", "two rows have one name, or key")
        elif key is not None:
            found[line["id"]] = key
    if sheet.faults:
        raise _TABLE.refusal(sheet)
    return found


def _key(sheet: Sheet, line: Line) -> SshKey | None:
    """Return the key of a row; None where something in the row is not sound."""
    try:
        key = parse_public_key(line["key"])
    except ValueError as error:
        told = f"the key of `{line['id']}` can't be used: {error}"
        sheet.fault(line.number, _TABLE.code.malformed, told)
        return None
    return key if _TABLE.is_sound(sheet, line, {"id": bool(line["id"])}) else None
