"""The terminal: what may reach it, how wide it is, and whether it has colours.

Must never pass on a character that does something to a terminal instead of being
read, whatever file, record or person it comes from.
"""

import os
import shutil
import sys
import textwrap
from typing import Final

__all__ = [
    "counted",
    "folded",
    "paint",
    "print_field",
    "print_text",
    "printable",
    "screen_width",
]

_WIDTH_ELSEWHERE: Final = 80
_NARROWEST: Final = 40
_LABEL: Final = 9
_PLURALS: Final = {
    "breach": "breaches",
    "document or text": "documents or texts",
    "entry": "entries",
    "person": "people",
    "witness": "witnesses",
}
_STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "green": "1;32",
    "red": "1;31",
    "cyan": "1;36",
}


def printable(text: str) -> str:
    """Return `text` with every character that can't be seen made visible as U+FFFD."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def counted(count: int, noun: str) -> str:
    """Return how many, e.g. "1 entry", "2 entries"."""
    return f"{count:,} {noun if count == 1 else _PLURALS.get(noun, noun + 's')}"


def screen_width() -> int:
    """Return the columns to fill: `COLUMNS` or the terminal's, elsewhere 80."""
    fallback = (_WIDTH_ELSEWHERE, 24)
    return max(_NARROWEST, shutil.get_terminal_size(fallback).columns)


def folded(line: str) -> str:
    """Return a line for stderr, wrapped between words if that is a terminal."""
    if not sys.stderr.isatty():
        return printable(line)
    return "\n".join(_wrapped(line, screen_width()))


def paint(text: str, style: str) -> str:
    """Return `text` in a style (bold, dim, green, red, cyan), if stdout shows colours.

    It does if it is a terminal that understands them and `NO_COLOR` is not set.
    """
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    if plain or os.environ.get("TERM") == "dumb" or not text:
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def print_text(text: str = "", *, style: str = "", indent: int = 0) -> None:
    """Print one paragraph, wrapped between words; ids and digests stay whole."""
    for line in _wrapped(text, screen_width() - indent) or [""]:
        _write(" " * indent + (paint(line, style) if style else line))


def print_field(label: str, text: str, *, style: str = "", indent: int = 0) -> None:
    """Print a labelled paragraph; its other lines stand under the first.

    Args:
        label: eight characters at most stand in their column; empty continues the
            field above.
        text: what to wrap.
        style: of the label.
        indent: columns by which the text stands further in.
    """
    margin = _LABEL + indent
    first, *rest = _wrapped(text, screen_width() - margin) or [""]
    start = f"{label:<{margin - 1}} "
    if style:
        start = paint(label, style) + start[len(label) :]
    _write(start + first)
    for line in rest:
        _write(" " * margin + line)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(width, _NARROWEST // 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _write(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")
