"""The smallest change of the facts that would turn a deny into a permit.

What is shown was tried: the very pipeline permits the changed situation. Must never
show a way round a row that forbids, nor change what was asked about.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from ringwall.model.decisions import Change
from ringwall.model.facts import SessionFacts, SiteFacts, Situation
from ringwall.model.levels import Authentication, Domain, Scale, SecurityLevel
from ringwall.model.tiers import TIER_VECTORS
from ringwall.pdp.explain import shortened
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.explanation.change import AttributeChange
from ringwall.policy.numbers import format_number

__all__ = ["smallest_change"]

_Permits: TypeAlias = Callable[[Situation], bool]

# Who asks, through what, for what: another subject or asset is another question.
_ASKED: Final = frozenset(
    {
        "asset.id",
        "asset.kind",
        "asset.tier",
        "organisation.id",
        "organisation.relation",
        "site.id",
        "subject.id",
    }
)
# A site's level is the least of these; it has no other.
_SITE_LEVEL: Final = tuple(
    domain.value for domain in Domain if domain is not Domain.PERSONNEL
)
_NOT_SHOWN: Final = frozenset({"lapses", "level"})
_SHOWN: Final = tuple(
    (path, attrgetter(path))
    for part, facts in Situation.__annotations__.items()
    if is_dataclass(facts)
    for field in fields(facts)
    if field.name not in _NOT_SHOWN
    for path in [f"{part}.{field.name}"]
)
_BY_NATURE: Final = "service"


def smallest_change(
    situation: Situation,
    floor: Iterable[str],
    concerns: Collection[CompiledConcern],
    permits: _Permits,
) -> tuple[Change, ...]:
    """Return the fewest facts that would turn a deny, all of them together.

    What the floor asks for comes first, since nothing makes up for it. Then each
    concern is met by the row for which the fewest further facts have to change.

    Args:
        situation: that no row forbids and that is not permitted.
        floor: codes of the rules of the floor that it breaks.
        concerns: that every request passes.
        permits: the pipeline.

    Returns:
        Nothing where no such change is known, or where it would put roles together
        that [separation] keeps apart.
    """
    changed = situation
    for code in floor:
        changed = _MENDS.get(code, _unchanged)(changed)
    for concern in concerns:
        if not concern.decide(changed).permitted:
            met = (_changed(changed, found) for found in concern.changes(changed))
            changed = next(filter(None, met), changed)
    if _separated(concerns, changed) - _separated(concerns, situation):
        return ()
    return _differences(situation, changed) if permits(changed) else ()


def _separated(
    concerns: Iterable[CompiledConcern], situation: Situation
) -> set[tuple[str, str]]:
    """Return the pairs of separated roles that the subject has between all its own."""
    found = set()
    for concern in (item.concern for item in concerns):
        for pair in concern.separations:
            includes = concern.relations["g"].includes
            own = (includes.get(role, {role}) for role in situation.subject.roles)
            if {pair.first, pair.second} <= set().union(*own):
                found.add((pair.first, pair.second))
    return found


def _changed(
    situation: Situation, changes: Iterable[AttributeChange]
) -> Situation | None:
    """Return the situation with other facts; None if they can't be otherwise."""
    for change in changes:
        if change.path in _ASKED:
            return None
        part, _, name = change.path.partition(".")
        facts: Any = getattr(situation, part)
        old = getattr(facts, name)
        if change.path == "subject.roles" and _BY_NATURE in change.value - old:
            return None
        new = type(old)(change.value)  # a rank becomes a word of its scale again
        if part == "site":
            names = _SITE_LEVEL if name == "level" else (name,)
            facts = _attested(facts, dict.fromkeys(names, new))
        else:
            facts = replace(facts, **{name: new})
        situation = situation._replace(**{part: facts})
    return situation


def _attested(site: SiteFacts, least: Mapping[str, SecurityLevel]) -> SiteFacts:
    """Return the site with no less than the levels given, by domain."""
    levels: dict[str, Any] = {
        name: max(level, getattr(site, name)) for name, level in least.items()
    }
    weakest = min(levels.get(name, getattr(site, name)) for name in _SITE_LEVEL)
    return replace(site, level=weakest, **levels)


def _lift_suspensions(s: Situation) -> Situation:
    return s._replace(
        subject=replace(s.subject, suspended=False),
        organisation=replace(s.organisation, suspended=False),
    )


def _attest_site(s: Situation) -> Situation:
    least = {domain.value: lv for domain, lv in TIER_VECTORS[s.asset.tier].items()}
    return s._replace(site=_attested(s.site, least))


def _screen_person(s: Situation) -> Situation:
    level = TIER_VECTORS[s.asset.tier][Domain.PERSONNEL]
    return s._replace(subject=replace(s.subject, personnel=level))


def _show_evidence(s: Situation) -> Situation:
    return s._replace(organisation=replace(s.organisation, cyber=SecurityLevel.SL3))


def _read_in(s: Situation) -> Situation:
    compartments = s.subject.compartments | s.asset.compartments
    return s._replace(subject=replace(s.subject, compartments=compartments))


def _prove_session(s: Situation) -> Situation:
    return s._replace(session=SessionFacts(Authentication.HARDWARE))


def _unchanged(s: Situation) -> Situation:
    return s


# What meets a rule of the floor, by its code; nothing meets the others.
_MENDS: Final[Mapping[str, Callable[[Situation], Situation]]] = MappingProxyType(
    {
        "floor-suspended": _lift_suspensions,
        "floor-site": _attest_site,
        "floor-personnel": _screen_person,
        "floor-government-evidence": _show_evidence,
        "floor-compartment": _read_in,
        "floor-authentication": _prove_session,
    }
)


def _differences(before: Situation, after: Situation) -> tuple[Change, ...]:
    return tuple(
        Change(path, shortened(_seen(old)), shortened(_needed(old, new)))
        for path, fact_of in _SHOWN
        if (old := fact_of(before)) != (new := fact_of(after))
    )


def _seen(value: Any) -> str:  # noqa: ANN401 - the value of any fact
    match value:
        case frozenset():
            return ", ".join(sorted(value)) or "none"
        case bool():
            return "true" if value else "false"
        case Scale() | str():
            return str(value)
        case _:
            return format_number(value)


def _needed(old: Any, new: Any) -> str:  # noqa: ANN401 - two values of one fact
    match new:
        case frozenset():
            return _seen(new - old)
        case bool() | str():
            return _seen(new)
        case Scale():
            return f"{new} or {'higher' if new > old else 'lower'}"
        case _:
            return f"{format_number(new)} or {'more' if new > old else 'less'}"
