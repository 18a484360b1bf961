"""Bytes of a policy file to lines, refusing what a reader could overlook.

Every refusal here is a way in which stock Casbin loses or misreads a line without
a word. Must never repair anything.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ringwall.base.errors import Fault
from ringwall.policy.dialect import MAX_LINE
from ringwall.policy.faults import Faults

__all__ = ["PlacedText", "split_lines"]

_BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Invisible or line-breaking characters: control, format (bidi, zero width), line and
# paragraph separators, private use, unassigned.
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A logical line and where each part of it stands in the file.

    Attributes:
        text: the joined text.
        marks: (offset in text, line, column) of each physical part, ascending.
    """

    text: str
    marks: tuple[tuple[int, int, int], ...] = ((0, 1, 1),)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column at which `text[offset]` stands."""
        start, line, column = self.marks[0]
        for mark in self.marks:
            if mark[0] > offset:
                break
            start, line, column = mark
        return line, column + offset - start


def split_lines(
    file: str, data: bytes, limit: int, faults: Faults
) -> tuple[str, ...] | None:
    r"""Return the lines of a text file without their `\n`, or None if unreadable.

    Args:
        file: name for the faults.
        data: the whole file.
        limit: largest size in bytes.
        faults: receives what is wrong: `file-too-large`, `file-empty`,
            `byte-order-mark`, `carriage-return`, `not-utf8`, `no-final-newline`,
            `line-too-long`, `control-character`, `not-normalised`.
    """
    found = _check_bytes(file, data, limit)
    if found is not None:
        faults.add(found)
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.add(Fault(file, line, 0, "not-utf8", "the file is not UTF-8 text"))
        return None
    lines = text.split("\n")
    if lines.pop():
        message = "the last line does not end; the file may be cut short"
        faults.add(Fault(file, len(lines) + 1, 0, "no-final-newline", message))
        return None
    before = len(faults)
    _check_lines(file, lines, faults)
    return tuple(lines) if len(faults) == before else None


def _check_bytes(file: str, data: bytes, limit: int) -> Fault | None:
    if len(data) > limit:
        message = f"{len(data)} bytes, more than {limit}"
        return Fault(file, 0, 0, "file-too-large", message)
    if not data:
        return Fault(file, 0, 0, "file-empty", "the file is empty")
    if data.startswith(_BOM):
        message = "the file starts with a byte order mark, which hides its first line"
        return Fault(file, 1, 1, "byte-order-mark", message)
    at = data.find(b"\r")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        column = at - data.rfind(b"\n", 0, at)
        message = "the line holds a carriage return"
        return Fault(file, line, column, "carriage-return", message, "`\\n` line ends")
    return None


def _check_lines(file: str, lines: Sequence[str], faults: Faults) -> None:
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            message = f"{len(line)} characters, more than {MAX_LINE}"
            faults.add(Fault(file, number, MAX_LINE + 1, "line-too-long", message))
        if line.isascii():
            match = _CONTROL.search(line)
            at = match.start() if match else -1
        else:
            at = _first_invisible(line)
            if not unicodedata.is_normalized("NFC", line):
                message = "the line is not in Unicode normal form C"
                faults.add(Fault(file, number, 0, "not-normalised", message))
        if at >= 0:
            message = f"the line holds the invisible character U+{ord(line[at]):04X}"
            faults.add(Fault(file, number, at + 1, "control-character", message))


def _first_invisible(line: str) -> int:
    for at, char in enumerate(line):
        if unicodedata.category(char) in _INVISIBLE:
            return at
    return -1
