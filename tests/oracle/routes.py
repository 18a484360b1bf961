"""Who hears of what, by hand and world by world; slow.

A row holds if it holds in every world that the evidence leaves open. Shares nothing
with the routing table: neither its conditions nor its flags.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, Final

__all__ = ["ENFORCING", "certain_routes", "may_be_told", "open_routes"]

World = Mapping[str, Any]

_FAILURE: Final = ("sector-safety", "routine-failure", "loss-of-control")
_SAFETY: Final = ("cyber", *_FAILURE)
_SUFFERED: Final = ("realised-harm", "continuing-harm")
_GRAVE: Final = frozenset({"death", "health", "property", "environment"})
_SERVICE: Final = frozenset({"critical-infrastructure"})
_PRODUCT: Final = frozenset({"exploited-vulnerability", "severe-product-incident"})
_MONEY: Final = frozenset({"finance", "markets"})
_WIDE: Final = ("several-states", "union")

ENFORCING: Final = frozenset(
    {
        *("ai-office", "art77-body", "aviation-authority", "cal-oes", "cer-authority"),
        *("commission-cer", "commission-vehicles", "device-authority", "dpa", "dsc"),
        *("dg-connect-dsa", "easa", "eba", "ecb", "edps", "eiopa", "eccairs", "esma"),
        *("energy-authority", "equality-body", "finance-authority", "mdcg", "msa"),
        *("maritime-authority", "medicines-agency", "ny-office", "nuclear-regulator"),
        *("police", "rail-authority", "safety-gate", "type-approval"),
        # Both, and not yet apart.
        *("acer", "compute-contact", "ema", "emsa", "era", "euratom"),
        "opcw-authority",
    }
)
"""Functions that supervise or enforce, or are not known to be apart from what does."""
_ROWS_BEHIND: Final = frozenset(
    {
        *("R12", "R13", "R14", "R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24"),
        *("R25", "R26", "R27", "R32", "R33", "R34", "R35"),
    }
)
"""Rows of role E: whoever they name stays behind the barrier."""

_HOLDS: Final[Mapping[str, Callable[[World], bool]]] = {
    "R01": lambda w: w["class"] == "cyber" and _is_across(w),
    "R02": lambda w: (
        w["class"] == "cyber" or bool({*_PRODUCT, "essential-entity"} & w["legal"])
    ),
    "R03": lambda w: (
        bool(_PRODUCT & w["legal"])
        or (
            w["class"] == "cyber"
            and w["expl"] == "observed"
            and "manufacturer" in w["entity"]
        )
    ),
    "R04": lambda w: w["class"] == "cyber" and _is_union(w),
    "R05": lambda w: w["weights"] != "no",
    "R06": lambda w: w["auto"] == "shown" or w["class"] == "loss-of-control",
    "R07": lambda w: (
        w["class"] == "cyber"
        and w["uplift"] != "below"
        and w["kind"] in ("near-miss-or-hazard", "demonstrated-in-test")
    ),
    "R08": lambda w: w["class"] == "cbrn" and "biological" in w["agent"],
    "R09": lambda w: w["class"] == "cbrn" and "chemical" in w["agent"],
    "R10": lambda w: w["class"] == "cbrn" and "nuclear" in w["agent"],
    "R11": lambda w: (
        w["class"] == "fraud-manipulation" and "information" in w["sector"]
    ),
    "R12": lambda w: w["class"] == "fraud-manipulation" and "elections" in w["sector"],
    "R13": lambda w: (
        w["class"] in _SAFETY
        and (bool(_MONEY & w["sector"]) or "financial-entity" in w["entity"])
    ),
    "R14": lambda w: w["class"] == "fraud-manipulation" and bool(_MONEY & w["sector"]),
    "R15": lambda w: (
        w["class"] == "fraud-manipulation"
        and ("financial" in w["harms"] or "fraud" in w["sector"])
    ),
    "R16": lambda w: w["class"] in _SAFETY and "energy" in w["sector"],
    "R17": lambda w: w["class"] in _SAFETY and "aviation" in w["sector"],
    "R18": lambda w: w["class"] in _SAFETY and "road" in w["sector"],
    "R19": lambda w: w["class"] in _SAFETY and bool({"rail", "maritime"} & w["sector"]),
    "R20": lambda w: w["class"] in _SAFETY and "medicines" in w["sector"],
    "R21": lambda w: (
        "medical-device" in w["legal"]
        or (w["class"] in _SAFETY and "medical-devices" in w["sector"])
        or ("health" in w["sector"] and _is_of_patients(w))
    ),
    "R22": lambda w: (
        w["class"] in _FAILURE
        and (
            "critical-infrastructure" in w["harms"]
            or ("critical-services" in w["sector"] and w["kind"] in _SUFFERED)
        )
    ),
    "R23": lambda w: "personal-data" in w["harms"],
    "R24": lambda w: w["class"] == "rights" or "rights" in w["harms"],
    "R25": lambda w: (
        "consumer-products" in w["sector"]
        and (
            w["class"] in ("sector-safety", "loss-of-control")
            or (
                w["class"] == "routine-failure"
                and bool({"death", "health", "property"} & w["harms"])
            )
        )
    ),
    "R26": lambda w: "child-safety" in w["sector"],
    "R27": lambda w: "terrorism" in w["sector"],
    "R28": lambda w: "defence" in w["sector"],
    "R29": lambda w: "compute" in w["sector"],
    "R30": lambda w: w["danger"] == "imminent",
    "R31": lambda w: "outside" in w["states"],
    "R32": lambda w: w["kind"] in _SUFFERED and bool({*_GRAVE, *_SERVICE} & w["harms"]),
    "R33": lambda w: (
        w["class"] in ("rights", "fraud-manipulation", *_FAILURE)
        and "platforms" in w["sector"]
    ),
    "R34": lambda w: w["class"] in _SAFETY and "nuclear" in w["sector"],
    "R35": lambda w: (
        w["kind"] in _SUFFERED
        and w["comp"] != "below-1e25"
        and bool({*_GRAVE, *_SERVICE, "rights"} & w["harms"])
        and "not-gpai" not in w["legal"]
    ),
}

_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "R01": ("enisa", "csirts-network", "eu-cyclone", "europol-ec3"),
    "R02": ("csirt", "enisa", "spoc"),
    "R03": ("csirt-coordinator", "enisa-platform", "vendor", "cert-cc"),
    "R04": ("cert-eu", "enisa"),
    "R05": ("csirt", "europol-ec3"),
    "R06": ("aisi-network", "developer"),
    "R07": ("enisa", "developer", "csirts-network"),
    "R08": ("hera", "ecdc", "biosecurity", "europol"),
    "R09": ("dg-home-cbrn", "chemical-authority"),
    "R10": ("ecurie-contact",),
    "R11": ("eeas", "fimi-contact"),
    "R15": ("europol-ec3", "csirt"),
    "R16": ("csirt", "entso-e", "eu-dso-entity"),
    "R28": ("defence-contact", "eda", "intcen"),
    "R30": ("police", "civil-protection"),
    "R31": ("partner-aisi",),
}
"""Row -> who may be told of a single case, if at all."""


def _is_union(world: World) -> bool:
    return "union-body" in world["entity"] or "union-bodies" in world["sector"]


def _is_of_patients(world: World) -> bool:
    if world["class"] in ("sector-safety", "loss-of-control"):
        return True
    return world["class"] in _SAFETY and bool({"death", "health"} & world["harms"])


def _is_across(world: World) -> bool:
    return world["spread"] in _WIDE or len(world["states"]) > 1


def _worlds(
    points: Mapping[str, tuple[str, ...]],
    claims: Mapping[str, tuple[frozenset[str], bool]],
    words: Mapping[str, frozenset[str]],
) -> Iterator[World]:
    """Give each way in which things may be, as far as is known.

    Args:
        points: decision point -> values left open.
        claims: collection -> what is named, and whether that is all.
        words: collection -> what it might hold besides.
    """
    names = [*points, *claims]
    choices: list[list[Any]] = [list(values) for values in points.values()]
    for name, (named, is_all) in claims.items():
        more = [] if is_all else [named | {word} for word in sorted(words[name])]
        choices.append([named, *more])
    for values in product(*choices):
        yield dict(zip(names, values, strict=True))


def certain_routes(
    points: Mapping[str, tuple[str, ...]],
    claims: Mapping[str, tuple[frozenset[str], bool]],
    words: Mapping[str, frozenset[str]],
) -> set[str]:
    """Return the rows that hold in every world; see `_worlds`."""
    certain = set(_HOLDS)
    for world in _worlds(points, claims, words):
        certain = {row for row in certain if _HOLDS[row](world)}
    return certain


def open_routes(
    points: Mapping[str, tuple[str, ...]],
    claims: Mapping[str, tuple[frozenset[str], bool]],
    words: Mapping[str, frozenset[str]],
) -> set[str]:
    """Return the rows that hold in some worlds and not in others; see `_worlds`."""
    found = {
        row
        for world in _worlds(points, claims, words)
        for row, holds in _HOLDS.items()
        if holds(world)
    }
    return found - certain_routes(points, claims, words)


def may_be_told(row: str, function: str) -> bool:
    """Return whether a body may be told of a single case by a row of 3.2."""
    if row == "R30":
        return function in _TOLD[row]
    if row in _ROWS_BEHIND or function in ENFORCING:
        return False
    return function in _TOLD.get(row, ())
