"""The mandatory floor: a few rules in plain code, apart from every policy file.

It restates what must hold whatever an officer writes into a table, so that a bad
row alone can't open the upper tier. Must never permit anything by itself.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

from ringwall.model.facts import AssetFacts, OrganisationFacts, Situation
from ringwall.model.levels import (
    Authentication,
    Disclosure,
    Domain,
    Equivalence,
    Quorum,
    SecurityLevel,
)
from ringwall.model.tiers import TIER_VECTORS, Tier, TierSetting, tiers_of
from ringwall.pdp.floor_rules import FLOOR_RULES, FloorRule, unshown_safeguards

__all__ = ["SEVERE_COMPUTE", "broken_rules"]

SEVERE_COMPUTE: Final = 10**26
"""Operations above which a training run needs every safeguard (report "Advanced AI",
recommendation 2); the same number stands in threat_models/compute.yaml."""

_INSTITUTE: Final = "institute"
# Who may reach above the lower tier at all; all but the first have to show evidence.
_MAY_RISE: Final = frozenset(
    {_INSTITUTE, "member-state", "associated-state", "eu-institution", "assessor"}
)
_UPPER_KINDS: Final = frozenset({"raid-report", "raid-case", "defence-programme"})
_CASES: Final = frozenset({"raid-report", "raid-case"})
_RAID: Final = "raid"
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
_EVIDENCE: Final = SecurityLevel.SL3
_HARDWARE: Final = Authentication.HARDWARE
_EMBARGOED: Final = Disclosure.EMBARGOED
_NOT_EQUIVALENT: Final = Equivalence.NO
_TWO: Final = Quorum.TWO

# What brings an asset to a point, and what changes it from there (Bell-LaPadula).
# Publishing and lowering a tier are the approved ways down, so they are neither; who
# takes in a report or attests a measure only writes up.
_READS: Final = frozenset(
    {
        *("weights.infer", "weights.finetune", "weights.interpret", "weights.read"),
        *("weights.load", "weights.rewrap", "weights.copy", "weights.export"),
        *("asset.host", "interface.call"),
        *("research.read", "secret.read", "audit.read", "policy.change"),
        *("training.start", "training.scale", "raid.read", "raid.write"),
        *("raid.assess", "raid.approve", "raid.arm", "raid.audit"),
    }
)
_WRITES: Final = frozenset(
    {
        *("weights.seal", "weights.rewrap", "weights.copy", "weights.export"),
        *("weights.delete", "research.write", "secret.write", "policy.change"),
        *("training.start", "training.scale"),
        *("raid.write", "raid.assess", "raid.approve", "raid.arm"),
    }
)
# All that anybody from outside does above the lower tier, and to which kinds: read what
# was found out, evaluate on the premises or through an interface, and attest.
_OUTSIDERS_DO: Final[dict[str, frozenset[str]]] = {
    "research.read": frozenset({"evaluation", "defence-programme", "security-record"}),
    "research.write": frozenset({"evaluation"}),
    "weights.infer": _WEIGHTS,
    "interface.call": frozenset({"interface"}),
    "site.enter": frozenset({"room"}),
    "measure.attest": frozenset({"security-record"}),
    "audit.read": frozenset({"security-record"}),
}
_NOTHING: Final = frozenset[str]()
_PUBLICATIONS: Final = frozenset({"weights.publish", "research.publish"})
_Codes: TypeAlias = tuple[str, ...]
_Check: TypeAlias = Callable[[AssetFacts], _Codes]


def broken_rules(situation: Situation, setting: TierSetting) -> tuple[FloorRule, ...]:
    """Return the rules of the floor that a situation breaks; empty if it stands."""
    codes = _broken_codes(situation)
    asset = situation.asset
    if asset.need_to_know and situation.grant.quorum < _TWO:
        codes.append("floor-need-to-know")
    if asset.tier > _HIGHEST[setting]:
        codes.append("floor-no-such-tier")
    if not codes:
        return ()
    return tuple(rule for rule in FLOOR_RULES if rule.code in codes)


def _broken_codes(s: Situation) -> list[str]:
    """Return the rules that break whatever setting and approvals, in no order."""
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
    codes += _broken_above_lower(s) if tier > _LOWER else _broken_in_lower(s)
    for check in _checks_of(action):
        codes += check(asset)
    return codes


def _broken_in_lower(s: Situation) -> list[str]:
    asset = s.asset
    codes = []
    if asset.kind in _UPPER_KINDS or asset.content in _UPPER_CONTENTS:
        codes.append("floor-content")
        if asset.kind in _CASES and s.organisation.relation != _INSTITUTE:
            codes.append("floor-outsider")
    return codes


def _broken_above_lower(s: Situation) -> list[str]:
    """Return the rules about the tiers above the lower one that break."""
    subject, organisation, asset, _, session, _, action, point, _, _ = s
    codes = []
    if asset.kind in _WEIGHTS:
        if subject.id.startswith(_SERVICE):
            codes.append("floor-service")
        if point.interface == _UNCONSTRAINED and action.startswith(_USES_WEIGHTS):
            codes.append("floor-interface")
    if organisation.enforcing and (asset.kind in _CASES or asset.content == _RAID):
        codes.append("floor-enforcing")
    if organisation.relation != _INSTITUTE:
        codes += _broken_by_outsider(organisation, asset, action)
    if session.authentication < _HARDWARE:
        codes.append("floor-authentication")
    return codes


def _broken_by_outsider(
    organisation: OrganisationFacts, asset: AssetFacts, action: str
) -> list[str]:
    codes = []
    if organisation.relation not in _MAY_RISE:
        codes.append("floor-private-party")
    elif organisation.cyber < _EVIDENCE:
        codes.append("floor-government-evidence")
    if asset.tier >= _THIRD:
        codes.append("floor-third-tier")
    if asset.kind not in _OUTSIDERS_DO.get(action, _NOTHING):
        codes.append("floor-outsider")
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
    return ("floor-training",) if large and unshown_safeguards(asset) else ()
