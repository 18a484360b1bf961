"""What is known of a case, as the routing table asks for it.

The values that an assessment leaves open, and what the reports claim. Must never take
the silence of a report for a no.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, get_args

from ringwall.model.values import parse_flop
from ringwall.raid.intake.document import Entity, Harm
from ringwall.raid.routing.conditions import Claims
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.rows import OUTSIDE, Routes

__all__ = [
    "AGENTS",
    "ENTITIES",
    "FLAGS",
    "HARMS",
    "NOTHING_TOLD",
    "POINTS",
    "CaseFacts",
    "Report",
    "Standing",
    "Told",
    "facts_of",
]

POINTS: Final[Mapping[str, tuple[str, ...]]] = {
    "class": (
        *("routine-failure", "rights", "fraud-manipulation", "sector-safety"),
        *("cyber", "cbrn", "loss-of-control"),
    ),
    "kind": (
        *("near-miss-or-hazard", "demonstrated-in-test"),
        *("realised-harm", "continuing-harm"),
    ),
    "auto": ("none", "suspected", "shown"),
    "uplift": ("below", "near", "at", "beyond"),
    "spread": ("one-user", "one-organisation", "one-state", "several-states", "union"),
    "revers": ("full", "costly", "none"),
    "expl": ("none", "proof-of-concept", "observed"),
    "comp": ("below-1e25", "1e25", "1e26", "straddles"),
    "resp": ("active", "unresponsive", "is-the-suspect"),
    "danger": ("no", "imminent"),
    "weights": ("no", "stolen", "self-exfiltrated"),
}
"""The decision points that routes rest on, and their values."""
HARMS: Final = frozenset(get_args(Harm))
"""Of a report."""
ENTITIES: Final = frozenset(get_args(Entity))
"""What a reporter may be to the law."""
FLAGS: Final = frozenset(
    {
        *HARMS - {"none"},
        *("exploited-vulnerability", "severe-product-incident", "essential-entity"),
        *("financial-entity", "medical-device", "aviation", "electricity"),
        *("union-body", "frontier-developer-us", "not-high-risk", "not-gpai"),
        "not-essential-entity",
    }
)
"""Values of the decision point `legal`, but for `none`."""

_YES: Final = Claims(frozenset({"yes"}))
_NO: Final = Claims(frozenset({"no"}))
_OPEN: Final = Claims(frozenset({"yes", "no"}))
_SPREAD_WIDE: Final = frozenset({"several-states", "union"})
_WEAPONS: Final[Mapping[str, str]] = {
    "biology": "biological",
    "health": "biological",
    "medicines": "biological",
    "chemistry": "chemical",
    "nuclear": "nuclear",
}
"""Sector -> what a weapon of its kind would be made of."""
AGENTS: Final = frozenset(_WEAPONS.values())
"""What a weapon may be made of."""
_UNION_BODY: Final = "union-body"
_UNION_BODIES: Final = "union-bodies"
_MANY: Final = 6
"""States from which on the Commission hears of an outage (CER Art. 15)."""
_PRESUMED: Final = 10**25
"""Operations of training from which on a systemic risk is presumed (AI Act 51)."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the case.

    Attributes:
        id: of the report.
        label: that it came with.
        document: what it says.
    """

    id: str
    label: Tlp
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a routing officer adds, since nobody has said it; it never takes away.

    Attributes:
        sectors: ids of sectors.
        states: codes of states, or `outside`.
    """

    sectors: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()


class Standing(NamedTuple):
    """A case as its card has it.

    Attributes:
        id: of the case.
        label: of the case; all that is told of it has at least this one.
        is_owned: whether RAID owns it, so that it is never handed over.
        is_disowned: whether two persons decided that it does not.
    """

    id: str
    label: Tlp
    is_owned: bool
    is_disowned: bool = False


NOTHING_TOLD: Final = Told()
"""By a routing officer."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as it is routed.

    Attributes:
        standing: its id, label and owner.
        points: decision point -> the values that its assessment leaves open.
        reports: of the case, in the order of their ids.
        facts: name -> what is known, of each fact that a condition may name.
        states: codes in which it happened, in order; without `outside`.
        unread: sectors that were named and are in no row.
    """

    standing: Standing
    points: Mapping[str, tuple[str, ...]]
    reports: tuple[Report, ...]
    facts: Mapping[str, Claims]
    states: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def developers(self) -> tuple[str, ...]:
        """Who the reports say made the systems, in order."""
        named = set()
        for report in self.reports:
            systems = report.document.get("systems", "unknown")
            if systems != "unknown":
                named |= {system.get("developer", "") for system in systems}
        return tuple(sorted(named - {""}))

    @property
    def may_be_suspect(self) -> bool:
        """Whether the responsible party may be what the case is about."""
        return "is-the-suspect" in self.points["resp"]


def facts_of(
    standing: Standing,
    points: Mapping[str, Iterable[str]],
    reports: Sequence[Report],
    told: Told,
    tables: Routes,
) -> CaseFacts:
    """Return a case as it is routed.

    Args:
        standing: of the case.
        points: decision point -> the values that its assessment leaves open; one that
            is missing or empty leaves all open.
        reports: of the case.
        told: what the routing officer adds.
        tables: in force.
    """
    reports = sorted(reports, key=lambda report: report.id)
    valued = {
        name: tuple(value for value in every if value in set(points.get(name, ())))
        or every
        for name, every in POINTS.items()
    }
    sectors, unread = _sectors(reports, told, tables)
    states = _states(reports, told)
    legal = _legal(points)
    entity = _assessed(_listed(reports, "entity"), legal.values & ENTITIES)
    if _UNION_BODIES in sectors.values:
        entity = _assessed(entity, frozenset({_UNION_BODY}))
    harms = _assessed(_listed(reports, "harms"), legal.values & HARMS)
    facts: dict[str, Claims] = {
        name: Claims(frozenset(values)) for name, values in valued.items()
    }
    facts |= {
        "sector": sectors,
        "states": states,
        # Whoever has assessed which events there were has said which there were not.
        "harms": harms._replace(is_whole=harms.is_whole or legal.is_whole),
        "entity": entity,
        "legal": legal,
        "agent": _agent(sectors),
        "eea": _eea(states),
        "across": _across(frozenset(valued["spread"]), states),
        "six": _six(states),
        "notice": _notice(reports),
    }
    codes = tuple(sorted(states.values - {OUTSIDE}))
    return CaseFacts(standing, valued, tuple(reports), facts, codes, unread)


def _listed(reports: Sequence[Report], field: str) -> Claims:
    """Return what the reports name together; whole only if each of them says."""
    named: set[str] = set()
    is_whole = bool(reports)
    for report in reports:
        said = report.document.get(field, "unknown")
        if said == "unknown":
            is_whole = False
            continue
        named.update([said] if isinstance(said, str) else said)
    return Claims(frozenset(named), among=True, is_whole=is_whole)


def _legal(points: Mapping[str, Iterable[str]]) -> Claims:
    """Return the events that an assessment names; some of them or none is open."""
    named = frozenset(points.get("legal", ()))
    is_open = not named or ("none" in named and len(named) > 1)
    values = frozenset() if is_open else named & FLAGS
    return Claims(values, among=True, is_whole=not is_open)


def _assessed(claimed: Claims, named: frozenset[str]) -> Claims:
    """Return what reports claim, with what somebody who looked into it has named."""
    return claimed._replace(values=claimed.values | named)


def _agent(sectors: Claims) -> Claims:
    """Return what a weapon would be made of; open where no sector tells."""
    named = frozenset(_WEAPONS[one] for one in sectors.values & _WEAPONS.keys())
    return Claims(named, among=True, is_whole=bool(named) and sectors.is_whole)


def _eea(states: Claims) -> Claims:
    """Return whether any state of the EEA is concerned."""
    if states.values - {OUTSIDE}:
        return _YES
    return _NO if states.is_whole else _OPEN


def _states(reports: Sequence[Report], told: Told) -> Claims:
    claimed = _listed(reports, "states")
    # A report that names no state of the EEA tells of something outside it.
    if any(list(report.document.get("states", "-")) == [] for report in reports):
        claimed = claimed._replace(values=claimed.values | {OUTSIDE})
    return _with_told(claimed, told.states)


def _with_told(claimed: Claims, told: frozenset[str]) -> Claims:
    whole = claimed.is_whole or bool(told)
    return Claims(claimed.values | told, among=True, is_whole=whole)


def _sectors(
    reports: Sequence[Report], told: Told, tables: Routes
) -> tuple[Claims, tuple[str, ...]]:
    """Return the sectors, and what was written that is in no row."""
    claimed = _listed(reports, "sector")
    named: set[str] = set()
    unread: set[str] = set()
    for text in claimed.values:
        found, odd = tables.sectors_in(text)
        named |= found
        unread |= {*odd}
    is_whole = claimed.is_whole and not unread
    read = Claims(frozenset(named), among=True, is_whole=is_whole)
    return _with_told(read, told.sectors), tuple(sorted(unread))


def _across(spread: frozenset[str], states: Claims) -> Claims:
    """Return whether it concerns more states than one."""
    if spread <= _SPREAD_WIDE or len(states.values) > 1:
        return _YES
    # One report may name one state and not know of others.
    return _NO if not spread & _SPREAD_WIDE else _OPEN


def _six(states: Claims) -> Claims:
    if len(states.values) >= _MANY:
        return _YES
    return _NO if states.is_whole else _OPEN


def _notice(reports: Sequence[Report]) -> Claims:
    """Return whether a report tells of a large run, and of nothing worse."""
    return _YES if any(map(_is_notice, reports)) else _NO


def _is_notice(report: Report) -> bool:
    said = report.document
    compute = said.get("compute", "unknown")
    if compute == "unknown" or said.get("kind") != "hazard":
        return False
    harmless = said.get("harms") in ("unknown", [], ["none"], ("none",))
    is_kept = said.get("weights") in ("no", "unknown")
    quiet = said.get("behaviour") != "shown" and is_kept
    return harmless and quiet and parse_flop(compute["high"]) >= _PRESUMED
