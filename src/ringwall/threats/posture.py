"""What the statements about a site amount to at an instant: levels, gaps, lapses.

A site is aligned with a level only by measures in force, and an exception shows
wherever it carries one. Must never count a statement before its start or at its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ringwall.model.levels import SITE_DOMAINS, Domain, SecurityLevel
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.matrix import Cell, Chart

__all__ = [
    "DomainPosture",
    "Lapse",
    "MeasureStatement",
    "Missing",
    "Posture",
    "Surveyor",
    "TierGap",
    "held_at",
    "posture",
]

_DAY: Final = 24 * 60 * 60 * 1_000_000
_TOP: Final = SecurityLevel.SL5


@dataclass(frozen=True, slots=True)
class MeasureStatement:
    """Somebody vouches for a measure, from one instant until another.

    Attributes:
        measure: id, e.g. SL3-WS-1.
        start: first instant at which it counts.
        until: first instant at which it no longer does.
        holder: whose measure it is: a site, or the institute.
        assessor: who found it in force, or approved the exception.
        evidence: digest of what they saw, or empty.
        is_exception: whether something else stands in for the measure.
    """

    measure: str
    start: int
    until: int
    holder: str
    assessor: str
    evidence: str
    is_exception: bool = False

    def counts_at(self, now: int) -> bool:
        """Return whether it counts at an instant."""
        return self.start <= now < self.until


@dataclass(frozen=True, slots=True)
class Missing:
    """A measure that is not in force, and what is known of it.

    Attributes:
        measure: its id.
        lapsed: when the last statement about it ended; None if none has.
        begins: when the next one starts to count; None if none is to come.
    """

    measure: str
    lapsed: int | None
    begins: int | None


@dataclass(frozen=True, slots=True)
class DomainPosture:
    """Where a site stands in one domain.

    Attributes:
        domain: which.
        level: with exceptions.
        bare: without them.
        next: the level above; None at the top.
        missing: what is not in force of all that `next` asks for, see `TierGap`.
    """

    domain: Domain
    level: SecurityLevel
    bare: SecurityLevel
    next: SecurityLevel | None
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class TierGap:
    """What keeps a site from serving a tier, in one domain.

    Attributes:
        tier: id of the tier.
        domain: in which the site falls short of it.
        level: that the tier needs there.
        missing: what is not in force of all that `level` asks for; what has lapsed
            comes first, then lowest level first, as in the table.
    """

    tier: str
    domain: Domain
    level: SecurityLevel
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Lapse:
    """A measure in force that ends within the horizon, if nobody renews it.

    Attributes:
        statement: the last to end of those that keep the measure in force.
        domain: the domain that the measure counts in.
        level: the domain's level now.
        alone: the level if this measure ended and nothing else changed.
        then: the level when it ends, by all that is on record.
    """

    statement: MeasureStatement
    domain: Domain
    level: SecurityLevel
    alone: SecurityLevel
    then: SecurityLevel


@dataclass(frozen=True, slots=True)
class Posture:
    """What the statements about a site amount to at an instant.

    Attributes:
        now: the instant.
        horizon: the last instant of which lapses are told.
        domains: in the order of `Domain`.
        tiers: ids of the tiers whose needs are met in every domain.
        gaps: of each other tier, domain by domain.
        held: the measures in force.
        lapses: in the order in which they end.
        exceptions: those in force, in the order in which they end.
        open: class of attack -> the vectors that stay open to it, in whole or in part.
        unknown: measures vouched for that the catalogue does not have; they count
            for nothing.
    """

    now: int
    horizon: int
    domains: tuple[DomainPosture, ...]
    tiers: tuple[str, ...]
    gaps: tuple[TierGap, ...]
    held: frozenset[str]
    lapses: tuple[Lapse, ...]
    exceptions: tuple[MeasureStatement, ...]
    open: Mapping[str, tuple[Cell, ...]]
    unknown: tuple[str, ...]

    @property
    def levels(self) -> dict[Domain, SecurityLevel]:
        """The level in each domain."""
        return {item.domain: item.level for item in self.domains}

    @property
    def bare(self) -> dict[Domain, SecurityLevel]:
        """The level in each domain if no exception counted."""
        return {item.domain: item.bare for item in self.domains}

    @property
    def level(self) -> SecurityLevel:
        """The level of the place: its weakest domain, personnel set aside."""
        return min(self.levels[domain] for domain in SITE_DOMAINS)


class Surveyor:
    """Judges sites by one catalogue; keep it where many are judged.

    Args:
        catalogue: the threat models.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._benchmark = catalogue.benchmark
        self._chart = Chart(catalogue)
        self._tiers = tuple(catalogue.tiers.values())
        self._places = {
            row.id: (row.domain, SecurityLevel(row.level - 1))
            for row in catalogue.measures.values()
        }

    def posture(
        self,
        statements: Iterable[MeasureStatement],
        now: int,
        horizon_days: int = 90,
    ) -> Posture:
        """Return what the statements about a site amount to.

        Args:
            statements: the site's own and those of the institute it belongs to.
            now: instant, microseconds since the epoch, UTC.
            horizon_days: how far ahead lapses are looked for, 0 or more.

        Raises:
            ValueError: the horizon lies behind.
        """
        if horizon_days < 0:
            raise ValueError("the horizon lies behind")
        told = _by_measure(statements)
        standing = [s for group in told.values() for s in group if s.counts_at(now)]
        held = frozenset(s.measure for s in standing)
        bare = frozenset(s.measure for s in standing if not s.is_exception)
        horizon = now + horizon_days * _DAY
        return Posture(
            now=now,
            horizon=horizon,
            domains=self._domains(told, held, bare, now),
            tiers=self._tiers_met(self._benchmark.levels(held)),
            gaps=self._gaps(told, held, now),
            held=held,
            lapses=self._lapses(told, held, now, horizon),
            exceptions=tuple(sorted((s for s in standing if s.is_exception), key=_end)),
            open=self._open(held),
            unknown=tuple(sorted(m for m in told if m not in self._places)),
        )

    def _domains(
        self, told: "_Told", held: frozenset[str], bare: frozenset[str], now: int
    ) -> tuple[DomainPosture, ...]:
        without = self._benchmark.levels(bare)
        found = []
        for domain, level in self._benchmark.levels(held).items():
            above = None if level is _TOP else SecurityLevel(level + 1)
            asked = above and self._benchmark.missing(domain, held, above)
            missing = _all_missing(asked or (), told, now)
            found.append(DomainPosture(domain, level, without[domain], above, missing))
        return tuple(found)

    def _tiers_met(self, levels: Mapping[Domain, SecurityLevel]) -> tuple[str, ...]:
        return tuple(
            tier.id
            for tier in self._tiers
            if all(levels[need.domain] >= need.level for need in tier.needs)
        )

    def _gaps(
        self, told: "_Told", held: frozenset[str], now: int
    ) -> tuple[TierGap, ...]:
        levels = self._benchmark.levels(held)
        found = []
        for tier in self._tiers:
            for need in tier.needs:
                if levels[need.domain] < need.level:
                    asked = self._benchmark.missing(need.domain, held, need.level)
                    missing = _all_missing(asked, told, now)
                    found.append(TierGap(tier.id, need.domain, need.level, missing))
        return tuple(found)

    def _open(self, held: frozenset[str]) -> dict[str, tuple[Cell, ...]]:
        found: dict[str, list[Cell]] = {row.id: [] for row in self._chart.actors}
        for cell in self._chart.cells(held):
            if cell.is_open:
                found[cell.actor].append(cell)
        return {actor: tuple(cells) for actor, cells in found.items()}

    def _lapses(
        self, told: "_Told", held: frozenset[str], now: int, horizon: int
    ) -> tuple[Lapse, ...]:
        levels = self._benchmark.levels(held)
        lasts = [
            _last(group, now)
            for measure, group in told.items()
            if measure in held and measure in self._places
        ]
        ending = sorted((s for s in lasts if s.until <= horizon), key=_end)
        then = {
            until: self._benchmark.levels(_held_at(told, until))
            for until in {last.until for last in ending}
        }
        found = []
        for last in ending:
            domain, below = self._places[last.measure]
            level = levels[domain]
            alone = min(level, below)
            found.append(Lapse(last, domain, level, alone, then[last.until][domain]))
        return tuple(found)


_Told = Mapping[str, Sequence[MeasureStatement]]


def posture(
    catalogue: Catalogue,
    statements: Iterable[MeasureStatement],
    now: int,
    horizon_days: int = 90,
) -> Posture:
    """Return what the statements about one site amount to; see `Surveyor`."""
    return Surveyor(catalogue).posture(statements, now, horizon_days)


def held_at(statements: Iterable[MeasureStatement], now: int) -> frozenset[str]:
    """Return the ids of the measures that some statement vouches for at an instant."""
    return frozenset(s.measure for s in statements if s.start <= now < s.until)


def _held_at(told: _Told, now: int) -> frozenset[str]:
    return held_at((s for group in told.values() for s in group), now)


def _by_measure(statements: Iterable[MeasureStatement]) -> _Told:
    told: dict[str, list[MeasureStatement]] = {}
    for statement in statements:
        told.setdefault(statement.measure, []).append(statement)
    return told


def _last(group: Sequence[MeasureStatement], now: int) -> MeasureStatement:
    """Return the statement with which a measure in force ends, renewals counted in.

    A statement that starts at or before the end of what is in force prolongs it.
    """
    end, last = now, group[0]
    if len(group) == 1:
        return last
    for statement in sorted(group, key=_start):
        if statement.start <= end < statement.until:
            end, last = statement.until, statement
    return last


def _all_missing(measures: Iterable[str], told: _Told, now: int) -> tuple[Missing, ...]:
    """Return what is known of measures not in force, those that lapsed first."""
    found = [_missing(measure, told.get(measure, ()), now) for measure in measures]
    return tuple(sorted(found, key=_never_lapsed))


def _never_lapsed(missing: Missing) -> bool:
    return missing.lapsed is None


def _missing(measure: str, group: Sequence[MeasureStatement], now: int) -> Missing:
    lapsed = max((s.until for s in group if s.until <= now), default=None)
    begins = min((s.start for s in group if s.start > now), default=None)
    return Missing(measure, lapsed, begins)


def _start(statement: MeasureStatement) -> int:
    return statement.start


def _end(statement: MeasureStatement) -> tuple[int, str]:
    return statement.until, statement.measure
