"""The decision pipeline written a second time, slowly, from the design alone.

Reads declared documents as plain data, compares dates as dates, asks stock Casbin
for each concern, and restates the floor. Imports nothing of `ringwall.pdp`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

from ringwall.model.requests import AccessRequest
from ringwall.policy.reference import ReferenceConcern

Data = Mapping[str, Any]
Facts = SimpleNamespace

LEVELS = ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]
TIERS = ["lower", "upper", "third"]
CAPABILITIES = ["none", "below", "near", "reached"]
DUAL_USE = ["cleared", "suspected", "found"]
INTEGRITY = ["unverified", "reviewed", "assured"]
DISCLOSURE = ["embargoed", "pending", "cleared"]
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
    "run": "training-run",
    "room": "room",
    "record": "security-record",
}
DOMAINS = ["weights", "network", "assurance", "detection", "personnel"]
PERSONNEL_OF = {"lower": 1, "upper": 4, "third": 5}
SAFEGUARDS = {
    "notice": "notice",
    "security-evaluation": "security_evaluation",
    "alignment-evaluation": "alignment_evaluation",
    "on-premise-evaluator": "evaluator",
}


class UnknownError(Exception):
    """Something the question leans on is not there."""


class Amounts(NamedTuple):
    """What will have left, as the ledger would have counted it."""

    hour: int
    month: int
    share: int
    copies: int


class Question(NamedTuple):
    """A request, the approvals behind it (0 to 2), the instant, what will have left."""

    request: AccessRequest
    quorum: int
    now: int
    amounts: Amounts


class Registry(NamedTuple):
    """Documents by id, and the measures there are."""

    documents: Mapping[str, Data]
    measures: list[dict[str, Any]]

    def find(self, entity: str, *prefixes: str) -> Data:
        if entity not in self.documents or entity.partition(":")[0] not in prefixes:
            raise UnknownError(entity)
        return self.documents[entity]

    def organisation(self, entity: str) -> Data:
        return self.find(entity, "org", "gov")

    def is_sound(self, entity: str) -> bool:
        """Return whether it is an organisation that is not suspended."""
        try:
            return not self.organisation(entity).get("suspended")
        except UnknownError:
            return False

    def institutes(self) -> list[Data]:
        return [d for d in self.documents.values() if d.get("relation") == "institute"]


def is_permitted(
    registry: Registry,
    concerns: Mapping[str, ReferenceConcern],
    setting: str,
    question: Question,
) -> bool:
    """Return whether a question is permitted.

    Args:
        registry: what is on record.
        concerns: all seven.
        setting: `two` or `three` tiers.
        question: what is asked.
    """
    try:
        facts = look_up(registry, question)
    except UnknownError:
        return False
    for name in asked_about(facts.action):
        if not concerns[name].decide(facts).permitted:
            return False
    return stands_on_the_floor(facts, setting)


def asked_about(action: str) -> Iterator[str]:
    yield from ("classification", "eligibility", "flow", "access")
    group, _, verb = action.partition(".")
    if group == "offer" or verb == "publish":
        yield "release"
    if group == "training":
        yield "training"
    if group == "raid":
        yield "raid_cases"


def look_up(registry: Registry, question: Question) -> Facts:
    """Return what is known about every party of a question."""
    request = question.request
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=question.now)
    subject = subject_facts(registry, request.subject, moment)
    organisation = registry.organisation(
        registry.documents[request.subject]["organisation"]
    )
    point = registry.find(request.point, "point")
    site = registry.find(point["site"], "site")
    if registry.organisation(site["operator"]).get("suspended"):
        raise UnknownError(site["operator"])
    asset = asset_facts(registry, request.resource, moment)
    return Facts(
        subject=subject,
        organisation=organisation_facts(organisation, moment),
        asset=asset,
        site=site_facts(registry, site, moment),
        session=Facts(
            authentication=int(request.authentication),
            present=how_many_are_there(registry, request, asset, moment),
        ),
        grant=Facts(quorum=question.quorum),
        action=request.action,
        point=Facts(
            interface=point.get("interface", "unconstrained"),
            tier=TIERS.index(point.get("tier", "lower")),
            integrity=INTEGRITY.index(point.get("integrity", "unverified")),
        ),
        amount=question.amounts,
        institute=Facts(open_source=scenario(registry)),
    )


def scenario(registry: Registry) -> str:
    found = registry.institutes()
    said: str = found[0].get("open_source", "undeclared") if len(found) == 1 else ""
    return said or "undeclared"


def subject_facts(registry: Registry, entity: str, moment: datetime) -> Facts:
    subject = registry.find(entity, "user", "service")
    person, implied = subject, list[str]()
    if entity.startswith("service:"):
        person = registry.find(subject["operator"], "user")
        if person["organisation"] != subject["organisation"]:
            raise UnknownError(subject["operator"])
        implied = ["service"]
    screening = [person["screening"]] if "screening" in person else []
    return Facts(
        id=entity,
        roles=frozenset([*subject.get("roles", []), *implied]),
        compartments=frozenset(subject.get("compartments", [])),
        personnel=best_level(screening, moment),
        suspended=bool(subject.get("suspended") or person.get("suspended")),
    )


def how_many_are_there(
    registry: Registry, request: AccessRequest, asset: Facts, moment: datetime
) -> int:
    """Return how many others there are who could see the asset themselves."""
    mine = {request.subject, registry.documents[request.subject].get("operator")}
    count = 0
    for entity in set(request.present) - mine:
        try:
            person = registry.find(entity, "user")
        except UnknownError:
            continue
        facts = subject_facts(registry, entity, moment)
        cleared = facts.personnel >= PERSONNEL_OF[TIERS[asset.tier]]
        employed = registry.is_sound(person["organisation"])
        inside = facts.compartments.issuperset(asset.compartments)
        count += cleared and employed and inside and not facts.suspended
    return count


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
    scores = {"rule-of-law": 0, "freedoms": 0, "screening": 0, "agreement": 0}
    for item in evidence:
        if item["kind"] in scores and in_date(item, moment):
            scores[item["kind"]] = max(scores[item["kind"]], item.get("score", 1))
    return Facts(
        relation=organisation["relation"],
        screening=scores["screening"],
        agreement=scores["agreement"],
        cyber=best_level(cyber, moment),
        rule_of_law=scores["rule-of-law"],
        freedoms=scores["freedoms"],
        suspended=organisation.get("suspended", False),
        enforcing=organisation.get("enforcing", False),
    )


def site_facts(registry: Registry, site: Data, moment: datetime) -> Facts:
    held = measures_of(registry, site, site["operator"], {"site", "system"}, moment)
    institutes = registry.institutes()
    if len(institutes) == 1 and not institutes[0].get("suspended"):
        (one,) = institutes
        held |= measures_of(registry, one, one["id"], {"institute"}, moment)
    levels = {domain: level_of(registry, domain, held) for domain in DOMAINS}
    weakest = min(levels[domain] for domain in DOMAINS if domain != "personnel")
    return Facts(level=weakest, cluster=cluster_of(site, moment), **levels)


def level_of(registry: Registry, domain: str, held: set[str]) -> int:
    """Return how many steps are whole, counted from the lowest."""
    level = 0
    for step in LEVELS[1:]:
        asked = {
            row["id"]
            for row in registry.measures
            if row["domain"] == domain and row["id"].startswith(step)
        }
        if not asked or not asked <= held:
            break
        level += 1
    return level


def measures_of(
    registry: Registry, holder: Data, runs: str, scopes: set[str], moment: datetime
) -> set[str]:
    fitting = {row["id"] for row in registry.measures if row["scope"] in scopes}
    found = set()
    for item in holder.get("attestations", []):
        if in_date(item, moment) and registry.is_sound(item["assessor"]):
            for measure in item["measures"]:
                own = item["assessor"] == runs and measure[:3] in {"SL3", "SL4", "SL5"}
                if not own:
                    found.add(measure)
    for item in holder.get("exceptions", []):
        standing = [p for p in set(item["approved_by"]) if approves(registry, p)]
        if in_date(item, moment) and len(standing) >= 2:
            found.add(item["measure"])
    return found & fitting


def approves(registry: Registry, entity: str) -> bool:
    person = registry.documents.get(entity, {"suspended": True})
    employer = registry.documents.get(person.get("organisation", ""), {})
    return (
        not person.get("suspended")
        and not employer.get("suspended")
        and employer.get("relation") == "institute"
    )


def cluster_of(site: Data, moment: datetime) -> int:
    cluster = site.get("cluster")
    if cluster is None:
        return 0
    large = Decimal(cluster["performance"]) > Decimal("1e20")
    if not large or cluster["network_gbits"] <= 100:
        return 1
    return 2 if in_date(cluster.get("registration", NEVER), moment) else 0


NEVER = {"from": "0001-01-01T00:00:00+00:00", "until": "0001-01-01T00:00:00+00:00"}


def asset_facts(registry: Registry, entity: str, moment: datetime) -> Facts:
    asset = registry.find(entity, *KINDS)
    line = [asset, *ancestors(registry, asset)]
    if any("tier" not in item for item in line):
        raise UnknownError(entity)
    above = line[1:]
    return Facts(
        id=entity,
        kind=KINDS[entity.partition(":")[0]],
        tier=TIERS.index(asset["tier"]),
        compartments=frozenset(asset.get("compartments", [])),
        compute=sum(compute_of(item) for item in line),
        capability=max(capability_of(item) for item in line),
        content=asset["content"],
        source_tier=max([0, *(TIERS.index(item["tier"]) for item in above)]),
        source_compartments=frozenset(
            word for item in above for word in item.get("compartments", [])
        ),
        integrity=INTEGRITY.index(asset.get("integrity", "unverified")),
        dual_use=max(dual_use_of(item) for item in line),
        disclosure=DISCLOSURE.index(asset.get("disclosure", "pending")),
        authors=frozenset(asset.get("authors", [])),
        equivalent=int(asset.get("equivalent", False)),
        **{
            name: int(is_shown(registry, asset, kind, moment))
            for kind, name in SAFEGUARDS.items()
        },
    )


def ancestors(registry: Registry, asset: Data) -> list[Data]:
    """Return each asset that one derives from, once."""
    found: dict[str, Data] = {}

    def climb(item: Data, path: list[str]) -> None:
        for entity in item.get("derived_from", []):
            if entity in path:
                raise UnknownError(entity)
            found[entity] = registry.find(entity, *KINDS)
            climb(found[entity], [*path, entity])

    climb(asset, [asset["id"]])
    return list(found.values())


def compute_of(asset: Data) -> int:
    return int(Decimal(asset["compute"]["high"])) if "compute" in asset else 0


def dual_use_of(asset: Data) -> int:
    return DUAL_USE.index(asset.get("dual_use", "unknown").replace("unknown", "found"))


def capability_of(asset: Data) -> int:
    said = [item["finding"] for item in asset.get("evaluations", [])]
    said += [asset["capability"]] if "capability" in asset else []
    if not said and asset["id"].partition(":")[0] in {"weights", "checkpoint"}:
        said = ["unknown"]
    ranks = [CAPABILITIES.index(word.replace("unknown", "reached")) for word in said]
    return max([0, *ranks])


def is_shown(registry: Registry, run: Data, kind: str, moment: datetime) -> bool:
    return any(
        item["kind"] == kind
        and in_date(item, moment)
        and registry.is_sound(item["assessor"])
        and (kind == "notice" or item["assessor"] != run["developer"])
        for item in run.get("safeguards", [])
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
    if organisation.enforcing and kind in {"raid-report", "raid-case"}:
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
    return bool(tier == "upper" and eligible)


READ_AND_WRITE = {
    *("weights.copy", "weights.export", "policy.change", "training.start"),
    *("training.scale", "raid.write", "raid.assess", "raid.approve"),
}
READ = {
    *("weights.infer", "weights.finetune", "weights.interpret", "weights.read"),
    *("asset.host", "interface.call", "research.read", "secret.read", "audit.read"),
    *("raid.read", "raid.audit"),
}
WRITE = {"weights.delete", "research.write", "secret.write"}


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
