"""How far the measures in force cover each attack vector for each class of attack.

The rule is our own (mark OWN) and coarse: it counts measures, and never says how well
one works. A cell must never read better than what is in force allows.
"""

import textwrap
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ringwall.model.levels import SecurityLevel
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.rows import Actor, Category, Vector

__all__ = [
    "COVER_WORDS",
    "MARKS",
    "SCORE_WORDS",
    "Band",
    "Cell",
    "Chart",
    "Cover",
    "Line",
    "Matrix",
    "format_matrix",
    "open_words",
]

_INFEASIBLE: Final = 1
_MARGIN: Final = 9
_CELL_WIDTH: Final = 5
_NARROWEST: Final = 20


class Cover(StrEnum):
    """What stands against one vector in the hands of one class of attack."""

    INFEASIBLE = "infeasible"
    COUNTERED = "countered"
    PARTIAL = "partial"
    OPEN = "open"


COVER_WORDS: Final[Mapping[Cover, str]] = MappingProxyType(
    {
        Cover.INFEASIBLE: "the class can hardly do it",
        Cover.COUNTERED: "all measures for it are in force",
        Cover.PARTIAL: "some measures for it are in force",
        Cover.OPEN: "none is in force, or there is none",
    }
)
MARKS: Final[Mapping[Cover, str]] = MappingProxyType(
    {Cover.INFEASIBLE: "-", Cover.COUNTERED: "+", Cover.PARTIAL: "~", Cover.OPEN: "!"}
)
"""One character for each cover, so that it can be told without colours."""
SCORE_WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {1: "up to 20%", 2: "20-40%", 3: "40-60%", 4: "60-80%", 5: "over 80%"}
)
"""Chance that one operation of a class succeeds (RAND Box 5.1)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One vector in the hands of one class of attack.

    Attributes:
        vector: id, e.g. RUC-1.
        actor: id of the class, e.g. OC3.
        score: 1 to 5, how feasible the vector is for the class.
        cover: what the measures in force make of it; None when no site is looked at.
        missing: the measures that would have to come into force for it to be
            countered; empty too where there is no such measure at all.
    """

    vector: str
    actor: str
    score: int
    cover: Cover | None
    missing: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the vector stays open to the class, in whole or in part."""
        return self.cover is Cover.OPEN or self.cover is Cover.PARTIAL


@dataclass(frozen=True, slots=True)
class Line:
    """A vector and its cells, weakest class first."""

    vector: Vector
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A category of vectors and their lines."""

    category: Category
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All vectors by all classes.

    Attributes:
        actors: the classes, weakest first.
        bands: in the order of the catalogue.
    """

    actors: tuple[Actor, ...]
    bands: tuple[Band, ...]

    @property
    def has_cover(self) -> bool:
        """Whether it is of a site, so that its cells say how far they are covered."""
        return any(cell.cover is not None for cell in self.cells())

    def cells(self) -> Iterator[Cell]:
        """Give every cell, vector by vector."""
        for band in self.bands:
            for line in band.lines:
                yield from line.cells

    def counts(self, actor: str) -> dict[Cover, int]:
        """Return how many vectors have each cover for a class."""
        counts = dict.fromkeys(Cover, 0)
        for cell in self.cells():
            if cell.actor == actor and cell.cover is not None:
                counts[cell.cover] += 1
        return counts


class _Place(NamedTuple):
    """A cell before anybody says what is in force."""

    vector: str
    actor: str
    score: int
    against: tuple[str, ...]
    needed: frozenset[str]


class Chart:
    """The catalogue's vectors, with the measures that are meant for each class.

    Reading it takes longer than asking it: keep it where many sites are looked at.

    Args:
        catalogue: the threat models.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.actors = tuple(catalogue.actors.values())
        levels: dict[str, SecurityLevel] = {
            row.goal.against: row.level for row in catalogue.levels.values()
        }
        self._places = tuple(
            self._place(vector, actor.id, levels.get(actor.id, SecurityLevel.SL0))
            for vector in catalogue.vectors.values()
            for actor in self.actors
        )

    def cells(self, held: Set[str]) -> tuple[Cell, ...]:
        """Return every cell, vector by vector, given the measures in force."""
        return tuple(_covered(place, held) for place in self._places)

    def matrix(self, held: Set[str] | None) -> Matrix:
        """Return the matrix of a site, or only its scores.

        Args:
            held: measures in force; None when no site is looked at.
        """
        cells: dict[str, list[Cell]] = {}
        for place in self._places:
            bare = Cell(place.vector, place.actor, place.score, None)
            cell = bare if held is None else _covered(place, held)
            cells.setdefault(place.vector, []).append(cell)
        lines: dict[str, list[Line]] = {name: [] for name in self._catalogue.categories}
        for vector in self._catalogue.vectors.values():
            lines[vector.category].append(Line(vector, tuple(cells[vector.id])))
        categories = self._catalogue.categories.values()
        bands = tuple(Band(row, tuple(lines[row.id])) for row in categories)
        return Matrix(self.actors, bands)

    def _place(self, vector: Vector, actor: str, level: SecurityLevel) -> _Place:
        against = tuple(
            measure.id
            for measure in self._catalogue.countering[vector.id]
            if measure.level <= level
        )
        score = vector.feasibility[actor]
        return _Place(vector.id, actor, score, against, frozenset(against))


def _covered(place: _Place, held: Set[str]) -> Cell:
    """Return the cell of a place, given the measures in force."""
    vector, actor, score, against, needed = place
    if score == _INFEASIBLE:
        return Cell(vector, actor, score, Cover.INFEASIBLE)
    if needed and needed <= held:
        return Cell(vector, actor, score, Cover.COUNTERED)
    cover = Cover.OPEN if needed.isdisjoint(held) else Cover.PARTIAL
    missing = tuple(measure for measure in against if measure not in held)
    return Cell(vector, actor, score, cover, missing)


def format_matrix(matrix: Matrix, width: int = 80) -> list[str]:
    """Return the lines of a table for a terminal, without its title.

    Args:
        matrix: what to show.
        width: columns of the screen; names of vectors are folded to fit it.
    """
    fixed = _MARGIN + _CELL_WIDTH * len(matrix.actors)
    room = max(width - fixed, _NARROWEST)
    head = "".join(f"{actor.id:>{_CELL_WIDTH}}" for actor in matrix.actors)
    lines = [" " * (_MARGIN + room) + head]
    for band in matrix.bands:
        lines += ["", f"{band.category.id}  {band.category.name}"]
        for line in band.lines:
            cells = "".join(map(_cell_text, line.cells))
            first, *rest = textwrap.wrap(line.vector.name, room - 1)
            lines.append(_labelled(line.vector.id, first, room) + cells)
            lines += [" " * _MARGIN + more for more in rest]
    lines += ["", *_totals(matrix, room), *_scores(width)]
    return [line.rstrip() for line in lines]


def open_words(counts: Mapping[Cover, int]) -> str:
    """Return how many vectors stay open, in whole and in part: `4 open, 31 in part`."""
    return f"{counts[Cover.OPEN]} open, {counts[Cover.PARTIAL]} in part"


def _labelled(label: str, text: str, room: int) -> str:
    return f"  {label:<{_MARGIN - 2}}{text:<{room}}"


def _cell_text(cell: Cell) -> str:
    mark = " " if cell.cover is None else MARKS[cell.cover]
    return f"{f'{cell.score} {mark}':>{_CELL_WIDTH}}"


def _totals(matrix: Matrix, room: int) -> list[str]:
    """Return what the marks mean, and how many vectors have each."""
    if not matrix.has_cover:
        return []
    counts = [matrix.counts(actor.id) for actor in matrix.actors]
    lines = []
    for cover in Cover:
        text = f"{cover}: {COVER_WORDS[cover]}"
        label = _labelled(MARKS[cover], text if len(text) < room else cover, room)
        lines.append(label + "".join(f"{n[cover]:>{_CELL_WIDTH}}" for n in counts))
    return [*lines, ""]


def _scores(width: int) -> list[str]:
    scores = ", ".join(f"{score} {words}" for score, words in SCORE_WORDS.items())
    told = f"Scores: chance that one operation of the class succeeds: {scores}."
    return textwrap.wrap(told, max(width, _NARROWEST))
