"""The mandatory floor: a few rules in plain code, apart from every policy file.

It restates what must hold whatever an officer writes into a table, so that a bad
row alone can't open the upper tier. Must never permit anything by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from ringwall.model.facts import AssetFacts, OrganisationFacts, Situation
from ringwall.model.levels import (
    Authentication,
    Disclosure,
    Domain,
    Equivalence,
    Proof,
    SecurityLevel,
)
from ringwall.model.tiers import TIER_VECTORS, Tier, TierSetting, tiers_of

__all__ = ["FLOOR_RULES", "SEVERE_COMPUTE", "FloorRule", "broken_rules"]

SEVERE_COMPUTE: Final = 10**26
"""Operations above which a training run needs every safeguard (seed "Advanced AI",
recommendation 2); the same number stands in threat_models/compute.yaml."""

_INSTITUTE: Final = "institute"
# Who may reach above the lower tier at all; all but the first have to show evidence.
_MAY_RISE: Final = frozenset(
    {_INSTITUTE, "member-state", "associated-state", "eu-institution", "assessor"}
)
_UPPER_KINDS: Final = frozenset({"raid-report", "raid-case", "defence-programme"})
_CASES: Final = frozenset({"raid-report", "raid-case"})
_WEIGHTS: Final = frozenset({"model-weights", "checkpoint"})
_SERVICE: Final = "service:"
_UPPER_CONTENTS: Final = frozenset({"raid", "defence"})
_UNCONSTRAINED: Final = "unconstrained"
_USES_WEIGHTS: Final = "weights."
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
_EMBARGOED: Final = Disclosure.EMBARGOED
_NOT_EQUIVALENT: Final = Equivalence.NO

# What brings an asset to a point, and what changes it from there (Bell-LaPadula).
# Publishing and lowering a tier are the approved ways down, so they are neither; who
# takes in a report or attests a measure only writes up.
_READS: Final = frozenset(
    {
        *("weights.infer", "weights.finetune", "weights.interpret", "weights.read"),
        *("weights.copy", "weights.export", "asset.host", "interface.call"),
        *("research.read", "secret.read", "audit.read", "policy.change"),
        *("training.start", "training.scale", "raid.read", "raid.write"),
        *("raid.assess", "raid.approve", "raid.audit"),
    }
)
_WRITES: Final = frozenset(
    {
        *("weights.copy", "weights.export", "weights.delete", "research.write"),
        *("secret.write", "policy.change", "training.start", "training.scale"),
        *("raid.write", "raid.assess", "raid.approve"),
    }
)
_PUBLICATIONS: Final = frozenset({"weights.publish", "research.publish"})
_Codes: TypeAlias = tuple[str, ...]
_Check: TypeAlias = Callable[[AssetFacts], _Codes]


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
    subject, organisation, asset, site, _, _, action, point, _, _ = s
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
    if asset.source_tier > tier or not asset.source_compartments <= asset.compartments:
        codes.append("floor-derived")
    if point.tier != tier and action in (_READS if tier > point.tier else _WRITES):
        codes.append("floor-flow")
    codes += _broken_above_lower(s) if tier > _LOWER else _broken_in_lower(asset)
    for check in _checks_of(action):
        codes += check(asset)
    return codes


def _broken_in_lower(asset: AssetFacts) -> _Codes:
    sensitive = asset.kind in _UPPER_KINDS or asset.content in _UPPER_CONTENTS
    return ("floor-content",) if sensitive else ()


def _broken_above_lower(s: Situation) -> list[str]:
    """Return the rules about the tiers above the lower one that break."""
    subject, organisation, asset, _, session, _, action, point, _, _ = s
    codes = []
    if asset.kind in _WEIGHTS:
        if subject.id.startswith(_SERVICE):
            codes.append("floor-service")
        if point.interface == _UNCONSTRAINED and action.startswith(_USES_WEIGHTS):
            codes.append("floor-interface")
    if organisation.enforcing and asset.kind in _CASES:
        codes.append("floor-enforcing")
    if organisation.relation != _INSTITUTE:
        codes += _broken_by_outsider(organisation, asset)
    if session.authentication < _HARDWARE:
        codes.append("floor-authentication")
    return codes


def _broken_by_outsider(
    organisation: OrganisationFacts, asset: AssetFacts
) -> list[str]:
    codes = []
    if organisation.relation not in _MAY_RISE:
        codes.append("floor-private-party")
    elif organisation.cyber < _EVIDENCE:
        codes.append("floor-government-evidence")
    if asset.tier >= _THIRD:
        codes.append("floor-third-tier")
    return codes


@lru_cache(maxsize=256)
def _checks_of(action: str) -> tuple[_Check, ...]:
    """Return what is checked of the asset of an action, beside what always is."""
    prefix = action.partition(".")[0]
    if action in _PUBLICATIONS or prefix == "offer":
        return (_release,)
    return (_training,) if prefix == "training" else ()


def _release(asset: AssetFacts) -> _Codes:
    hidden = asset.tier > _LOWER or asset.disclosure <= _EMBARGOED
    return ("floor-release",) if hidden else ()


def _training(asset: AssetFacts) -> _Codes:
    large = asset.compute > SEVERE_COMPUTE or asset.equivalent != _NOT_EQUIVALENT
    return ("floor-training",) if large and _unshown(asset) else ()


def _unshown(asset: AssetFacts) -> str:
    """Return the safeguards of a training run that are not shown, as text."""
    shown = {
        "notice": asset.notice,
        "security evaluation": asset.security_evaluation,
        "alignment evaluation": asset.alignment_evaluation,
        "evaluator on the premises": asset.evaluator,
    }
    return ", ".join(name for name, proof in shown.items() if proof < Proof.IN_DATE)


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


def _tier_of_point(s: Situation) -> str:
    if s.asset.tier > s.point.tier:
        return f"{s.asset.tier} or higher"
    return f"{s.asset.tier} or lower"


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
        "a partner, a licensee or any other outsider stays in the lower tier",
        "organisation.relation",
        lambda s: s.organisation.relation,
        lambda _: "the institute, or a public body or assessor that is eligible",
    ),
    FloorRule(
        "floor-government-evidence",
        "a public body or assessor reaches above the lower tier only with "
        "cybersecurity evidence",
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
        "floor-derived",
        "the asset is held below what it derives from, or outside its compartments",
        "asset",
        lambda s: f"{s.asset.tier}, compartments {_listed(s.asset.compartments)}",
        lambda s: (
            f"{max(s.asset.tier, s.asset.source_tier)} or higher, "
            f"compartments {_listed(s.asset.source_compartments)}"
        ),
    ),
    FloorRule(
        "floor-flow",
        "nothing is read at a point of a lower tier, nor written from a higher one",
        "point.tier",
        lambda s: str(s.point.tier),
        _tier_of_point,
    ),
    FloorRule(
        "floor-interface",
        "weights above the lower tier are never used through an unconstrained tool",
        "point.interface",
        lambda s: s.point.interface,
        lambda _: "certified, bounded or isolated",
    ),
    FloorRule(
        "floor-release",
        "nothing above the lower tier or under embargo is published or offered",
        "asset",
        lambda s: f"tier {s.asset.tier}, disclosure {s.asset.disclosure}",
        lambda _: "tier lower, disclosure pending or higher",
    ),
    FloorRule(
        "floor-training",
        "a training run of this size needs every safeguard in date",
        "asset.safeguards",
        lambda s: f"not shown: {_unshown(s.asset)}",
        lambda _: "notice, two evaluations and an evaluator on the premises",
    ),
    FloorRule(
        "floor-enforcing",
        "who enforces law never sees a report or case of the RAID unit",
        "organisation.enforcing",
        lambda s: s.organisation.id,
        lambda _: "an organisation that does not enforce law",
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
