"""Text of strangers on screen and in tables, with nothing in it that acts.

Pure. Must never be used on what is stored: the original stays as it came.
"""

import unicodedata
from typing import Final

from ringwall.model.values import is_printable

__all__ = ["cell", "shown"]

_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_FORMULA: Final = frozenset("=+-@|\t\r")
_BLANK: Final = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
# More than this many marks on one letter paint over the lines around it.
_MOST_MARKS: Final = 4
_ELLIPSIS: Final = "…"


def shown(text: str, width: int = 0) -> str:
    """Return one line of text that a person reads and a terminal does not act on.

    Line ends and tabs become blanks; what can't be seen or turns the direction of
    text becomes U+FFFD.

    Args:
        text: of a stranger.
        width: most characters, the rest becomes an ellipsis; 0 for no limit.
    """
    # Nobody sees more than a few times the width, however long the text is.
    looked = text[: 4 * width] if width else text
    line = " ".join(_neutral(looked).split(" ")).strip()
    line = " ".join(part for part in line.split(" ") if part)
    if width and (len(line) > width or len(looked) < len(text)):
        return line[: max(width - 1, 0)].rstrip() + _ELLIPSIS
    return line


def cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula.

    Args:
        text: of a stranger; blanks before a formula do not hide it.
    """
    line = shown(text)
    # Some spreadsheets fold wide forms into the sign that begins a formula.
    first = unicodedata.normalize("NFKC", line[:1])[:1]
    starts = line[:1] in _FORMULA or first in _FORMULA
    return f"'{line}" if starts else line


def _neutral(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    marks = 0
    for char in text:
        if char in _BLANK:
            out.append(" ")
            marks = 0
            continue
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            out.append(char if is_printable(char) and char.isprintable() else _MARK)
    return "".join(out)
