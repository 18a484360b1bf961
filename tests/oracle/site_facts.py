"""What the measures of a site add up to, written a second time.

Imports nothing of `ringwall.pdp` nor of `ringwall.threats`.
"""

from datetime import datetime
from decimal import Decimal

from tests.oracle.registered import LEVELS, Data, Facts, Registry, in_date

DOMAINS = ["weights", "network", "assurance", "detection", "personnel"]
NEVER = {"from": "0001-01-01T00:00:00+00:00", "until": "0001-01-01T00:00:00+00:00"}


def site_facts(registry: Registry, site: Data, moment: datetime) -> Facts:
    held = measures_of(registry, site, site["operator"], {"site", "system"}, moment)
    if registry.is_sound(site["operator"]):
        whole = registry.organisation(site["operator"])
        rivals = registry.institutes() if whole["relation"] == "institute" else [whole]
        if len(rivals) == 1:
            held |= measures_of(registry, whole, whole["id"], {"institute"}, moment)
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
                own = item["assessor"] == runs
                apart = registry.is_independent(item["assessor"]) and not own
                if apart or measure[:3] in {"SL1", "SL2"}:
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
