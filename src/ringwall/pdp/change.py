"""The smallest change of the facts that would turn a deny into a permit.

What is shown was tried: the very pipeline permits the changed situation. Must never
show a way round a row that forbids, nor change what was asked about.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from operator import attrgetter
from typing import Any, Final, TypeAlias

from ringwall.model.decisions import Change
from ringwall.model.facts import SiteFacts, Situation
from ringwall.model.levels import SITE_DOMAINS, Domain, Scale, SecurityLevel
from ringwall.pdp.explain import shortened
from ringwall.pdp.mends import at_least_levels, mended
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.explanation.change import AttributeChange
from ringwall.policy.numbers import format_number

__all__ = ["smallest_change"]

_Permits: TypeAlias = Callable[[Situation], bool]

# Who asks for what: another subject or asset is another question. Nor does anybody
# change what an asset derives from, who wrote it, or that a body enforces law.
_ASKED: Final = frozenset(
    {
        "asset.authors",
        "asset.id",
        "asset.kind",
        "asset.source_compartments",
        "asset.source_tier",
        "asset.tier",
        "institute.open_source",
        "organisation.enforcing",
        "organisation.id",
        "organisation.relation",
        "point.id",
        "site.id",
        "subject.id",
    }
)
_NOT_SHOWN: Final = frozenset(
    {"exceptions", "lacks", "lapses", "level", "shared_lacks"}
)
_SHOWN: Final = tuple(
    (path, attrgetter(path))
    for part, facts in Situation.__annotations__.items()
    if is_dataclass(facts)
    for field in fields(facts)
    if field.name not in _NOT_SHOWN
    for path in [f"{part}.{field.name}"]
)
_LEVEL_LETTERS: Final = 3
_BY_NATURE: Final = "service"
_POINT_LABELS: Final = frozenset({"point.integrity", "point.tier"})
_LABELS: Final = (("integrity",), ("tier",), ("integrity", "tier"))


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
        concerns: that the action has to pass.
        permits: the pipeline.

    Returns:
        Nothing where no such change is known, or where it would put roles together
        that [separation] keeps apart.
    """
    codes = tuple(floor)
    for start in (situation, *_at_other_points(situation, concerns)):
        changed = _met(start, codes, concerns)
        if permits(changed):
            parted = _separated(concerns, changed) - _separated(concerns, situation)
            return () if parted else _differences(situation, changed)
    return ()


def _met(
    situation: Situation,
    floor: Iterable[str],
    concerns: Iterable[CompiledConcern],
) -> Situation:
    """Return the situation after the floor and then each concern was met, if it can."""
    changed = mended(situation, floor)
    for concern in concerns:
        if not concern.decide(changed).permitted:
            met = (_changed(changed, found) for found in concern.changes(changed))
            changed = next(filter(None, met), changed)
    return changed


def _at_other_points(
    situation: Situation, concerns: Iterable[CompiledConcern]
) -> Iterator[Situation]:
    """Give the situation at points labelled as the asset, where a label is at fault.

    That a label of a point compares with one of the asset is no change that a
    concern can work out by itself.
    """
    flows = [item for item in concerns if not _POINT_LABELS.isdisjoint(_paths(item))]
    if all(concern.decide(situation).permitted for concern in flows):
        return
    point, asset = situation.point, situation.asset
    for labels in _LABELS:
        other = replace(point, **{name: getattr(asset, name) for name in labels})
        if other != point:
            yield situation._replace(point=other)


def _paths(concern: CompiledConcern) -> set[str]:
    return {attribute.path for attribute in concern.concern.schema.attributes}


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
        if part == "site" and isinstance(new, SecurityLevel):
            names = SITE_DOMAINS if name == "level" else (name,)
            facts = at_least_levels(facts, dict.fromkeys(names, new))
        else:
            facts = replace(facts, **{name: new})
        situation = situation._replace(**{part: facts})
    return situation


def _differences(before: Situation, after: Situation) -> tuple[Change, ...]:
    found = tuple(
        Change(path, shortened(_seen(old)), shortened(_needed(old, new)))
        for path, fact_of in _SHOWN
        if (old := fact_of(before)) != (new := fact_of(after))
    )
    return (*found, *_for_the_operator(before.site, after.site))


def _for_the_operator(before: SiteFacts, after: SiteFacts) -> Iterator[Change]:
    """Give what has to be in force for all of who runs the site, at each of theirs."""
    for domain in Domain:
        lacks = [m for of, m in before.shared_lacks if of == domain.value]
        # The level that asks for a measure stands first in its id.
        level = min((SecurityLevel[m[:_LEVEL_LETTERS]] for m in lacks), default=None)
        if level is not None and getattr(after, domain.value) >= level:
            path = f"operator.{domain.value}"
            best = SecurityLevel(level - 1)
            yield Change(path, str(best), shortened(", ".join(lacks)))


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
