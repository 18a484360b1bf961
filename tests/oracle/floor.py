"""The mandatory floor restated, from the design alone.

Imports nothing of `ringwall.pdp`.
"""

from tests.oracle.asset_facts import SAFEGUARDS
from tests.oracle.registered import TIERS, Facts

READ_AND_WRITE = {
    *("weights.copy", "weights.export", "policy.change", "training.start"),
    *("training.scale", "raid.write", "raid.assess", "raid.approve"),
    "raid.arm",
    "weights.rewrap",
}
READ = {
    *("weights.infer", "weights.finetune", "weights.interpret", "weights.read"),
    *("asset.host", "interface.call", "research.read", "secret.read", "audit.read"),
    *("raid.read", "raid.audit", "weights.load"),
}
WRITE = {"weights.delete", "weights.seal", "research.write", "secret.write"}
OUTSIDERS_DO = {
    ("research.read", "evaluation"),
    ("research.read", "defence-programme"),
    ("research.read", "security-record"),
    ("research.write", "evaluation"),
    ("weights.infer", "model-weights"),
    ("weights.infer", "checkpoint"),
    ("interface.call", "interface"),
    ("site.enter", "room"),
    ("measure.attest", "security-record"),
    ("audit.read", "security-record"),
}


def stands_on_the_floor(facts: Facts, setting: str) -> bool:
    """Return whether the mandatory rules hold: DESIGN 3 and 4, in other words."""
    asset, site = facts.asset, facts.site
    tier = TIERS[asset.tier]
    least, personnel = {"lower": (1, 1), "upper": (3, 4), "third": (5, 5)}[tier]
    weakest = min(site.weights, site.network, site.assurance, site.detection)
    return (
        not facts.subject.suspended
        and not facts.organisation.suspended
        and (setting == "three" or tier != "third")
        and asset.compartments.issubset(facts.subject.compartments)
        and (facts.grant.quorum > 0 or not asset.need_to_know)
        and weakest >= least
        and min(site.personnel, facts.subject.personnel) >= personnel
        and asset.tier >= asset.source_tier
        and asset.compartments.issuperset(asset.source_compartments)
        and (may_be_low(asset) if tier == "lower" else may_go_up(facts, tier))
        and may_flow(facts)
        and may_leave(facts)
        and may_be_trained(facts)
    )


def may_be_low(asset: Facts) -> bool:
    sensitive = {"raid-report", "raid-case", "defence-programme", "raid", "defence"}
    return asset.kind not in sensitive and asset.content not in sensitive


def may_go_up(facts: Facts, tier: str) -> bool:
    """Return whether the organisation and the session may pass the lower tier."""
    organisation, kind = facts.organisation, facts.asset.kind
    if facts.session.authentication < 3:  # a hardware key
        return False
    of_raid = kind in {"raid-report", "raid-case"} or facts.asset.content == "raid"
    if organisation.enforcing and of_raid:
        return False
    weights = kind in {"model-weights", "checkpoint"}
    if weights and facts.subject.id.startswith("service:"):
        return False
    loose = facts.point.interface == "unconstrained"
    if weights and loose and facts.action.startswith("weights."):
        return False
    if organisation.relation == "institute":
        return True
    public = {"member-state", "associated-state", "eu-institution", "assessor"}
    eligible = organisation.relation in public and organisation.cyber >= 3
    work = (facts.action, kind) in OUTSIDERS_DO
    return bool(tier == "upper" and eligible and work)


def may_flow(facts: Facts) -> bool:
    """Return whether nothing is read up and nothing written down."""
    asset, point = facts.asset.tier, facts.point.tier
    if facts.action in READ:
        return bool(asset <= point)
    if facts.action in WRITE:
        return bool(asset >= point)
    return bool(asset == point or facts.action not in READ_AND_WRITE)


def may_leave(facts: Facts) -> bool:
    group, _, verb = facts.action.partition(".")
    if group != "offer" and verb != "publish":
        return True
    return bool(facts.asset.tier == 0 and facts.asset.disclosure > 0)


def may_be_trained(facts: Facts) -> bool:
    asset = facts.asset
    large = asset.compute > 10**26 or asset.equivalent
    shown = [getattr(asset, name) for name in SAFEGUARDS.values()]
    return not facts.action.startswith("training.") or not large or all(shown)
