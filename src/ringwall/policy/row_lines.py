"""Lines of policy.csv to fields, refusing every line whose form is not plain.

Knows no columns and no values. Must never drop a line: what is neither a rule, a
link, a comment nor blank is a fault.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ringwall.base.errors import Fault
from ringwall.policy.dialect import MAX_COLUMNS, RELATIONS
from ringwall.policy.faults import Faults

__all__ = ["FIELD", "RowLine", "check_form", "numbered_rows", "split_line"]

FIELD = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9._:+/@-]{0,127}", re.ASCII)
"""What a field of a row may look like, whatever its column."""

_SEPARATOR = re.compile(r", +")
_STARTS = ("p,", *(f"{relation}," for relation in RELATIONS))


@dataclass(frozen=True, slots=True)
class RowLine:
    """One line of policy.csv in fields, each with its 1-based column."""

    number: int
    fields: tuple[tuple[int, str], ...]


def numbered_rows(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Return the lines that are meant to be rows, neither blank nor a comment.

    Each comes with its 1-based number.
    """
    return [item for item in enumerate(lines, 1) if item[1] and item[1][0] != "#"]


def check_form(file: str, lines: Sequence[str], faults: Faults) -> None:
    """Note what is wrong with the form of lines, whatever the model says.

    Args:
        file: name for the faults.
        lines: the lines of policy.csv.
        faults: receives the faults of `split_line`.
    """
    for number, line in numbered_rows(lines):
        split_line(file, number, line, faults)


def split_line(file: str, number: int, line: str, faults: Faults) -> RowLine | None:
    """Return a row in fields, or None if its form is wrong.

    Args:
        file: name for the faults.
        number: 1-based line.
        line: the line, without its end.
        faults: receives what is wrong: `line-unknown`, `stray-space`,
            `column-count`, `field-separator`, `field-malformed`.
    """
    fault = _line_fault(file, number, line)
    if fault is not None:
        faults.add(fault)
        return None
    fields, at = [], 1
    for match in _SEPARATOR.finditer(line):
        fields.append((at, line[at - 1 : match.start()]))
        at = match.end() + 1
    fields.append((at, line[at - 1 :]))
    bad = [item for item in fields if not FIELD.fullmatch(item[1])]
    for item in bad:
        faults.add(_field_fault(file, number, *item))
    return None if bad else RowLine(number, tuple(fields))


def _line_fault(file: str, number: int, line: str) -> Fault | None:
    if line != line.strip(" "):
        message = "the line starts or ends with a space"
        return Fault(file, number, 1, "stray-space", message)
    if not line.startswith(_STARTS):
        message = f"`{line[:20]}` starts neither a rule nor a role link"
        return Fault(file, number, 1, "line-unknown", message, "`p, ...` or `g, ...`")
    commas = line.count(",")
    if commas > MAX_COLUMNS:
        message = f"{commas} values, more than any model may have columns"
        return Fault(file, number, 1, "column-count", message)
    return None


def _field_fault(file: str, number: int, column: int, text: str) -> Fault:
    if "," in text:
        message = "a comma must be followed by a space"
        return Fault(file, number, column, "field-separator", message)
    message = f"`{text[:40]}` is not a value"
    expected = "ASCII letters, digits and `.`, `_`, `:`, `+`, `/`, `@`, `-`"
    return Fault(file, number, column, "field-malformed", message, expected)
