"""Documents of an institute that is in order, and edits that put some out of it."""

from typing import Any

from hypothesis import strategies as st

from ringwall.base.clock import format_instant, parse_instant
from tests.unit.pdp.ladder import measures_up_to, shared_up_to

__all__ = [
    "INSTANTS",
    "IN_ORDER",
    "LEVELS",
    "MIDDLE",
    "Data",
    "Institute",
    "attestations",
    "edits",
    "joined",
]

Data = dict[str, Any]
Institute = dict[str, Data]

INSTANTS = [parse_instant(f"2026-0{month}-01T00:00:00Z") for month in (1, 3, 5, 7)]
MIDDLE = parse_instant("2026-04-01T00:00:00Z")
DOMAINS = ["weights", "network", "assurance", "detection", "personnel"]
LEVELS = ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]
ASSESSOR = "org:assurance"
DIGEST = "ab" * 32


def _between(start: int, until: int) -> Data:
    dates = (format_instant(INSTANTS[at]) for at in (start, until))
    return dict(zip(("from", "until"), dates, strict=True))


WHENEVER = _between(0, -1)
SAID: Data = {**WHENEVER, "assessor": "board"}


def _seen(measures: list[str], **changed: object) -> Data:
    return {
        **WHENEVER,
        "measures": measures,
        "assessor": ASSESSOR,
        "evidence": DIGEST,
        **changed,
    }


def _attested(site: str, personnel: str) -> list[Data]:
    return [
        _seen(measures_up_to(d, personnel if d == "personnel" else site))
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
        "open_source": "scenario-1",
        "attestations": [_seen(shared_up_to("SL5"))],
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
            "vault": _attested("SL5", "SL5"),
            "hub": _attested("SL3", "SL4"),
            "campus": _attested("SL2", "SL1"),
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

_ROLES = [
    *("researcher", "weights-researcher", "custodian", "ciso", "raid-analyst"),
    *("evaluator", "partner-developer", "government-liaison", "service"),
]
_levels = st.sampled_from(LEVELS)
_words = st.sampled_from([[], ["aurora"], ["raid"], ["aurora", "raid"], ["hidden"]])
_steps = st.tuples(st.sampled_from(DOMAINS), st.sampled_from(LEVELS[1:]))
_assessors = st.sampled_from(
    [ASSESSOR, ASSESSOR, "org:institute", "org:partner", "org:nobody"]
)
_people = st.sampled_from(["user:ada", "user:grace", "user:kay", "user:nobody"])


@st.composite
def dates(draw: st.DrawFn) -> Data:
    """Draw when something counts; as often as not over all instants."""
    if draw(st.booleans()):
        return WHENEVER
    start = draw(st.integers(0, len(INSTANTS) - 2))
    return _between(start, draw(st.integers(start + 1, len(INSTANTS) - 1)))


def _dated(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    """Draw a statement that somebody made, who is named by a plain text."""
    return st.builds(
        lambda when, rest: {"assessor": "board", **when, **rest},
        dates(),
        st.fixed_dictionaries(fields),
    )


attestations = st.builds(
    lambda when, step, assessor: _seen(
        measures_up_to(*step), **when, assessor=assessor
    ),
    dates(),
    _steps,
    _assessors,
)
_exceptions = st.builds(
    lambda when, step, people: {
        **when,
        "measure": measures_up_to(*step)[-1],
        "compensation": "a guard at the door",
        "reason": "the door is late",
        "approved_by": people,
    },
    dates(),
    _steps,
    st.lists(_people, min_size=2, max_size=3, unique=True),
)
_evidence = st.one_of(
    _dated(kind=st.just("cybersecurity"), level=_levels),
    _dated(
        kind=st.sampled_from(["rule-of-law", "freedoms"]),
        score=st.sampled_from([0, 69, 70, 100]),
    ),
    _dated(kind=st.sampled_from(["screening", "agreement"])),
)
_safeguards = _dated(
    kind=st.sampled_from(["notice", "security-evaluation", "on-premise-evaluator"]),
    assessor=_assessors,
)


def joined(own: list[Data], more: Data) -> list[Data]:
    """Return attestations with one more, of the measures that are not stated yet."""
    known = {measure for item in own for measure in item["measures"]}
    new = [measure for measure in more["measures"] if measure not in known]
    return [*own, {**more, "measures": new}] if new else own


def edits(data: Data) -> st.SearchStrategy[Data]:
    """Draw fields to put into a document in place of its own; None strikes one."""
    prefix = data["id"].partition(":")[0]
    if prefix in {"org", "gov"}:
        return _of_organisation(data)
    if prefix in {"user", "service"}:
        return _of_party(data)
    if prefix == "site":
        return st.one_of(_fixed(attestations=_measures(data)), _exempt(), _clusters())
    if prefix == "point":
        return _one_of(
            site=st.sampled_from(["site:hub", "site:x"]),
            interface=st.sampled_from(["certified", "bounded", "unconstrained", None]),
            tier=st.sampled_from(["lower", "upper", "third", None]),
            integrity=st.sampled_from(["reviewed", "unverified", None]),
        )
    return _of_asset(data)


def _fixed(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries(fields)


def _one_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    """Draw one of some fields."""
    return st.one_of(*(st.fixed_dictionaries({k: v}) for k, v in fields.items()))


def _of_organisation(data: Data) -> st.SearchStrategy[Data]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "suspended": st.booleans(),
        "enforcing": st.booleans(),
        "evidence": _lists(data, "evidence", _evidence),
    }
    if data["relation"] == "institute":
        scenarios = ["scenario-1", "scenario-2", "scenario-3", None]
        fields["open_source"] = st.sampled_from(scenarios)
        fields["attestations"] = _measures(data)
    return _one_of(**fields)


def _of_party(data: Data) -> st.SearchStrategy[Data]:
    if data["id"].startswith("user:"):
        return _one_of(
            suspended=st.booleans(),
            screening=st.none() | _dated(level=_levels),
            roles=st.lists(st.sampled_from(_ROLES), max_size=3, unique=True),
            compartments=_words,
        )
    return _one_of(
        suspended=st.booleans(),
        operator=st.sampled_from(["user:ada", "user:max", "user:kay"]),
        roles=st.just(["service", "evaluator"]),
        compartments=_words,
    )


def _of_asset(data: Data) -> st.SearchStrategy[Data]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "tier": st.sampled_from(["lower", "upper", "third", None]),
        "content": st.sampled_from(["open", "internal", "restricted", "raid"]),
        "compartments": _words,
        "dual_use": st.sampled_from(["cleared", "suspected", "unknown", None]),
        "disclosure": st.sampled_from(["embargoed", "pending", "cleared", None]),
        "integrity": st.sampled_from(["unverified", "reviewed", None]),
        "authors": st.sampled_from([[], ["user:ida"], ["user:ada", "user:ida"]]),
        "derived_from": _sources(data["id"]),
    }
    if "compute" in data:
        highs = st.sampled_from(["1e24", "1e25", "1.1e25", "1e26", "1.1e26"])
        fields["compute"] = st.builds(lambda high: {"low": "1", "high": high}, highs)
        fields["capability"] = st.sampled_from(["near", "reached", "unknown", None])
        findings = st.sampled_from(["below", "near", "unknown"])
        fields["evaluations"] = st.builds(
            lambda found: [{"threshold": "asl-3", "finding": found}], findings
        )
    if "safeguards" in data:
        fields["safeguards"] = _lists(data, "safeguards", _safeguards).map(_once)
        fields["equivalent"] = st.booleans()
    return _one_of(**fields)


def _sources(entity: str) -> st.SearchStrategy[list[str]]:
    known = ["weights:big", "weights:small", "weights:tuned", "report:one", "eval:x"]
    others = [source for source in known if source != entity]
    return st.lists(st.sampled_from(others), max_size=2, unique=True)


def _once(items: list[Data]) -> list[Data]:
    """Return statements of which no two are of one kind by one assessor."""
    return list({(item["kind"], item["assessor"]): item for item in items}.values())


def _measures(data: Data) -> st.SearchStrategy[list[Data]]:
    """Draw attestations: one fewer, one otherwise, or one more."""
    own = data.get("attestations", [])
    place = st.integers(0, len(own) - 1)

    def otherwise(at: int, when: Data, assessor: str) -> list[Data]:
        return [*own[:at], {**own[at], **when, "assessor": assessor}, *own[at + 1 :]]

    def without(at: int, step: int) -> list[Data]:
        left = [m for m in own[at]["measures"] if not m.startswith(f"SL{step}")]
        kept = [{**own[at], "measures": left}] if left else []
        return [*own[:at], *kept, *own[at + 1 :]]

    return st.one_of(
        st.builds(otherwise, place, dates(), _assessors),
        st.builds(without, place, st.integers(1, 5)),
        attestations.map(lambda more: joined(own, more)),
    )


@st.composite
def _exempt(draw: st.DrawFn) -> Data:
    """Draw attestations with a gap, and an exception that may fill it."""
    exception = draw(_exceptions)
    level = draw(st.sampled_from(["SL3", "SL5"]))
    held = [
        {**item, "measures": left}
        for item in _attested(level, level)
        if (left := [m for m in item["measures"] if m != exception["measure"]])
    ]
    return {"attestations": held, "exceptions": [exception]}


def _clusters() -> st.SearchStrategy[Data]:
    large = {"performance": "1e21", "network_gbits": 400}
    registered = _dated().map(lambda when: {**large, "registration": when})
    return _fixed(cluster=st.one_of(st.none(), st.just(large), registered))


def _lists(
    data: Data, key: str, item: st.SearchStrategy[Data]
) -> st.SearchStrategy[list[Data]]:
    """Draw a list with one item left out, or one more, or all of them others."""
    own = data.get(key, [])
    shorter = st.integers(0, max(len(own) - 1, 0)).map(
        lambda place: own[:place] + own[place + 1 :]
    )
    return st.one_of(shorter, item.map(lambda more: [*own, more]), st.lists(item))
