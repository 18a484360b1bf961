"""One thing that is lacking at a time, and the code with which it denies."""

from typing import Any

from ringwall.model.declarations import Document
from ringwall.model.levels import Authentication
from tests.unit.pdp.scene import (
    PAST,
    SCREENED,
    attested,
    cyber,
    edited,
    screening,
)

__all__ = ["BRIEF", "DENIED", "OPEN", "PUBLISH"]

BRIEF = {"action": "research.read", "resource": "eval:brief"}
OPEN = {"action": "research.read", "resource": "dataset:open"}
PUBLISH = {"action": "research.publish", "resource": "dataset:open"}


PARTNER = {"subject": "user:kay", "point": "point:campus", **OPEN}
DENIED: list[tuple[Document | None, dict[str, Any], str]] = [
    (edited("user:ada", suspended=True), {}, "floor-suspended"),
    (edited("org:partner", suspended=True), PARTNER, "floor-suspended"),
    (edited("org:partner", suspended=True), PARTNER, "organisation-suspended"),
    (edited("org:institute", suspended=True), {}, "site-operator-suspended"),
    (None, {"subject": "service:runner"}, "floor-service"),
    (None, {"subject": "service:runner"}, "forbidden-by-rule"),
    (
        edited("user:ada", suspended=True),
        {"subject": "service:runner"},
        "floor-suspended",
    ),
    (edited("user:ada", screening=None), {}, "personnel-level-insufficient"),
    (edited("user:ada", screening=screening("SL3")), {}, "floor-personnel"),
    (
        edited("user:ada", screening=screening("SL4", PAST)),
        {},
        "personnel-level-insufficient",
    ),
    (edited("site:hub", attestations=[]), {}, "site-level-insufficient"),
    (
        edited("site:hub", attestations=attested("SL3", "SL4", PAST)),
        {},
        "site-level-insufficient",
    ),
    (edited("site:hub", attestations=attested("SL3", "SL3")), {}, "floor-site"),
    (None, {"point": "point:campus"}, "site-level-insufficient"),
    (None, {"authentication": Authentication.MFA}, "authentication-insufficient"),
    (None, {"action": "weights.finetune"}, "approval-missing"),
    (edited("user:ada", compartments=[]), {}, "outside-compartment"),
    (edited("user:ada", compartments=[]), {}, "floor-compartment"),
    (edited("user:ada", roles=[]), {}, "no-role"),
    (None, {"subject": "user:kay"}, "forbidden-by-rule"),
    (None, {"subject": "user:kay"}, "floor-private-party"),
    (
        edited("org:partner", evidence=[]),
        {"subject": "user:kay", "point": "point:campus", **OPEN},
        "screening-missing",
    ),
    (
        edited("gov:fr", evidence=[]),
        {"subject": "user:lou", **BRIEF},
        "cyber-evidence-insufficient",
    ),
    (
        edited("gov:fr", evidence=[cyber("SL3", PAST)]),
        {"subject": "user:lou", **BRIEF},
        "floor-government-evidence",
    ),
    (
        edited("gov:no", evidence=[cyber("SL3")]),
        {"subject": "user:liv", **BRIEF},
        "rule-of-law-evidence-insufficient",
    ),
    (
        edited("dataset:open", content="raid"),
        {"subject": "user:max", "point": "point:campus", **OPEN},
        "content-too-sensitive-for-tier",
    ),
    (
        edited("dataset:open", content="raid"),
        {"subject": "user:max", "point": "point:campus", **OPEN},
        "floor-content",
    ),
    (edited("weights:aurora", tier="third"), {}, "floor-no-such-tier"),
    (
        edited("org:partner", evidence=[SCREENED]),
        {"subject": "user:kay", "point": "point:campus", **OPEN},
        "agreement-missing",
    ),
    (edited("point:hub", tier="lower"), {}, "reads-up"),
    (edited("point:hub", tier="lower"), {}, "floor-flow"),
    (edited("point:hub", interface="unconstrained"), {}, "forbidden-by-rule"),
    (edited("point:hub", interface="unconstrained"), {}, "floor-interface"),
    (
        edited("weights:aurora", derived_from=["weights:unplaced"]),
        {},
        "derivation-broken",
    ),
    (None, {"subject": "user:max", **PUBLISH}, "approval-missing"),
    (
        edited("dataset:open", dual_use="suspected"),
        {"subject": "user:max", **PUBLISH},
        "dual-use-not-cleared",
    ),
    (
        edited("dataset:open", disclosure="embargoed"),
        {"subject": "user:max", **PUBLISH},
        "floor-release",
    ),
]
