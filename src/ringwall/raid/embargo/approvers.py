"""Who from outside signs that an embargo may last longer: data, with their keys.

Must never take a row without a sound key, nor one key for two.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ringwall.base.errors import DeclarationError, first_faults
from ringwall.base.plain_folder import read_plain
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, Sheet, parse_sheet
from ringwall.signing.ssh import SshKey, parse_public_key

__all__ = ["APPROVERS_FILE", "parse_approvers", "read_approvers"]

APPROVERS_FILE: Final = "embargo-approvers.csv"
"""Name of the file, in the folder of the desk's own rules."""

_COLUMNS: Final = ("id", "key", "source", "confidence")
_CONFIDENCE: Final = frozenset({"text", "page", "recalled", "disputed", "own"})
_MOST_FAULTS: Final = 20


def read_approvers(folder: Path) -> Mapping[str, SshKey]:
    """Return who signs from outside, by name; nobody where there is no such file.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_approvers`.
    """
    try:
        data = read_plain(folder / APPROVERS_FILE, MAX_SHEET_BYTES)
    except FileNotFoundError:
        return {}
    except OSError as error:
        sheet = Sheet(f"desk/{APPROVERS_FILE}")
        why = (error.strerror or "can't be read").lower()
        sheet.fault(0, "embargo-approvers-unreadable", f"it can't be read: {why}")
        raise _refused(sheet) from error
    return parse_approvers(data)


def parse_approvers(data: bytes) -> Mapping[str, SshKey]:
    """Return who signs from outside: name -> key.

    Args:
        data: CSV; no rows for nobody.

    Raises:
        DeclarationError: `embargo-approvers-refused`, with each fault.
    """
    sheet = parse_sheet(data, f"desk/{APPROVERS_FILE}", _COLUMNS)
    found: dict[str, SshKey] = {}
    for line in sheet.lines:
        key = _key(sheet, line)
        if key is not None and (line["id"] in found or key in found.values()):
            sheet.fault(line.number, "duplicate-id", "two rows have one name, or key")
        elif key is not None:
            found[line["id"]] = key
    if sheet.faults:
        raise _refused(sheet)
    return found


def _key(sheet: Sheet, line: Line) -> SshKey | None:
    """Return the key of a row; None where something in the row is not sound."""
    is_told = bool(line["id"] and line["source"]) and line["confidence"] in _CONFIDENCE
    try:
        key = parse_public_key(line["key"])
    except ValueError as error:
        told = f"the key of `{line['id']}` can't be used: {error}"
        sheet.fault(line.number, "embargo-approver-malformed", told)
        return None
    if not is_told:
        told = f"`{line['id']}` lacks a name, a source or its confidence"
        sheet.fault(line.number, "embargo-approver-malformed", told)
    return key if is_told else None


def _refused(sheet: Sheet) -> DeclarationError:
    return DeclarationError(
        "embargo-approvers-refused",
        f"`{sheet.file}` has {len(sheet.faults)} faults",
        next_step="mend the lines named; what was in force stays so",
        faults=first_faults(sheet.faults, _MOST_FAULTS),
    )
