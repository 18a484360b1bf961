"""Rules that are plainly right, read column by column: the short way for large files.

A policy of many thousand rows repeats few words, so each word is checked once. Must
accept nothing that `row_reader` refuses, and gives up where it would have to explain.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import TypeVar, cast

from ringwall.policy.dialect import RULE_ID
from ringwall.policy.row_lines import FIELD
from ringwall.policy.rows import Effect, Rule
from ringwall.policy.schema import Column
from ringwall.policy.value_types import IdType, Value, WordType

__all__ = ["read_plain_rows"]

_T = TypeVar("_T")
_AT_ONCE = 4096
_IDS = re.compile(rf"(?:{RULE_ID.pattern}\n)+", re.ASCII)


def read_plain_rows(
    lines: Sequence[tuple[int, str]], columns: Sequence[Column], source: str
) -> tuple[Rule, ...] | None:
    """Return the rules on lines, or None if one of them has, or may have, a fault.

    Args:
        lines: each with its 1-based number; all start with `p, `.
        columns: what the fields mean, `rule` first.
        source: the file, as rules shall name it.
    """
    reader = _PlainReader(columns, source)
    try:
        for start in range(0, len(lines), _AT_ONCE):
            reader.take(lines[start : start + _AT_ONCE])
    except ValueError:
        return None
    return tuple(reader.rules) or None


class _PlainReader:
    """Reads some lines at a time, so that what is let go of again stays little."""

    def __init__(self, columns: Sequence[Column], source: str) -> None:
        self.rules: list[Rule] = []
        self._source = source
        self._width = len(columns) + 1
        self._known = [_Values(column) for column in columns[1:]]
        # Where all values are words they are their own text: one object serves both.
        self._are_words = all(_is_word(column) for column in columns[1:])
        self._ids: set[str] = set()
        self._contents: set[tuple[Value | None, ...]] = set()

    def take(self, lines: Sequence[tuple[int, str]]) -> None:
        """Keep the rules on lines.

        Raises:
            ValueError: one of them is not plainly right.
        """
        if {line.count(", ") for _, line in lines} != {self._width - 1}:
            raise ValueError("a row has another number of fields")
        # One flat list: a list for each row would keep the garbage collector busy.
        fields = ", ".join([line for _, line in lines]).split(", ")
        ids, *texts = (fields[at :: self._width] for at in range(1, self._width))
        if not _IDS.fullmatch("\n".join(ids) + "\n"):
            raise ValueError("a rule id is malformed")
        values = _translated(texts, self._known)
        rows = list(zip(ids, *values, strict=True))
        spelt = cast("list[tuple[str, ...]]", rows)
        if not self._are_words:
            spellings = [{text: text for text in words} for words in self._known]
            spelt = list(zip(ids, *_translated(texts, spellings), strict=True))
        effects = cast("Sequence[Effect]", values[-1])
        numbers = [number for number, _ in lines]
        parts = zip(ids, rows, spelt, effects, repeat(self._source), numbers)
        self.rules += map(Rule._make, parts)
        self._ids.update(ids)
        self._contents.update(zip(*values, strict=True))
        if min(len(self._ids), len(self._contents)) != len(self.rules):
            raise ValueError("a row or its id stands twice")


class _Values(dict[str, Value | None]):
    """The running value of each text that a column has held; ValueError for others."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def __missing__(self, text: str) -> Value | None:
        if not FIELD.fullmatch(text):
            raise ValueError("the form is wrong")
        value = self[text] = self._column.read(text)
        return value


def _is_word(column: Column) -> bool:
    kind = column.type
    has_rank = isinstance(kind, WordType) and kind.vocabulary.ordered
    return isinstance(kind, IdType | WordType) and not (has_rank or column.open)


def _translated(
    texts: Sequence[Sequence[str]], known: Sequence[Mapping[str, _T]]
) -> list[list[_T]]:
    return [
        list(map(words.__getitem__, column))
        for column, words in zip(texts, known, strict=True)
    ]
