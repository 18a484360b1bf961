"""The mandatory floor: a few rules in plain code, apart from every policy file.

It restates what must hold whatever an officer writes into a table, so that a bad
row alone can't open the upper tier. Must never permit anything by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ringwall.model.facts import Situation
from ringwall.model.levels import Authentication, Domain, SecurityLevel
from ringwall.model.tiers import TIER_VECTORS, Tier, TierSetting, tiers_of

__all__ = ["FLOOR_RULES", "FloorRule", "broken_rules"]

_PRIVATE: Final = frozenset({"partner", "licensee"})
_STATES: Final = frozenset({"member-state", "associated-state"})
_UPPER_KINDS: Final = frozenset({"raid-report", "raid-case", "defence-programme"})
_WEIGHTS: Final = frozenset({"model-weights", "checkpoint"})
_SERVICE: Final = "service:"
_UPPER_CONTENTS: Final = frozenset({"raid", "defence"})
_HIGHEST: Final[dict[TierSetting, Tier]] = {
    "two": max(tiers_of("two")),
    "three": max(tiers_of("three")),
}
# Reading a member off its class is slow, and every question passes here.
_LOWER: Final = Tier.LOWER
_THIRD: Final = Tier.THIRD
_VECTORS: Final = tuple(
    (
        vector[Domain.WEIGHTS],
        vector[Domain.NETWORK],
        vector[Domain.ASSURANCE],
        vector[Domain.DETECTION],
        vector[Domain.PERSONNEL],
    )
    for vector in (TIER_VECTORS[tier] for tier in Tier)
)
_PERSONNEL: Final = tuple(TIER_VECTORS[tier][Domain.PERSONNEL] for tier in Tier)
_EVIDENCE: Final = SecurityLevel.SL3
_HARDWARE: Final = Authentication.HARDWARE


@dataclass(frozen=True, slots=True)
class FloorRule:
    """One rule of the floor.

    Attributes:
        code: the reason code of its refusal.
        message: why, for an officer.
        condition: name of the fact it looks at.
        broken: whether a situation breaks it.
        seen: the value found, as text.
        needed: the value that would serve, as text.
    """

    code: str
    message: str
    condition: str
    broken: Callable[[Situation], bool]
    seen: Callable[[Situation], str]
    needed: Callable[[Situation], str]


def _site_falls_short(s: Situation) -> bool:
    site = s.site
    weights, network, assurance, detection, personnel = _VECTORS[s.asset.tier]
    return (
        site.weights < weights
        or site.network < network
        or site.assurance < assurance
        or site.detection < detection
        or site.personnel < personnel
    )


def _weak_domains(s: Situation) -> str:
    vector = TIER_VECTORS[s.asset.tier]
    weak = [
        f"{domain} {getattr(s.site, domain)}"
        for domain in Domain
        if getattr(s.site, domain) < vector[domain]
    ]
    return ", ".join(weak)


def _vector(s: Situation) -> str:
    return ", ".join(f"{d.value} {lv}" for d, lv in TIER_VECTORS[s.asset.tier].items())


def _suspended(s: Situation) -> str:
    if not s.subject.suspended:
        return s.organisation.id
    or_operator = " or its operator" if s.subject.id.startswith(_SERVICE) else ""
    return f"{s.subject.id}{or_operator}"


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words)) or "none"


FLOOR_RULES: Final[tuple[FloorRule, ...]] = (
    FloorRule(
        "floor-suspended",
        "the subject, its operator or its organisation is suspended",
        "subject.suspended",
        lambda s: s.subject.suspended or s.organisation.suspended,
        _suspended,
        lambda _: "nobody suspended",
    ),
    FloorRule(
        "floor-service",
        "no service touches weights above the lower tier",
        "subject.id",
        lambda s: (
            s.asset.tier > _LOWER
            and s.asset.kind in _WEIGHTS
            and s.subject.id.startswith(_SERVICE)
        ),
        lambda s: s.subject.id,
        lambda _: "a person",
    ),
    FloorRule(
        "floor-site",
        "the site is not attested for every domain of the asset's tier",
        "site",
        _site_falls_short,
        _weak_domains,
        _vector,
    ),
    FloorRule(
        "floor-personnel",
        "the person is not screened to the level of the asset's tier",
        "subject.personnel",
        lambda s: s.subject.personnel < _PERSONNEL[s.asset.tier],
        lambda s: str(s.subject.personnel),
        lambda s: f"{_PERSONNEL[s.asset.tier]} or higher",
    ),
    FloorRule(
        "floor-private-party",
        "a private partner or licensee never reaches above the lower tier",
        "organisation.relation",
        lambda s: s.asset.tier > _LOWER and s.organisation.relation in _PRIVATE,
        lambda s: s.organisation.relation,
        lambda _: "institute or an eligible government",
    ),
    FloorRule(
        "floor-government-evidence",
        "a government reaches above the lower tier only with cybersecurity evidence",
        "organisation.cyber",
        lambda s: (
            s.asset.tier > _LOWER
            and s.organisation.relation in _STATES
            and s.organisation.cyber < _EVIDENCE
        ),
        lambda s: str(s.organisation.cyber),
        lambda _: "SL3 or higher, in date",
    ),
    FloorRule(
        "floor-third-tier",
        "the third tier is for the institute's own people",
        "organisation.relation",
        lambda s: s.asset.tier >= _THIRD and s.organisation.relation != "institute",
        lambda s: s.organisation.relation,
        lambda _: "institute",
    ),
    FloorRule(
        "floor-compartment",
        "the asset has a compartment that the subject is not in",
        "subject.compartments",
        lambda s: not s.asset.compartments <= s.subject.compartments,
        lambda s: _listed(s.subject.compartments),
        lambda s: f"all of {_listed(s.asset.compartments)}",
    ),
    FloorRule(
        "floor-authentication",
        "nothing above the lower tier opens without a hardware key",
        "session.authentication",
        lambda s: s.asset.tier > _LOWER and s.session.authentication < _HARDWARE,
        lambda s: str(s.session.authentication),
        lambda _: "hardware or higher",
    ),
    FloorRule(
        "floor-content",
        "RAID material and defence programmes are never held in the lower tier",
        "asset.tier",
        lambda s: (
            s.asset.tier <= _LOWER
            and (s.asset.kind in _UPPER_KINDS or s.asset.content in _UPPER_CONTENTS)
        ),
        lambda s: str(s.asset.tier),
        lambda _: "upper or higher",
    ),
)
"""All rules that don't depend on the institute's settings, in order of report."""

_TESTS: Final = tuple((rule.broken, rule) for rule in FLOOR_RULES)
_NO_SUCH_TIER: Final = FloorRule(
    "floor-no-such-tier",
    "the institute has no such tier",
    "asset.tier",
    lambda _: True,
    lambda s: str(s.asset.tier),
    lambda _: "a tier the institute is set up with",
)


def broken_rules(situation: Situation, setting: TierSetting) -> tuple[FloorRule, ...]:
    """Return the rules of the floor that a situation breaks; empty if it stands."""
    broken = [rule for is_broken, rule in _TESTS if is_broken(situation)]
    if situation.asset.tier > _HIGHEST[setting]:
        broken.append(_NO_SUCH_TIER)
    return tuple(broken)
