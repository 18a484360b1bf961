"""Institutes near to one that is in order, and questions near to permitted ones.

A question drawn wholly at random is nearly always denied, which proves little; so a
few things are changed at random in an institute and a question that are in order.
"""

from typing import Any

from hypothesis import strategies as st

from ringwall.base.clock import format_instant, parse_instant
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest

Data = dict[str, Any]
Institute = dict[str, Data]
Question = tuple[Institute, AccessRequest, int, int]
"""Documents by id, a request, the approvals behind it (0 to 2), the instant."""

INSTANTS = [parse_instant(f"2026-0{month}-01T00:00:00Z") for month in (1, 3, 5, 7)]
MIDDLE = parse_instant("2026-04-01T00:00:00Z")
DOMAINS = ["weights", "network", "assurance", "detection", "personnel"]
LEVELS = ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]
WHENEVER: Data = {
    "assessor": "board",
    "from": format_instant(INSTANTS[0]),
    "until": format_instant(INSTANTS[-1]),
}


def _attested(site: str, personnel: str) -> list[Data]:
    return [
        {**WHENEVER, "domain": d, "level": personnel if d == "personnel" else site}
        for d in DOMAINS
    ]


def _person(name: str, organisation: str, level: str, *roles: str) -> Data:
    return {
        "id": f"user:{name}",
        "organisation": organisation,
        "roles": [*roles],
        "compartments": ["aurora", "raid"] if organisation == "org:institute" else [],
        "screening": {**WHENEVER, "level": level},
    }


def _model(name: str, tier: str, content: str, high: str) -> Data:
    return {
        "id": f"weights:{name}",
        "tier": tier,
        "content": content,
        "compute": {"low": "1e24", "high": high},
        "capability": "below",
    }


_CYBER: Data = {**WHENEVER, "kind": "cybersecurity", "level": "SL3"}
_SCORES = [
    {**WHENEVER, "kind": kind, "score": 75} for kind in ("rule-of-law", "freedoms")
]
_IN_ORDER: list[Data] = [
    {"id": "org:institute", "relation": "institute"},
    {
        "id": "org:partner",
        "relation": "partner",
        "evidence": [{**WHENEVER, "kind": "screening"}],
    },
    {"id": "gov:fr", "relation": "member-state", "evidence": [_CYBER]},
    {"id": "gov:no", "relation": "associated-state", "evidence": [_CYBER, *_SCORES]},
    _person("ada", "org:institute", "SL5", "weights-researcher"),
    _person("grace", "org:institute", "SL5", "custodian", "raid-lead"),
    _person("max", "org:institute", "SL1", "researcher"),
    _person("kay", "org:partner", "SL1", "partner-developer"),
    _person("lou", "gov:fr", "SL4", "government-liaison"),
    _person("liv", "gov:no", "SL4", "government-liaison"),
    {
        "id": "service:runner",
        "organisation": "org:institute",
        "operator": "user:ada",
        "roles": ["evaluator"],
        "compartments": ["aurora"],
    },
    *(
        {
            "id": f"site:{name}",
            "operator": "org:institute",
            "attestations": attestations,
        }
        for name, attestations in {
            "vault": _attested("SL5", "SL5"),
            "hub": _attested("SL3", "SL4"),
            "campus": _attested("SL2", "SL1"),
        }.items()
    ),
    *({"id": f"point:{n}", "site": f"site:{n}"} for n in ("vault", "hub", "campus")),
    {**_model("big", "upper", "restricted", "1.1e26"), "compartments": ["aurora"]},
    _model("huge", "third", "restricted", "2e26"),
    _model("small", "lower", "open", "1e25"),
    {"id": "eval:brief", "tier": "upper", "content": "restricted"},
    {"id": "report:one", "tier": "upper", "content": "raid", "compartments": ["raid"]},
    {"id": "dataset:open", "tier": "lower", "content": "open"},
]

_ANY_PROOF = [*Authentication]
_TWO_KEYS = [Authentication.HARDWARE, Authentication.HARDWARE_FRESH]
# Each of these is permitted with the strongest proof while nothing is changed.
_PERMITTED = [
    ("user:ada", "weights.infer", "weights:big", "hub"),
    ("user:ada", "weights.read", "weights:big", "vault"),
    ("user:ada", "weights.finetune", "weights:big", "hub"),
    ("user:ada", "weights.infer", "weights:huge", "vault"),
    ("user:ada", "weights.read", "weights:small", "campus"),
    ("user:grace", "weights.export", "weights:big", "hub"),
    ("user:grace", "raid.read", "report:one", "hub"),
    ("user:grace", "raid.write", "report:one", "hub"),
    ("user:max", "research.read", "dataset:open", "campus"),
    ("user:max", "research.publish", "dataset:open", "campus"),
    ("user:max", "weights.infer", "weights:small", "hub"),
    ("user:kay", "weights.finetune", "weights:small", "hub"),
    ("user:kay", "research.write", "dataset:open", "campus"),
    ("user:lou", "research.read", "eval:brief", "hub"),
    ("user:liv", "research.read", "eval:brief", "vault"),
    ("user:lou", "research.read", "dataset:open", "campus"),
    ("service:runner", "weights.infer", "weights:big", "hub"),
]
_ACTIONS = sorted({action for _, action, _, _ in _PERMITTED} | {"weights.copy"})
_ROLES = [
    *("researcher", "weights-researcher", "custodian", "ciso", "raid-analyst"),
    *("evaluator", "partner-developer", "government-liaison", "service"),
]

nows = st.sampled_from(
    [MIDDLE, MIDDLE, *INSTANTS, *(instant - 1 for instant in INSTANTS)]
)
levels = st.sampled_from(LEVELS)
_words = st.sampled_from([[], ["aurora"], ["raid"], ["aurora", "raid"], ["hidden"]])


@st.composite
def dates(draw: st.DrawFn) -> Data:
    """Draw when something counts; as often as not over all instants."""
    if draw(st.booleans()):
        return WHENEVER
    start = draw(st.integers(0, len(INSTANTS) - 2))
    until = draw(st.integers(start + 1, len(INSTANTS) - 1))
    return {
        "assessor": "board",
        "from": format_instant(INSTANTS[start]),
        "until": format_instant(INSTANTS[until]),
    }


def _dated(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    return st.builds(
        lambda when, rest: {**when, **rest}, dates(), st.fixed_dictionaries(fields)
    )


attestations = _dated(domain=st.sampled_from(DOMAINS), level=levels)
evidence = st.one_of(
    _dated(kind=st.just("cybersecurity"), level=levels),
    _dated(
        kind=st.sampled_from(["rule-of-law", "freedoms"]),
        score=st.sampled_from([0, 69, 70, 100]),
    ),
    _dated(kind=st.just("screening")),
)


def _edits(data: Data) -> st.SearchStrategy[Data]:
    """Draw fields to put into a document in place of its own; None strikes one."""
    prefix = data["id"].partition(":")[0]
    suspended = st.fixed_dictionaries({"suspended": st.booleans()})
    fields: dict[str, st.SearchStrategy[Any]] = {}
    if prefix in {"org", "gov"}:
        fields = {"evidence": _lists(data, "evidence", evidence)}
    elif prefix == "user":
        fields = {
            "screening": st.none() | _dated(level=levels),
            "roles": st.lists(st.sampled_from(_ROLES), max_size=3, unique=True),
            "compartments": _words,
        }
    elif prefix == "service":
        fields = {
            "operator": st.sampled_from(["user:ada", "user:max", "user:kay"]),
            "roles": st.just(["service", "evaluator"]),
            "compartments": _words,
        }
    elif prefix == "site":
        return st.fixed_dictionaries(
            {"attestations": _lists(data, "attestations", attestations)}
        )
    elif prefix == "point":
        return st.fixed_dictionaries({"site": st.sampled_from(["site:hub", "site:x"])})
    else:
        return _asset_edits("compute" in data)
    return st.one_of(
        suspended, *(st.fixed_dictionaries({k: v}) for k, v in fields.items())
    )


def _asset_edits(is_model: bool) -> st.SearchStrategy[Data]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "tier": st.sampled_from(["lower", "upper", "third", None]),
        "content": st.sampled_from(["open", "internal", "restricted", "raid"]),
        "compartments": _words,
    }
    if is_model:
        highs = st.sampled_from(["1e24", "1e25", "1.1e25", "1e26", "1.1e26"])
        fields["compute"] = st.builds(lambda high: {"low": "1", "high": high}, highs)
        fields["capability"] = st.sampled_from(["near", "reached", "unknown", None])
    return st.one_of(*(st.fixed_dictionaries({k: v}) for k, v in fields.items()))


def _lists(
    data: Data, key: str, item: st.SearchStrategy[Data]
) -> st.SearchStrategy[list[Data]]:
    """Draw a list with one item left out, or one more, or all of them others."""
    own = data.get(key, [])
    shorter = st.integers(0, max(len(own) - 1, 0)).map(
        lambda place: own[:place] + own[place + 1 :]
    )
    return st.one_of(shorter, item.map(lambda more: [*own, more]), st.lists(item))


@st.composite
def institutes(draw: st.DrawFn, *near: str) -> Institute:
    """Draw an institute in which up to three documents differ from one in order.

    Args:
        draw: given by hypothesis.
        near: ids of documents that are changed rather than others.
    """
    documents = {data["id"]: data for data in _IN_ORDER}
    chosen = st.sampled_from([*near * 3, *documents])
    for entity in draw(st.lists(chosen, max_size=3)):
        if entity in documents:
            data = {**documents[entity], **draw(_edits(documents[entity]))}
            documents[entity] = {k: v for k, v in data.items() if v is not None}
    return documents


@st.composite
def requests(draw: st.DrawFn) -> AccessRequest:
    """Draw a request, now and then of nobody, for nothing, or through no point."""
    subject, action, resource, place = draw(st.sampled_from(_PERMITTED))
    change = draw(st.sampled_from([""] * 12 + ["subject", "action", "asset", "point"]))
    if change == "subject":
        subject = draw(st.sampled_from(["user:nobody", "user:ada", "user:kay"]))
    if change == "action":
        action = draw(st.sampled_from([*_ACTIONS, "weights.steal"]))
    if change == "asset":
        resource = draw(st.sampled_from(["weights:nothing", "weights:big"]))
    if change == "point":
        place = draw(st.sampled_from(["nowhere", "campus"]))
    proof = draw(st.sampled_from(_TWO_KEYS * 3 + _ANY_PROOF))
    return AccessRequest(subject, action, resource, f"point:{place}", proof)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw a request to an institute changed mostly where the request looks."""
    request = draw(requests())
    site = request.point.replace("point:", "site:")
    documents = draw(institutes(request.subject, request.resource, site))
    return documents, request, draw(st.sampled_from([0, 1, 2, 2])), draw(nows)
