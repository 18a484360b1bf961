"""Documents of an institute that is in order."""

from typing import Any

from ringwall.base.clock import format_instant, parse_instant
from tests.unit.pdp.ladder import measures_up_to, shared_up_to

__all__ = [
    "ASSESSOR",
    "DOMAINS",
    "INSTANTS",
    "IN_ORDER",
    "LEVELS",
    "MIDDLE",
    "WHENEVER",
    "Data",
    "Institute",
    "attested",
    "between",
    "seen",
]

Data = dict[str, Any]
Institute = dict[str, Data]

INSTANTS = [parse_instant(f"2026-0{month}-01T00:00:00Z") for month in (1, 3, 5, 7)]
MIDDLE = parse_instant("2026-04-01T00:00:00Z")
DOMAINS = ["weights", "network", "assurance", "detection", "personnel"]
LEVELS = ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]
ASSESSOR = "org:assurance"
DIGEST = "ab" * 32


def between(start: int, until: int) -> Data:
    dates = (format_instant(INSTANTS[at]) for at in (start, until))
    return dict(zip(("from", "until"), dates, strict=True))


WHENEVER = between(0, -1)
SAID: Data = {**WHENEVER, "assessor": "board"}


def seen(measures: list[str], **changed: object) -> Data:
    return {
        **WHENEVER,
        "measures": measures,
        "assessor": ASSESSOR,
        "evidence": DIGEST,
        **changed,
    }


def attested(site: str, personnel: str) -> list[Data]:
    return [
        seen(measures_up_to(d, personnel if d == "personnel" else site))
        for d in DOMAINS
    ]


def _person(name: str, organisation: str, level: str, *roles: str) -> Data:
    return {
        "id": f"user:{name}",
        "organisation": organisation,
        "roles": [*roles],
        "compartments": ["aurora", "raid"] if organisation == "org:institute" else [],
        "screening": {**SAID, "level": level},
    }


def _model(name: str, tier: str, content: str, high: str) -> Data:
    return {
        "id": f"weights:{name}",
        "tier": tier,
        "content": content,
        "compute": {"low": "1e24", "high": high},
        "capability": "below",
        "dual_use": "cleared",
        "disclosure": "cleared",
        "integrity": "assured",
    }


def _thing(entity: str, tier: str, content: str, **more: object) -> Data:
    return {
        "id": entity,
        "tier": tier,
        "content": content,
        "dual_use": "cleared",
        "integrity": "assured",
        **more,
    }


def _run(name: str, tier: str, high: str) -> Data:
    kinds = ("notice", "security-evaluation", "alignment-evaluation")
    return _thing(
        f"run:{name}",
        tier,
        "internal",
        compute={"low": "1", "high": high},
        developer="org:institute",
        safeguards=[
            {**WHENEVER, "kind": kind, "assessor": ASSESSOR}
            for kind in (*kinds, "on-premise-evaluator")
        ],
    )


_CYBER: Data = {**SAID, "kind": "cybersecurity", "level": "SL3"}
_AGREEMENT: Data = {**SAID, "kind": "agreement"}
_SCREENED: Data = {**SAID, "kind": "screening"}
_SCORES = [{**SAID, "kind": kind, "score": 75} for kind in ("rule-of-law", "freedoms")]
_ORGANISATIONS: list[Data] = [
    {
        "id": "org:institute",
        "relation": "institute",
        "identity": "claimed",
        "open_source": "scenario-1",
        "attestations": [seen(shared_up_to("SL5"))],
    },
    {
        "id": "org:partner",
        "relation": "partner",
        "evidence": [_SCREENED, _AGREEMENT],
    },
    {
        "id": ASSESSOR,
        "relation": "assessor",
        "evidence": [_SCREENED, _AGREEMENT, _CYBER],
    },
    {
        "id": "org:office",
        "relation": "eu-institution",
        "enforcing": True,
        "evidence": [_AGREEMENT, _CYBER],
    },
    {"id": "gov:fr", "relation": "member-state", "evidence": [_AGREEMENT, _CYBER]},
    {
        "id": "gov:no",
        "relation": "associated-state",
        "evidence": [_AGREEMENT, _CYBER, *_SCORES],
    },
]
_PEOPLE: list[Data] = [
    _person("ada", "org:institute", "SL5", "weights-researcher"),
    _person("grace", "org:institute", "SL5", "custodian"),
    _person("ida", "org:institute", "SL5", "raid-lead"),
    _person("tess", "org:institute", "SL5", "training-lead"),
    _person("rel", "org:institute", "SL1", "release-officer"),
    _person("max", "org:institute", "SL1", "researcher"),
    _person("kay", "org:partner", "SL1", "partner-developer"),
    _person("lou", "gov:fr", "SL4", "government-liaison"),
    _person("liv", "gov:no", "SL4", "government-liaison"),
    {**_person("eve", "org:office", "SL4", "evaluator"), "compartments": ["aurora"]},
    {
        "id": "service:runner",
        "organisation": "org:institute",
        "operator": "user:ada",
        "roles": ["evaluator"],
        "compartments": ["aurora"],
    },
]
_PLACES: list[Data] = [
    *(
        {
            "id": f"site:{name}",
            "operator": "org:institute",
            "attestations": attestations,
            "cluster": {"performance": "1e19", "network_gbits": 400},
        }
        for name, attestations in {
            "vault": attested("SL5", "SL5"),
            "hub": attested("SL3", "SL4"),
            "campus": attested("SL2", "SL1"),
        }.items()
    ),
    *(
        {
            "id": f"point:{name}",
            "site": f"site:{name}",
            "interface": interface,
            "tier": tier,
            "integrity": "assured",
        }
        for name, interface, tier in (
            ("vault", "isolated", "third"),
            ("hub", "isolated", "upper"),
            ("campus", "unconstrained", "lower"),
        )
    ),
]
IN_ORDER: list[Data] = [
    *_ORGANISATIONS,
    *_PEOPLE,
    *_PLACES,
    {**_model("big", "upper", "restricted", "1.1e26"), "compartments": ["aurora"]},
    {
        **_model("tuned", "upper", "restricted", "1e24"),
        "compartments": ["aurora"],
        "derived_from": ["weights:big"],
    },
    _model("huge", "third", "restricted", "2e26"),
    _model("small", "lower", "open", "1e25"),
    _run("large", "upper", "1.1e26"),
    _run("small", "lower", "1e25"),
    _thing("eval:brief", "upper", "restricted"),
    _thing("report:one", "upper", "raid", compartments=["raid"]),
    _thing("case:one", "upper", "raid", compartments=["raid"], authors=["user:ada"]),
    _thing("room:vault", "upper", "internal"),
    _thing("dataset:open", "lower", "open"),
]
"""An institute in which much is permitted from March to May 2026 and around it."""
