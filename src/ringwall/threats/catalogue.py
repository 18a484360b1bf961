"""All tables of the threat models as one frozen value, with where each row stands.

Made by `reader.parse_catalogue`, which checks it; must never be changed afterwards.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from ringwall.base.errors import UnknownItem
from ringwall.model.field_faults import shown
from ringwall.threats.benchmark import Benchmark
from ringwall.threats.rows import (
    Actor,
    CapabilityThreshold,
    Category,
    ComputeThreshold,
    Level,
    Measure,
    Power,
    Protected,
    Threat,
    TierRow,
    Vector,
)

__all__ = ["Catalogue", "Place", "file_path"]

_Row = TypeVar("_Row")
_MAX_LISTED: Final = 40


class Place(NamedTuple):
    """Where a row stands; line and column count from 1, 0 when not known."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Catalogue:
    """The threat models.

    Attributes:
        actors: OC1 to OC5; like all tables by id, in the order of the file.
        levels: SL1 to SL5.
        categories: families of vectors.
        vectors: ways to get at weights.
        measures: what stops them.
        capabilities: thresholds of capability.
        compute: thresholds of computing power.
        powers: how many people may hold a power.
        tiers: what a tier asks of a site.
        protected: threat model of each protected thing, by its id.
        digest: SHA-256, lower-case hex, over the canonical JSON of file name ->
            SHA-256 of the file.
        places: (table, id) -> where the row stands, the file named from the folder
            on; the table is the attribute's name, or `threats`.
        folder: where the files lie, as faults name it.
    """

    actors: Mapping[str, Actor]
    levels: Mapping[str, Level]
    categories: Mapping[str, Category]
    vectors: Mapping[str, Vector]
    measures: Mapping[str, Measure]
    capabilities: Mapping[str, CapabilityThreshold]
    compute: Mapping[str, ComputeThreshold]
    powers: Mapping[str, Power]
    tiers: Mapping[str, TierRow]
    protected: Mapping[str, Protected]
    digest: str
    places: Mapping[tuple[str, str], Place]
    folder: str = ""

    def actor(self, name: str) -> Actor:
        """Return a class of attacks; raise UnknownItem `unknown-actor`."""
        return _find(self.actors, name, "unknown-actor")

    def level(self, name: str) -> Level:
        """Return a security level; raise UnknownItem `unknown-level`."""
        return _find(self.levels, name, "unknown-level")

    def category(self, name: str) -> Category:
        """Return a family of vectors; raise UnknownItem `unknown-category`."""
        return _find(self.categories, name, "unknown-category")

    def vector(self, name: str) -> Vector:
        """Return an attack vector; raise UnknownItem `unknown-vector`."""
        return _find(self.vectors, name, "unknown-vector")

    def measure(self, name: str) -> Measure:
        """Return a measure; raise UnknownItem `unknown-measure`."""
        return _find(self.measures, name, "unknown-measure")

    def capability(self, name: str) -> CapabilityThreshold:
        """Return a capability threshold; raise UnknownItem `unknown-capability`."""
        return _find(self.capabilities, name, "unknown-capability")

    def compute_threshold(self, name: str) -> ComputeThreshold:
        """Return a compute threshold; raise UnknownItem `unknown-compute`."""
        return _find(self.compute, name, "unknown-compute")

    def power(self, name: str) -> Power:
        """Return a power; raise UnknownItem `unknown-power`."""
        return _find(self.powers, name, "unknown-power")

    def tier(self, name: str) -> TierRow:
        """Return a tier; raise UnknownItem `unknown-tier`."""
        return _find(self.tiers, name, "unknown-tier")

    def protected_model(self, name: str) -> Protected:
        """Return a threat model; raise UnknownItem `unknown-protected`."""
        return _find(self.protected, name, "unknown-protected")

    def threat(self, name: str) -> Threat:
        """Return a threat of any threat model; raise UnknownItem `unknown-threat`."""
        return _find(self.threats, name, "unknown-threat")

    def place(self, table: str, name: str) -> Place:
        """Return where a row stands; KeyError when there is no such row."""
        place = self.places[table, name]
        return place._replace(file=file_path(self.folder, place.file))

    @cached_property
    def threats(self) -> Mapping[str, Threat]:
        """The threats of all threat models by id."""
        return MappingProxyType(
            {
                threat.id: threat
                for protected in self.protected.values()
                for threat in protected.threats
            }
        )

    @cached_property
    def benchmark(self) -> Benchmark:
        """The measures as a ladder."""
        return Benchmark(self.measures.values())

    @cached_property
    def countering(self) -> Mapping[str, tuple[Measure, ...]]:
        """Vector id -> the measures that counter it, in the order of the table."""
        found: dict[str, list[Measure]] = {vector: [] for vector in self.vectors}
        for measure in self.measures.values():
            for vector in measure.counters:
                found.setdefault(vector, []).append(measure)
        return MappingProxyType({vector: tuple(rows) for vector, rows in found.items()})


def file_path(folder: str, name: str) -> str:
    """Return how faults name a file, free of what could steer a terminal."""
    return shown("/".join(part for part in (folder, name) if part), 4096)


def _find(rows: Mapping[str, _Row], name: str, code: str) -> _Row:
    row = rows.get(name)
    if row is None:
        known = list(rows)
        if len(known) > _MAX_LISTED:
            near = difflib.get_close_matches(name[:40], known, 8, 0.5)
            listed = near or [*known[:8], "..."]
        else:
            listed = known
        raise UnknownItem(
            code,
            f"`{shown(name, 40)}` is not in the threat models",
            next_step="known: " + (", ".join(listed) or "none"),
        )
    return row
