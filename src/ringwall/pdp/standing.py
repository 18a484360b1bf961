"""Which measures count at a site, and the levels they add up to.

A site has its own measures and those of the institute. Must never count what
somebody unknown, suspended or, from SL3 up, not an independent assessor attested.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from ringwall.model.dated import MeasureException
from ringwall.model.declarations import Document
from ringwall.model.facts import ExceptionFacts, Lapse, SiteFacts
from ringwall.model.levels import SITE_DOMAINS, Domain, SecurityLevel
from ringwall.model.parties import INDEPENDENT_RELATIONS, Organisation, Person
from ringwall.model.places import Site
from ringwall.pdp.clusters import cluster_standing
from ringwall.pdp.evidence import Span
from ringwall.threats.benchmark import Benchmark
from ringwall.threats.posture import MeasureStatement, held_at

__all__ = [
    "Standing",
    "Standings",
    "at_levels",
    "institute_of",
    "standing_of",
    "statements_of",
]

_WHOLE: Final = frozenset({"institute"})
_LOCAL: Final = frozenset({"site", "system"})
_ANYBODY_UP_TO: Final = SecurityLevel.SL2
_HIGHEST: Final = max(SecurityLevel)
_APPROVERS: Final = 2
_SHOWN: Final = 8  # of one domain


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a site stands at an instant.

    Attributes:
        span: the instants about it in which all stays as it is.
        held: ids of the measures in force, or covered by an exception.
        facts: what policies see.
    """

    span: Span
    held: frozenset[str]
    facts: SiteFacts


def institute_of(documents: Mapping[str, Document]) -> Organisation | None:
    """Return the institute itself; None unless there is exactly one."""
    found = [
        document
        for document in documents.values()
        if isinstance(document, Organisation) and document.is_institute
    ]
    return found[0] if len(found) == 1 else None


def statements_of(
    site: Site, documents: Mapping[str, Document], benchmark: Benchmark
) -> tuple[MeasureStatement, ...]:
    """Return what is stated about a site and counts while it is in date.

    Attestations by an organisation on record that is not suspended and, from SL3 up,
    is an assessor or an institution of the EU and not who runs the site;
    exceptions approved by at least two of the institute's people who are on record
    and not suspended. Measures of a site count there, those of the institute for it
    as a whole.

    Args:
        site: it need not be one of `documents`.
        documents: id -> declared value.
        benchmark: the measures there are.
    """
    return Standings(documents, benchmark).statements(site)


def standing_of(
    site: Site, documents: Mapping[str, Document], benchmark: Benchmark, now: int
) -> Standing:
    """Return where a site stands at an instant; see `statements_of`."""
    return Standings(documents, benchmark).at(site, now)


def at_levels(site: SiteFacts, levels: Mapping[str, SecurityLevel]) -> SiteFacts:
    """Return a site with other levels in some domains, its own level following."""
    changed: dict[str, Any] = dict(levels)
    weakest = min(
        changed.get(domain.value, getattr(site, domain.value))
        for domain in SITE_DOMAINS
    )
    return replace(site, level=weakest, **changed)


class Standings:
    """Where the sites of one registry stand; what they share is looked up once.

    Args:
        documents: id -> declared value; not to be changed meanwhile.
        benchmark: the measures there are.
    """

    def __init__(self, documents: Mapping[str, Document], benchmark: Benchmark) -> None:
        self._documents = documents
        self._benchmark = benchmark
        self._wholes: dict[str, tuple[MeasureStatement, ...]] = {}

    def statements(self, site: Site) -> tuple[MeasureStatement, ...]:
        """Return what is stated about a site; see `statements_of`."""
        own = (*self._attested(site, site.operator), *self._excepted(site))
        return own + self._whole(site.operator)

    def at(self, site: Site, now: int) -> Standing:
        """Return where a site stands at an instant."""
        statements, benchmark = self.statements(site), self._benchmark
        span, cluster = cluster_standing(site.cluster, now)
        for start, until in {(item.start, item.until) for item in statements}:
            span = span.meet(Span(start, until).around(now))
        held = held_at(statements, now)
        levels = benchmark.levels(held)
        facts = SiteFacts(
            id=site.id,
            level=min(levels[domain] for domain in SITE_DOMAINS),
            **{domain.value: level for domain, level in levels.items()},
            cluster=cluster,
            exceptions=tuple(_lifting(statements, levels, benchmark, now)),
            lapses=tuple(_lapses(statements, held, benchmark, now)),
            lacks=tuple(_lacks(held, benchmark)),
            shared_lacks=tuple(_shared_lacks(held, benchmark)),
        )
        return Standing(span, held, facts)

    @cached_property
    def institute(self) -> Organisation | None:
        """The institute itself; None unless there is exactly one."""
        return institute_of(self._documents)

    def _whole(self, operator: str) -> tuple[MeasureStatement, ...]:
        """Return what is stated about who runs a site, as a whole.

        A site does not borrow the staff and the programmes of another organisation.
        """
        known = self._wholes.get(operator)
        if known is None:
            known = self._wholes[operator] = tuple(self._of_whole(operator))
        return known

    def _of_whole(self, operator: str) -> Iterator[MeasureStatement]:
        one = self._documents.get(operator)
        if not isinstance(one, Organisation) or one.suspended:
            return
        if one.is_institute and self.institute is None:
            return  # there are two of them
        yield from self._attested(one, one.id)
        yield from self._excepted(one)

    def _attested(
        self, holder: Site | Organisation, runs: str
    ) -> Iterator[MeasureStatement]:
        for item in holder.attestations:
            most = self._most_attested(item.assessor, runs)
            span = Span.of(item)
            for measure in item.measures:
                if (
                    self._is_fit(measure, holder)
                    and self._benchmark.level_of(measure) <= most
                ):
                    yield MeasureStatement(
                        measure,
                        span.start,
                        span.end,
                        holder.id,
                        item.assessor,
                        item.evidence,
                    )

    def _excepted(self, holder: Site | Organisation) -> Iterator[MeasureStatement]:
        for item in holder.exceptions:
            if self._is_fit(item.measure, holder) and self._is_approved(item):
                span = Span.of(item)
                yield MeasureStatement(
                    item.measure,
                    span.start,
                    span.end,
                    holder.id,
                    ", ".join(item.approved_by),
                    "",
                    is_exception=True,
                )

    def _is_fit(self, measure: str, holder: Site | Organisation) -> bool:
        """Return whether a measure is known, and of the scope that its holder has."""
        scopes = _LOCAL if isinstance(holder, Site) else _WHOLE
        known = measure in self._benchmark
        return known and self._benchmark.scope(measure) in scopes

    def _most_attested(self, assessor: str, runs: str) -> SecurityLevel:
        """Return the highest level of measures that somebody may attest there."""
        document = self._documents.get(assessor)
        if not isinstance(document, Organisation) or document.suspended:
            return SecurityLevel.SL0
        independent = document.relation in INDEPENDENT_RELATIONS and assessor != runs
        return _HIGHEST if independent else _ANYBODY_UP_TO

    def _is_approved(self, exception: MeasureException) -> bool:
        return sum(map(self._may_approve, set(exception.approved_by))) >= _APPROVERS

    def _may_approve(self, entity: str) -> bool:
        person = self._documents.get(entity)
        if not isinstance(person, Person) or person.suspended:
            return False
        employer = self._documents.get(person.organisation)
        return (
            isinstance(employer, Organisation)
            and employer.is_institute
            and not employer.suspended
        )


def _lifting(
    statements: Iterable[MeasureStatement],
    levels: Mapping[Domain, SecurityLevel],
    benchmark: Benchmark,
    now: int,
) -> Iterator[ExceptionFacts]:
    """Give the exceptions without which a domain would be on a lower level."""
    standing = [item for item in statements if item.counts_at(now)]
    attested = {item.measure for item in standing if not item.is_exception}
    bare = benchmark.levels(attested)
    for item in sorted(standing, key=_by_measure):
        domain = benchmark.domain(item.measure)
        if item.measure in attested or not item.is_exception:
            continue
        if benchmark.level_of(item.measure) <= levels[domain]:
            yield ExceptionFacts(item.measure, domain.value, bare[domain], item.until)


def _lapses(
    statements: Sequence[MeasureStatement],
    held: frozenset[str],
    benchmark: Benchmark,
    now: int,
) -> Iterator[Lapse]:
    """Give the measures out of date among those that the next level lacks."""
    latest: dict[str, MeasureStatement] = {}
    for item in sorted(statements, key=_by_end):
        if not item.counts_at(now):
            latest[item.measure] = item
    for domain, missing in _missing(held, benchmark).items():
        lapsed = [latest[measure] for measure in missing if measure in latest]
        for item in lapsed[:_SHOWN]:
            yield Lapse(domain.value, item.measure, item.start, item.until)


def _lacks(held: frozenset[str], benchmark: Benchmark) -> Iterator[tuple[str, str]]:
    """Give the first measures that the next level of each domain lacks."""
    for domain, missing in _missing(held, benchmark).items():
        for measure in missing[:_SHOWN]:
            yield domain.value, measure


def _shared_lacks(
    held: frozenset[str], benchmark: Benchmark
) -> Iterator[tuple[str, str]]:
    """Give what the operator lacks at the lowest level at which it lacks anything.

    None of its sites gets to that level of the domain, whatever is attested there.
    """
    level_of = benchmark.level_of
    for domain in Domain:
        shared = [
            measure
            for measure in benchmark.missing(domain, held, _HIGHEST)
            if benchmark.scope(measure) in _WHOLE
        ]
        # The benchmark gives those of the lowest level first.
        lowest = [m for m in shared if level_of(m) == level_of(shared[0])]
        for measure in lowest[:_SHOWN]:
            yield domain.value, measure


def _missing(
    held: frozenset[str], benchmark: Benchmark
) -> dict[Domain, tuple[str, ...]]:
    """Return what the next level of each domain asks for and is not in force."""
    return {
        domain: benchmark.missing(domain, held, SecurityLevel(min(level + 1, _HIGHEST)))
        for domain, level in benchmark.levels(held).items()
    }


def _by_measure(statement: MeasureStatement) -> tuple[str, int]:
    return statement.measure, statement.until


def _by_end(statement: MeasureStatement) -> int:
    return statement.until
