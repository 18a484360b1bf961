"""The rules of the mandatory floor in words: what each is about, and what would serve.

Must never decide: `floor` says which rules break.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ringwall.model.facts import AssetFacts, Situation
from ringwall.model.levels import Domain, Proof, Quorum
from ringwall.model.tiers import TIER_VECTORS
from ringwall.pdp.lacking import lacking

__all__ = ["FLOOR_RULES", "FloorRule", "unshown_safeguards"]

_INSTITUTE: Final = "institute"
_SERVICE: Final = "service:"


@dataclass(frozen=True, slots=True)
class FloorRule:
    """What a rule of the floor is about, in words; `floor` says when it breaks.

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


def unshown_safeguards(asset: AssetFacts) -> str:
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
        f"{domain} {getattr(s.site, domain)}{_noted(lacking(s.site, domain))}"
        for domain in Domain
        if getattr(s.site, domain) < vector[domain]
    ]
    return ", ".join(weak)


def _noted(note: str) -> str:
    return f" ({note})" if note else ""


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
        lambda s: f"{TIER_VECTORS[s.asset.tier][Domain.PERSONNEL]} or higher",
    ),
    FloorRule(
        "floor-private-party",
        "of those outside the institute only member states, associated states, "
        "institutions of the union and assessors reach above the lower tier",
        "organisation.relation",
        lambda s: s.organisation.relation,
        lambda _: "institute, member-state, associated-state, eu-institution, assessor",
    ),
    FloorRule(
        "floor-outsider",
        "people from outside the institute do a few things above the lower tier and "
        "never reach a report or case of the RAID unit",
        "organisation.relation",
        lambda s: f"{s.organisation.relation} ({s.action} on {s.asset.kind})",
        lambda _: _INSTITUTE,
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
        "floor-need-to-know",
        "the asset is open only to who is approved for it by name",
        "grant.quorum",
        lambda s: str(s.grant.quorum),
        lambda _: f"{Quorum.TWO} or higher",
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
        lambda s: f"not shown: {unshown_safeguards(s.asset)}",
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
