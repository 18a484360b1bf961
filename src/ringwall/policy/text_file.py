"""Bytes of a policy file to lines, refusing what a reader could overlook.

Every refusal here is a way in which stock Casbin loses or misreads a line without
a word. Must never repair anything.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from ringwall.base.errors import Fault
from ringwall.policy.dialect import MAX_LINE, MAX_LINES
from ringwall.policy.faults import Faults

__all__ = ["PlacedText", "split_lines"]

_BOM = b"\xef\xbb\xbf"
# Every byte that needs no second look.
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
# What Unicode calls printable and a screen shows as nothing: fillers, joiners,
# variation selectors, the blank of Braille, the signs of lost text.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164"
    "\ufe00-\ufe0f\uffa0\ufffc\ufffd\U000e0100-\U000e01ef]"
)
# Alphabets with letters that look like Latin ones: Greek, Cyrillic, Armenian,
# Cherokee, Coptic, Lisu, full width, mathematical.
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02b8\u1e00-\u1eff"
_ALIKE = (
    "\u0370-\u0373\u0376-\u03ff\u0400-\u0481\u048a-\u052f\u0531-\u0588\u13a0-\u13ff"
    "\u1c80-\u1c8a\u1f00-\u1fff\u2c80-\u2cf3\ua4d0-\ua4fd\ua640-\ua69d\uab70-\uabbf"
    "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7cb"
)
_WITHIN = "[0-9_'\u0300-\u036f]*"
_MIXED = re.compile(f"[{_LATIN}]{_WITHIN}[{_ALIKE}]|[{_ALIKE}]{_WITHIN}[{_LATIN}]")


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
        found = bisect_right(self.marks, offset, key=itemgetter(0)) - 1
        start, line, column = self.marks[max(found, 0)]
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
            `too-many-lines`, `byte-order-mark`, `carriage-return`, `not-utf8`,
            `no-final-newline`, `line-too-long`, `control-character`,
            `not-normalised`, `mixed-scripts`.
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
    _check_lines(file, lines, faults, plain=not data.translate(None, _PLAIN))
    return tuple(lines) if len(faults) == before else None


def _check_bytes(file: str, data: bytes, limit: int) -> Fault | None:
    if len(data) > limit:
        message = f"{len(data)} bytes, more than {limit}"
        return Fault(file, 0, 0, "file-too-large", message)
    if not data:
        return Fault(file, 0, 0, "file-empty", "the file is empty")
    count = data.count(b"\n")
    if count > MAX_LINES:
        message = f"{count} lines, more than {MAX_LINES}"
        return Fault(file, 0, 0, "too-many-lines", message)
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


def _check_lines(
    file: str, lines: Sequence[str], faults: Faults, *, plain: bool
) -> None:
    """Check each line; only its length where the file is `plain` ASCII."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            message = f"{len(line)} characters, more than {MAX_LINE}"
            faults.add(Fault(file, number, MAX_LINE + 1, "line-too-long", message))
        elif not plain:
            _check_characters(file, number, line, faults)


def _check_characters(file: str, number: int, line: str, faults: Faults) -> None:
    at = _first_invisible(line)
    if at >= 0:
        message = f"the line holds the invisible character U+{ord(line[at]):04X}"
        faults.add(Fault(file, number, at + 1, "control-character", message))
    if line.isascii():
        return
    if not unicodedata.is_normalized("NFC", line):
        message = "the line is not in Unicode normal form C"
        faults.add(Fault(file, number, 0, "not-normalised", message))
    mixed = _MIXED.search(line)
    if mixed:
        shown = " and ".join(
            f"U+{ord(char):04X}" for char in (mixed[0][0], mixed[0][-1])
        )
        message = f"letters of two alphabets stand in one word: {shown}"
        place = (file, number, mixed.start() + 1)
        faults.add(Fault(*place, "mixed-scripts", message))


def _first_invisible(line: str) -> int:
    """Return where the first character stands that a screen does not show, or -1."""
    blank = _BLANK.search(line)
    if blank is None and line.isprintable():
        return -1
    found = (at for at, char in enumerate(line) if not char.isprintable())
    first = next(found, len(line))
    return min(first, blank.start()) if blank else first
