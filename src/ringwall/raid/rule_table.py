"""A table of the desk's own rules: rows of data, each with where it comes from.

Must never take a row without a source, nor a file that can't be read for an empty one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ringwall.base.errors import DeclarationError, first_faults
from ringwall.base.plain_folder import read_plain
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, Sheet, parse_sheet

__all__ = ["RuleTable", "TableCodes"]

_CONFIDENCE: Final = frozenset({"text", "page", "recalled", "disputed", "own"})
_MOST_FAULTS: Final = 20


class TableCodes(NamedTuple):
    """What a table's faults are called.

    Attributes:
        refused: the error that holds all of its faults.
        unreadable: the fault of a file that is there and can't be read.
        malformed: the fault of a row of which a cell is not sound.
    """

    refused: str
    unreadable: str
    malformed: str


class RuleTable(NamedTuple):
    """A table of the desk's own rules, in the folder `raid/desk`.

    Attributes:
        file: its name.
        columns: that it has, in order; `id`, `source` and `confidence` are among them.
        code: of its faults.
    """

    file: str
    columns: tuple[str, ...]
    code: TableCodes

    def read(self, folder: Path) -> bytes | None:
        """Return the file as it is; None where the rules are older than the table.

        Args:
            folder: `raid/desk` of an institute, or of a kept copy.

        Raises:
            DeclarationError: `code.refused` with the fault `code.unreadable`.
        """
        try:
            return read_plain(folder / self.file, MAX_SHEET_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            sheet = Sheet(self._name)
            why = (error.strerror or "can't be read").lower()
            sheet.fault(0, self.code.unreadable, f"it can't be read: {why}")
            raise self.refusal(sheet) from error

    def parse(self, data: bytes) -> Sheet:
        """Return its rows with the faults of its form, as `parse_sheet`."""
        return parse_sheet(data, self._name, self.columns)

    def is_sound(self, sheet: Sheet, line: Line, cells: Mapping[str, bool]) -> bool:
        """Return whether a row is sound, and note a fault for each cell that is not.

        Args:
            sheet: that the row is of; takes the faults.
            line: the row.
            cells: column -> whether what the row says there is sound. Source and
                confidence are looked at besides.
        """
        sound = {
            **cells,
            "source": bool(line["source"]),
            "confidence": line["confidence"] in _CONFIDENCE,
        }
        for column, is_good in sound.items():
            if not is_good:
                told = f"`{line['id']}` has no sound `{column}`"
                sheet.fault(line.number, self.code.malformed, told)
        return all(sound.values())

    def refusal(self, sheet: Sheet) -> DeclarationError:
        """Return the error that tells of the faults of a sheet."""
        many = "s" if len(sheet.faults) > 1 else ""
        return DeclarationError(
            self.code.refused,
            f"`{sheet.file}` has {len(sheet.faults)} fault{many}",
            next_step="mend the lines named; what was in force stays so",
            faults=first_faults(sheet.faults, _MOST_FAULTS),
        )

    @property
    def _name(self) -> str:
        return f"desk/{self.file}"
