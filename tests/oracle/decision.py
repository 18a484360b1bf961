"""The decision pipeline written a second time, slowly, from the design alone.

Reads declared documents as plain data, compares dates as dates, asks stock Casbin
for each concern, and restates the floor. Imports nothing of `ringwall.pdp`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from ringwall.model.requests import AccessRequest
from ringwall.policy.reference import ReferenceConcern

Data = Mapping[str, Any]
Facts = SimpleNamespace

LEVELS = ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]
TIERS = ["lower", "upper", "third"]
CAPABILITIES = ["none", "below", "near", "reached"]
KINDS = {
    "weights": "model-weights",
    "checkpoint": "checkpoint",
    "secret": "algorithmic-secret",
    "data": "training-data",
    "eval": "evaluation",
    "code": "codebase",
    "programme": "defence-programme",
    "report": "raid-report",
    "case": "raid-case",
    "interface": "interface",
    "dataset": "dataset",
}
DOMAINS = ["weights", "network", "assurance", "detection", "personnel"]


class UnknownError(Exception):
    """Something the question leans on is not there."""


def is_permitted(
    documents: Mapping[str, Data],
    concerns: Mapping[str, ReferenceConcern],
    setting: str,
    question: tuple[AccessRequest, int, int],
) -> bool:
    """Return whether a question is permitted.

    Args:
        documents: id -> declared data.
        concerns: at least classification, eligibility and access.
        setting: `two` or `three` tiers.
        question: the request, the approvals behind it (0 to 2), the instant.
    """
    request, quorum, now = question
    try:
        facts = look_up(documents, request, quorum, now)
    except UnknownError:
        return False
    for name in ("classification", "eligibility", "access"):
        if not concerns[name].decide(facts).permitted:
            return False
    return stands_on_the_floor(facts, setting)


def look_up(
    documents: Mapping[str, Data], request: AccessRequest, quorum: int, now: int
) -> Facts:
    """Return what is known about every party of a question."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now)
    subject = find(documents, request.subject, "user", "service")
    person, implied = subject, list[str]()
    if request.subject.startswith("service:"):
        person = find(documents, subject["operator"], "user")
        if person["organisation"] != subject["organisation"]:
            raise UnknownError(subject["operator"])
        implied = ["service"]
    organisation = find(documents, subject["organisation"], "org", "gov")
    point = find(documents, request.point, "point")
    site = find(documents, point["site"], "site")
    if find(documents, site["operator"], "org", "gov").get("suspended"):
        raise UnknownError(site["operator"])
    asset = find(documents, request.resource, *KINDS)
    if "tier" not in asset:
        raise UnknownError(request.resource)
    screening = [person["screening"]] if "screening" in person else []
    return Facts(
        subject=Facts(
            id=request.subject,
            roles=frozenset([*subject.get("roles", []), *implied]),
            compartments=frozenset(subject.get("compartments", [])),
            personnel=best_level(screening, moment),
            suspended=bool(subject.get("suspended") or person.get("suspended")),
        ),
        organisation=organisation_facts(organisation, moment),
        asset=asset_facts(asset),
        site=site_facts(site, moment),
        session=Facts(authentication=int(request.authentication)),
        grant=Facts(quorum=quorum),
        action=request.action,
    )


def find(documents: Mapping[str, Data], entity: str, *prefixes: str) -> Data:
    if entity not in documents or entity.partition(":")[0] not in prefixes:
        raise UnknownError(entity)
    return documents[entity]


def in_date(statement: Data, moment: datetime) -> bool:
    start = datetime.fromisoformat(statement["from"])
    until = datetime.fromisoformat(statement["until"])
    return start <= moment < until


def best_level(statements: list[Data], moment: datetime) -> int:
    best = 0
    for statement in statements:
        if in_date(statement, moment):
            best = max(best, LEVELS.index(statement["level"]))
    return best


def organisation_facts(organisation: Data, moment: datetime) -> Facts:
    evidence = organisation.get("evidence", [])
    cyber = [item for item in evidence if item["kind"] == "cybersecurity"]
    scores = {"rule-of-law": 0, "freedoms": 0, "screening": 0}
    for item in evidence:
        if item["kind"] in scores and in_date(item, moment):
            scores[item["kind"]] = max(scores[item["kind"]], item.get("score", 1))
    return Facts(
        relation=organisation["relation"],
        screening=scores["screening"],
        cyber=best_level(cyber, moment),
        rule_of_law=scores["rule-of-law"],
        freedoms=scores["freedoms"],
        suspended=organisation.get("suspended", False),
    )


def site_facts(site: Data, moment: datetime) -> Facts:
    levels = {}
    for domain in DOMAINS:
        own = [a for a in site.get("attestations", []) if a["domain"] == domain]
        levels[domain] = best_level(own, moment)
    weakest = min(levels[domain] for domain in DOMAINS if domain != "personnel")
    return Facts(level=weakest, **levels)


def asset_facts(asset: Data) -> Facts:
    prefix = asset["id"].partition(":")[0]
    capability = "none"
    if prefix in {"weights", "checkpoint"}:
        capability = asset.get("capability", "unknown").replace("unknown", "reached")
    compute = asset["compute"]["high"] if "compute" in asset else "0"
    return Facts(
        kind=KINDS[prefix],
        tier=TIERS.index(asset["tier"]),
        compartments=frozenset(asset.get("compartments", [])),
        compute=int(Decimal(compute)),
        capability=CAPABILITIES.index(capability),
        content=asset["content"],
    )


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
        and weakest >= least
        and min(site.personnel, facts.subject.personnel) >= personnel
        and (may_be_low(asset) if tier == "lower" else may_go_up(facts, tier))
    )


def may_be_low(asset: Facts) -> bool:
    sensitive = {"raid-report", "raid-case", "defence-programme", "raid", "defence"}
    return asset.kind not in sensitive and asset.content not in sensitive


def may_go_up(facts: Facts, tier: str) -> bool:
    """Return whether the organisation and the session may pass the lower tier."""
    organisation = facts.organisation
    if facts.session.authentication < 3:  # a hardware key
        return False
    weights = facts.asset.kind in {"model-weights", "checkpoint"}
    if weights and facts.subject.id.startswith("service:"):
        return False
    if organisation.relation == "institute":
        return True
    is_state = organisation.relation in {"member-state", "associated-state"}
    return bool(tier == "upper" and is_state and organisation.cyber >= 3)
