"""What policies see of an asset and of all it derives from, written a second time.

Imports nothing of `ringwall.pdp`.
"""

from datetime import datetime
from decimal import Decimal

from tests.oracle.registered import TIERS, Data, Facts, Registry, UnknownError, in_date

CAPABILITIES = ["none", "below", "near", "reached"]
DUAL_USE = ["cleared", "suspected", "unknown", "found"]
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
SAFEGUARDS = {
    "notice": "notice",
    "security-evaluation": "security_evaluation",
    "alignment-evaluation": "alignment_evaluation",
    "on-premise-evaluator": "evaluator",
}


def asset_facts(registry: Registry, entity: str, moment: datetime) -> Facts:
    asset = registry.find(entity, *KINDS)
    line = [asset, *ancestors(registry, asset)]
    if any("tier" not in item for item in line):
        raise UnknownError(entity)
    above = line[1:]
    copies = [asset, *others_of_the_file(registry, asset)]
    return Facts(
        id=entity,
        kind=KINDS[entity.partition(":")[0]],
        tier=TIERS.index(asset["tier"]),
        compartments=frozenset(
            word for item in copies for word in item.get("compartments", [])
        ),
        compute=sum(compute_of(item) for item in line),
        capability=max(capability_of(item) for item in line),
        content=asset["content"],
        source_tier=max([0, *(TIERS.index(item["tier"]) for item in above)]),
        source_compartments=frozenset(
            word for item in above for word in item.get("compartments", [])
        ),
        integrity=INTEGRITY.index(asset.get("integrity", "unverified")),
        dual_use=max(dual_use_of(item) for item in line),
        disclosure=min(disclosure_of(asset), *(embargo_of(item) for item in line)),
        authors=frozenset(word for item in line for word in item.get("authors", [])),
        equivalent=int(any(item.get("equivalent", False) for item in line)),
        need_to_know=any(
            item.get("need_to_know", False)
            for copy in copies
            for item in (copy, *ancestors(registry, copy))
        ),
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


def others_of_the_file(registry: Registry, asset: Data) -> list[Data]:
    """Return the assets that are the same weights under another id."""
    return [
        other
        for entity, other in registry.documents.items()
        if "file" in asset
        and entity != asset["id"]
        and other.get("file", {}).get("sha256") == asset["file"]["sha256"]
    ]


def compute_of(asset: Data) -> int:
    return int(Decimal(asset["compute"]["high"])) if "compute" in asset else 0


def dual_use_of(asset: Data) -> int:
    return DUAL_USE.index(asset.get("dual_use", "unknown"))


def disclosure_of(asset: Data) -> int:
    return DISCLOSURE.index(asset.get("disclosure", "pending"))


def embargo_of(asset: Data) -> int:
    """Return what one of a line leaves to all of it: nothing, if it is embargoed."""
    return 0 if asset.get("disclosure") == "embargoed" else len(DISCLOSURE)


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
        and (
            kind == "notice"
            or (
                registry.is_independent(item["assessor"])
                and item["assessor"] != run["developer"]
            )
        )
        for item in run.get("safeguards", [])
    )
