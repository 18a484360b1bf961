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
from ringwall.policy.value_types import Value

__all__ = ["read_plain_rows"]

_T = TypeVar("_T")
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
    width = len(columns) + 1
    if {line.count(", ") for _, line in lines} != {width - 1}:  # or there are no lines
        return None
    # One flat list: a list for each row would keep the garbage collector busy.
    fields = ", ".join([line for _, line in lines]).split(", ")
    ids, *texts = (fields[at::width] for at in range(1, width))
    if len(set(ids)) != len(ids) or not _IDS.fullmatch("\n".join(ids) + "\n"):
        return None
    try:
        known = [
            {text: _checked(column, text) for text in set(words)}
            for column, words in zip(columns[1:], texts, strict=True)
        ]
    except ValueError:
        return None
    values = _translated(texts, known)
    if len(set(zip(*values, strict=True))) != len(ids):
        return None
    rows = list(zip(ids, *values, strict=True))
    if all(text == value for words in known for text, value in words.items()):
        # All values are words, which are their own text: one object serves both.
        spelt = cast("list[tuple[str, ...]]", rows)
    else:
        spellings = [{text: text for text in words} for words in known]
        spelt = list(zip(ids, *_translated(texts, spellings), strict=True))
    effects = cast("Sequence[Effect]", values[-1])
    numbers = [number for number, _ in lines]
    parts = zip(ids, rows, spelt, effects, repeat(source), numbers)
    return tuple(map(Rule._make, parts))


def _checked(column: Column, text: str) -> Value | None:
    if not FIELD.fullmatch(text):
        raise ValueError("the form is wrong")
    return column.read(text)


def _translated(
    texts: Sequence[Sequence[str]], known: Sequence[Mapping[str, _T]]
) -> list[list[_T]]:
    return [
        list(map(words.__getitem__, column))
        for column, words in zip(texts, known, strict=True)
    ]
