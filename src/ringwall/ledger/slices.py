"""Slices of decisions: in which places of a block of the log a value stands.

Made from the decisions of one block alone, the same by whomever. A slice is searched
by bisection and knows a value by 32 bits, so what is found is a candidate; outcomes,
few as they are, are told by name. Must never leave out a place.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, repeat
from struct import pack, unpack_from
from typing import Any, Final, NamedTuple
from zlib import crc32

__all__ = [
    "BLOCK",
    "FIELDS",
    "Columns",
    "Outcome",
    "Sliced",
    "Told",
    "columns_of",
    "outcome_of",
    "places_of",
    "slice_of",
    "sliced",
    "told_in",
    "word_of",
    "words_of",
]

BLOCK: Final = 4096
"""Entries of a block; slices are made of those that the log fills."""

FIELDS: Final = ("id", "resource", "subject")
"""What decisions have a slice for; what they came to stands in the row of the block."""

# A record: 4 bytes of the hash and 2 of the place, big end first; the hashes of all
# stand before the places of all.
_HASH: Final = 4
_PLACE: Final = 2
_RECORD: Final = _HASH + _PLACE
_NO_ROOM_BEYOND: Final = 128 * 1024

Outcome = tuple[str, str, str, str]
"""Effect, code of the first reason, action, rules of a decision."""


class Columns(NamedTuple):
    """The decisions of one block, column by column.

    Attributes:
        number: of the block.
        places: from the start of the block, ascending.
        ids: of the decisions.
        subjects: who asked, people by their tokens.
        resources: what for.
        outcomes: what they came to, each as `word_of` tells it.
        first: the least instant, as text; empty if there are no decisions.
        last: the greatest.
    """

    number: int
    places: Sequence[int]
    ids: Sequence[str]
    subjects: Sequence[str]
    resources: Sequence[str]
    outcomes: Sequence[str]
    first: str
    last: str


class Sliced(NamedTuple):
    """A row of what is kept of a block: its summary, or one of its slices.

    Attributes:
        table: `block` or `slice`.
        row: the values, in the order of the table's columns.
    """

    table: str
    row: tuple[Any, ...]


def columns_of(number: int, rows: Sequence[tuple[Any, ...]]) -> Columns:
    """Return rows of the table of decisions column by column.

    Args:
        number: of the block that all of them stand in.
        rows: in the order of the log; what is in one in the order of its columns.
    """
    if not rows:
        return Columns(number, (), (), (), (), (), "", "")
    indexes, ids, instants, subjects, actions, resources, _, *told = zip(
        *rows, strict=True
    )
    effects, codes, rules = told
    outcomes = zip(effects, codes, actions, rules, strict=True)
    low = number * BLOCK
    return Columns(
        number,
        [index - low for index in indexes],
        ids,
        subjects,
        resources,
        words_of(outcomes),
        min(instants),
        max(instants),
    )


def sliced(columns: Columns) -> Iterator[Sliced]:
    """Give the rows of a block, one at a time: each takes a millisecond or two.

    Raises:
        ValueError: the places are not those of a block, in their order; or a value
            is no text.
    """
    number, places = columns.number, columns.places
    if list(places) != sorted({*places}):
        raise ValueError("the places of a slice are not in order")
    if places and not 0 <= places[0] <= places[-1] < BLOCK:
        raise ValueError("a place of a slice is not in its block")
    values = (columns.ids, columns.resources, columns.subjects)
    for field, column in zip(FIELDS, values, strict=True):
        yield Sliced("slice", (field, number, slice_of(column, places)))
    told = _told(columns.outcomes, places)
    yield Sliced("block", (number, columns.first, columns.last, *told))


def slice_of(values: Sequence[str], places: Sequence[int]) -> bytes:
    """Return the slice of a column.

    Args:
        values: of the column.
        places: where they stand in the block, ascending.

    Raises:
        ValueError: a value is no text.
    """
    try:
        distinct = {*values}
        if 4 * len(distinct) < len(places):
            return _slice_of_few(distinct, values, places)
        hashes = list(map(crc32, map(str.encode, values)))
    except (AttributeError, TypeError):
        raise ValueError("a value of a slice is no text") from None
    # Stable, so that places of the same hash stay in their order.
    order = sorted(range(len(places)), key=hashes.__getitem__)
    return _packed(map(hashes.__getitem__, order), list(map(places.__getitem__, order)))


def _slice_of_few(
    distinct: Iterable[str], values: Sequence[str], places: Sequence[int]
) -> bytes:
    """As `slice_of`, in half the time where few values share the places."""
    hashes = {value: crc32(value.encode()) for value in distinct}
    found: dict[int, list[int]] = {one: [] for one in sorted({*hashes.values()})}
    for value, place in zip(values, places, strict=True):
        found[hashes[value]].append(place)
    each = chain.from_iterable(repeat(one, len(some)) for one, some in found.items())
    return _packed(each, list(chain.from_iterable(found.values())))


def _packed(hashes: Iterable[int], places: Sequence[int]) -> bytes:
    return pack(f">{len(places)}I{len(places)}H", *hashes, *places)


def places_of(data: object, value: str) -> tuple[int, ...]:
    """Return the places in a block at which a value may stand, ascending.

    Raises:
        ValueError: what is given is no slice.
    """
    if not isinstance(data, bytes) or len(data) % _RECORD or len(data) > _LONGEST:
        raise ValueError("a slice is not what one can be")
    count = len(data) // _RECORD
    # Whoever makes values collide makes a reader look at a block's rows, no more. What
    # somebody asks for may be no text for a database; no row holds that.
    wanted = pack(">I", crc32(value.encode("utf-8", "surrogatepass")))

    def found(number: int) -> bytes:
        return data[_HASH * number : _HASH * number + _HASH]

    low = bisect_left(range(count), wanted, key=found)
    end = bisect_right(range(count), wanted, lo=low, key=found)
    offset = _HASH * count + _PLACE * low
    return unpack_from(f">{end - low}H", data, offset)


class Told(NamedTuple):
    """What a block tells of the outcomes of its decisions.

    Attributes:
        words: of the outcomes, sorted.
        counts: how many decisions came to each.
        data: 2 bytes for each decision: the places of those of the first, and so on.
    """

    words: Sequence[str]
    counts: Sequence[int]
    data: bytes

    def places(self, wanted: Sequence[bool]) -> Sequence[int]:
        """Return the places of the decisions of some outcomes.

        Args:
            wanted: of each outcome, whether it is one of them.
        """
        found: list[int] = []
        ends = accumulate(self.counts)
        for is_wanted, count, end in zip(wanted, self.counts, ends, strict=True):
            if is_wanted:
                offset = _PLACE * (end - count)
                found += unpack_from(f">{count}H", self.data, offset)
        return found


def told_in(words: object, data: object) -> Told | None:
    """Return what the row of a block tells of outcomes.

    Args:
        words: of the outcomes, a line each.
        data: 2 bytes with the number of decisions of each, then as in `Told`.

    Returns:
        None if it tells nothing: there were too many, or no decisions.

    Raises:
        ValueError: what is given is not what a block can tell.
    """
    if not isinstance(words, str) or not isinstance(data, bytes):
        raise ValueError("the outcomes of a block are of another type")  # noqa: TRY004 - a fault of the data
    if not words:
        return None
    lines = words.split("\n")
    size = _PLACE * len(lines)
    if len(lines) > BLOCK or len(data) % _PLACE or len(data) < size:
        raise ValueError("what a block tells of outcomes is not what it can be")
    counts = unpack_from(f">{len(lines)}H", data)
    if size + _PLACE * sum(counts) != len(data):
        raise ValueError("the outcomes of a block do not add up")
    return Told(lines, counts, data[size:])


def words_of(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the words of many outcomes, of which few differ; as `word_of`."""
    listed = list(outcomes)
    words = {outcome: word_of(outcome) for outcome in {*listed}}
    return [words[outcome] for outcome in listed]


@lru_cache(maxsize=4096)
def word_of(outcome: Outcome) -> str:
    """Return the word by which a block tells an outcome.

    Raises:
        ValueError: a part of it is no text.
    """
    try:
        # A lone surrogate stands for what was none, and can't be asked for.
        "".join(outcome).encode()
    except TypeError:
        raise ValueError("a part of an outcome is no text") from None
    return json.dumps(outcome, separators=(",", ":"))


def outcome_of(word: str) -> Outcome:
    """Return the outcome that a word tells.

    Raises:
        ValueError: it tells none.
    """
    told = json.loads(word)
    if not isinstance(told, list) or list(map(type, told)) != [str] * 4:
        raise ValueError("a word of a block is that of no outcome")
    effect, code, action, rules = told
    word_of((effect, code, action, rules))  # which it has, if all are text
    return effect, code, action, rules


def _told(words: Sequence[str], places: Sequence[int]) -> tuple[str, bytes]:
    """Return what the row of a block tells of outcomes; as `told_in` takes it."""
    found: dict[str, list[int]] = {word: [] for word in sorted({*words})}
    for word, place in zip(words, places, strict=True):
        found[word].append(place)
    lines = "\n".join(found)
    # A reader takes no cell beyond 1 MiB, and what an entry says may be long.
    if len(lines) > _NO_ROOM_BEYOND:
        return "", b""
    numbers = [*map(len, found.values()), *chain.from_iterable(found.values())]
    return lines, pack(f">{len(numbers)}H", *numbers)


_LONGEST: Final = BLOCK * _RECORD
