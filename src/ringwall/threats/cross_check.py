"""What rows of the threat models must have of each other, checked over all tables.

Pure. Must never mend what it finds.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.ids import ASSET_KINDS
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.model.measures import category_of
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.fields import CLASSES
from ringwall.threats.rows import Measure, Need, Protected, Vector

__all__ = ["check_catalogue", "domain_of"]

_CODES: Final = {
    Domain.WEIGHTS: "WS TU WP PI AC MR OP SC",
    Domain.NETWORK: "SW ID HW SP ST CM PH OR MA",
    Domain.ASSURANCE: "RT RA CI SD",
    Domain.DETECTION: "MO IR TD CA",
    Domain.PERSONNEL: "AT FM PP",
}
_DOMAINS: Final = {
    code: domain for domain, codes in _CODES.items() for code in codes.split()
}
# Service must not be restored at the price of the policy: a duty of those who
# respond, unlike the other two of maintenance.
_ELSEWHERE: Final = {"SL5-MA-1": Domain.DETECTION}
_LEVELS: Final = tuple(SecurityLevel)[1:]


def domain_of(measure_id: str) -> Domain | None:
    """Return the domain that our mapping gives a measure, by its category's code.

    None when the code is not one of the benchmark's categories.
    """
    return _ELSEWHERE.get(measure_id) or _DOMAINS.get(category_of(measure_id))


def check_catalogue(catalogue: Catalogue) -> Iterator[Fault]:
    """Give each fault between rows: `<what>-unknown`, `<what>-differs` and so on.

    The codes are `actor-missing`, `level-missing`, `tier-missing`, `count-differs`,
    `category-unknown`, `category-differs`, `domain-differs`, `domain-incomplete`,
    `vector-unknown`, `vector-uncountered`, `uncountered-needless`,
    `measure-unknown`, `needs-incomplete`, `tier-differs` and `kind-unknown`.
    """
    checks = _Checks(catalogue)
    yield from checks.completeness()
    for vector in catalogue.vectors.values():
        yield from checks.vector(vector)
    for measure in catalogue.measures.values():
        yield from checks.measure(measure)
    yield from checks.ladder()
    yield from checks.tiers()
    for protected in catalogue.protected.values():
        yield from checks.protected(protected)


class _Checks:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def completeness(self) -> Iterator[Fault]:
        """Check that there is a row for each class, level and tier."""
        rows = self._catalogue
        yield from self._each("actors", CLASSES, rows.actors, "actor-missing")
        yield from self._each("levels", _LEVELS, rows.levels, "level-missing")
        yield from self._each("tiers", Tier, rows.tiers, "tier-missing")

    def vector(self, vector: Vector) -> Iterator[Fault]:
        """Check a vector's category, and that something counters it."""
        where = ("vectors", vector.id)
        if vector.category not in self._catalogue.categories:
            message = f"there is no category `{vector.category}`"
            yield self._at(where, "category-unknown", message)
        if vector.category != vector.id.partition("-")[0]:
            message = f"`{vector.id}` is not an id of category `{vector.category}`"
            yield self._at(where, "category-differs", message)
        countered = bool(self._catalogue.countering[vector.id])
        if not countered and vector.uncountered is None:
            message = f"no measure counters `{vector.id}`; say why in `uncountered`"
            yield self._at(where, "vector-uncountered", message)
        if countered and vector.uncountered is not None:
            message = f"a measure counters `{vector.id}`, so `uncountered` is wrong"
            yield self._at(where, "uncountered-needless", message)

    def measure(self, measure: Measure) -> Iterator[Fault]:
        """Check a measure's domain and the vectors that it counters."""
        where = ("measures", measure.id)
        domain = domain_of(measure.id)
        if domain is None:
            message = f"there is no category of measures `{measure.category}`"
            yield self._at(where, "category-unknown", message)
        elif domain is not measure.domain:
            message = f"`{measure.id}` counts in domain `{domain}`"
            yield self._at(where, "domain-differs", message)
        yield from self._vectors(where, measure.counters)

    def ladder(self) -> Iterator[Fault]:
        """Check that levels count their measures and leave out no domain."""
        added = Counter(m.level for m in self._catalogue.measures.values())
        cells = {(m.domain, m.level) for m in self._catalogue.measures.values()}
        for row in self._catalogue.levels.values():
            said, counted = row.benchmark.measures, added[row.level]
            if said != counted:
                message = f"`{row.id}` says {said} measures, there are {counted}"
                yield self._at(("levels", row.id), "count-differs", message)
        for domain in Domain:
            for level in _LEVELS:
                if (domain, level) not in cells:
                    message = f"no measure of `{level}` in domain `{domain}`"
                    yield self._of_table("measures", "domain-incomplete", message)

    def tiers(self) -> Iterator[Fault]:
        """Check that tiers ask in each domain for what the code asks for."""
        for row in self._catalogue.tiers.values():
            where = ("tiers", row.id)
            yield from self._needs(where, row.needs)
            for need in row.needs:
                asked = TIER_VECTORS[row.tier][need.domain]
                if need.level is not asked:
                    message = f"tier `{row.id}` asks `{asked}` in `{need.domain}`"
                    yield self._at(where, "tier-differs", message)

    def protected(self, row: Protected) -> Iterator[Fault]:
        """Check what a threat model names."""
        where = ("protected", row.id)
        kinds = frozenset(ASSET_KINDS.values())
        for kind in row.kinds:
            if kind not in kinds:
                message = f"there are no assets of kind `{kind}`"
                yield self._at(where, "kind-unknown", message)
        yield from self._needs(where, row.needs)
        for threat in row.threats:
            at = ("threats", threat.id)
            yield from self._vectors(at, (threat.vector,) if threat.vector else ())
            for measure in threat.measures:
                if measure not in self._catalogue.measures:
                    message = f"there is no measure `{measure}`"
                    yield self._at(at, "measure-unknown", message)

    def _each(
        self, table: str, wanted: Iterable[object], rows: Container[str], code: str
    ) -> Iterator[Fault]:
        for name in map(str, wanted):
            if name not in rows:
                yield self._of_table(table, code, f"there is no row `{name}`")

    def _needs(self, where: tuple[str, str], needs: Iterable[Need]) -> Iterator[Fault]:
        named = Counter(need.domain for need in needs)
        for domain in Domain:
            if named[domain] != 1:
                message = f"domain `{domain}` stands {named[domain]} times, not once"
                yield self._at(where, "needs-incomplete", message)

    def _vectors(
        self, where: tuple[str, str], vectors: Iterable[str]
    ) -> Iterator[Fault]:
        for vector in vectors:
            if vector not in self._catalogue.vectors:
                message = f"there is no vector `{vector}`"
                yield self._at(where, "vector-unknown", message)

    def _at(self, where: tuple[str, str], code: str, message: str) -> Fault:
        return Fault(*self._catalogue.place(*where), code, message)

    def _of_table(self, table: str, code: str, message: str) -> Fault:
        # A file holds at least one row of its table, or the reader refused it.
        first = next(key for key in self._catalogue.places if key[0] == table)
        return Fault(self._catalogue.place(*first).file, 1, 0, code, message)
