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
_INSTITUTE: Final = "institute"
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
    """What a rule of the floor is about, in words; `_broken_codes` says when it breaks.

    Attributes:
        code: the reason code of its refusal.
        message: why, for an officer.
        condition: name of the fact it looks at.
        seen: the value found, as text.
        needed: the value that would serve, as text.
    """

    code: str
    message: str
    condition: str
    seen: Callable[[Situation], str]
    needed: Callable[[Situation], str]


def broken_rules(situation: Situation, setting: TierSetting) -> tuple[FloorRule, ...]:
    """Return the rules of the floor that a situation breaks; empty if it stands."""
    codes = _broken_codes(situation)
    if situation.asset.tier > _HIGHEST[setting]:
        codes.append("floor-no-such-tier")
    if not codes:
        return ()
    return tuple(rule for rule in FLOOR_RULES if rule.code in codes)


def _broken_codes(s: Situation) -> list[str]:
    """Return the rules that break whatever the institute's setting, in no order."""
    subject, organisation, asset, site, _, _, _ = s
    tier = asset.tier
    weights, network, assurance, detection, personnel = _VECTORS[tier]
    codes = []
    if subject.suspended or organisation.suspended:
        codes.append("floor-suspended")
    if (
        site.weights < weights
        or site.network < network
        or site.assurance < assurance
        or site.detection < detection
        or site.personnel < personnel
    ):
        codes.append("floor-site")
    if subject.personnel < personnel:
        codes.append("floor-personnel")
    if not asset.compartments <= subject.compartments:
        codes.append("floor-compartment")
    if tier > _LOWER:
        codes += _broken_above_lower(s)
    elif asset.kind in _UPPER_KINDS or asset.content in _UPPER_CONTENTS:
        codes.append("floor-content")
    return codes


def _broken_above_lower(s: Situation) -> list[str]:
    """Return the rules about the tiers above the lower one that break."""
    subject, organisation, asset, _, session, _, _ = s
    relation = organisation.relation
    codes = []
    if asset.kind in _WEIGHTS and subject.id.startswith(_SERVICE):
        codes.append("floor-service")
    if relation in _PRIVATE:
        codes.append("floor-private-party")
    if relation in _STATES and organisation.cyber < _EVIDENCE:
        codes.append("floor-government-evidence")
    if asset.tier >= _THIRD and relation != _INSTITUTE:
        codes.append("floor-third-tier")
    if session.authentication < _HARDWARE:
        codes.append("floor-authentication")
    return codes


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
        _suspended,
        lambda _: "nobody suspended",
    ),
    FloorRule(
        "floor-service",
        "no service touches weights above the lower tier",
        "subject.id",
        lambda s: s.subject.id,
        lambda _: "a person",
    ),
    FloorRule(
        "floor-site",
        "the site is not attested for every domain of the asset's tier",
        "site",
        _weak_domains,
        _vector,
    ),
    FloorRule(
        "floor-personnel",
        "the person is not screened to the level of the asset's tier",
        "subject.personnel",
        lambda s: str(s.subject.personnel),
        lambda s: f"{_PERSONNEL[s.asset.tier]} or higher",
    ),
    FloorRule(
        "floor-private-party",
        "a private partner or licensee never reaches above the lower tier",
        "organisation.relation",
        lambda s: s.organisation.relation,
        lambda _: "institute or an eligible government",
    ),
    FloorRule(
        "floor-government-evidence",
        "a government reaches above the lower tier only with cybersecurity evidence",
        "organisation.cyber",
        lambda s: str(s.organisation.cyber),
        lambda _: "SL3 or higher, in date",
    ),
    FloorRule(
        "floor-third-tier",
        "the third tier is for the institute's own people",
        "organisation.relation",
        lambda s: s.organisation.relation,
        lambda _: _INSTITUTE,
    ),
    FloorRule(
        "floor-compartment",
        "the asset has a compartment that the subject is not in",
        "subject.compartments",
        lambda s: _listed(s.subject.compartments),
        lambda s: f"all of {_listed(s.asset.compartments)}",
    ),
    FloorRule(
        "floor-authentication",
        "nothing above the lower tier opens without a hardware key",
        "session.authentication",
        lambda s: str(s.session.authentication),
        lambda _: "hardware or higher",
    ),
    FloorRule(
        "floor-content",
        "RAID material and defence programmes are never held in the lower tier",
        "asset.tier",
        lambda s: str(s.asset.tier),
        lambda _: "upper or higher",
    ),
    FloorRule(
        "floor-no-such-tier",
        "the institute has no such tier",
        "asset.tier",
        lambda s: str(s.asset.tier),
        lambda _: "a tier the institute is set up with",
    ),
)
"""All rules, in order of report."""
