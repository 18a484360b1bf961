"""Edits that put documents of an institute out of order, or into another."""

from typing import Any

from hypothesis import strategies as st

from tests.property.strategies_in_order import (
    ASSESSOR,
    DOMAINS,
    INSTANTS,
    LEVELS,
    WHENEVER,
    Data,
    attested,
    between,
    seen,
)
from tests.unit.pdp.ladder import measures_up_to

__all__ = ["attestations", "edits", "joined"]

_ROLES = [
    *("researcher", "weights-researcher", "custodian", "ciso", "raid-analyst"),
    *("evaluator", "partner-developer", "government-liaison", "service"),
    *("raid-lead", "training-lead", "assessor"),
]
_levels = st.sampled_from(LEVELS)
_words = st.sampled_from([[], ["aurora"], ["raid"], ["aurora", "raid"], ["hidden"]])
_steps = st.tuples(st.sampled_from(DOMAINS), st.sampled_from(LEVELS[1:]))
_assessors = st.sampled_from(
    [ASSESSOR, ASSESSOR, "org:office", "org:institute", "org:partner", "org:nobody"]
)
_people = st.sampled_from(["user:ada", "user:grace", "user:kay", "user:nobody"])


@st.composite
def dates(draw: st.DrawFn) -> Data:
    """Draw when something counts; as often as not over all instants."""
    if draw(st.booleans()):
        return WHENEVER
    start = draw(st.integers(0, len(INSTANTS) - 2))
    return between(start, draw(st.integers(start + 1, len(INSTANTS) - 1)))


def _dated(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    """Draw a statement that somebody made, who is named by a plain text."""
    return st.builds(
        lambda when, rest: {"assessor": "board", **when, **rest},
        dates(),
        st.fixed_dictionaries(fields),
    )


attestations = st.builds(
    lambda when, step, assessor: seen(measures_up_to(*step), **when, assessor=assessor),
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


def by(statement: Data, assessor: str) -> Data:
    """Return a statement as somebody else makes it."""
    return {**statement, "assessor": assessor}


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


_COLLEAGUES = ("user:ada", "user:kay", "user:max")
_SAME_FILE: Data = {
    "sha256": "a" * 64,
    "bytes": 1,
    "tensor_count": 1,
    "tensors_sha256": "b" * 64,
}


def _fixed(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries(fields)


def _one_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    """Draw one of some fields."""
    return st.one_of(*(st.fixed_dictionaries({k: v}) for k, v in fields.items()))


def _of_organisation(data: Data) -> st.SearchStrategy[Data]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "suspended": st.booleans(),
        "enforcing": st.booleans(),
        "evidence": st.one_of(
            _lists(data, "evidence", _evidence),
            _lists(data, "evidence", _evidence.map(lambda e: by(e, data["id"]))),
        ),
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
            screening=st.one_of(
                st.none(),
                _dated(level=_levels),
                _dated(level=_levels).map(lambda s: by(s, data["organisation"])),
            ),
            roles=st.lists(st.sampled_from(_ROLES), max_size=3, unique=True),
            compartments=_words,
            account_of=st.sampled_from(
                [one for one in _COLLEAGUES if one != data["id"]]
            ),
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
        "dual_use": st.sampled_from(["cleared", "suspected", "unknown", "found", None]),
        "disclosure": st.sampled_from(["embargoed", "pending", "cleared", None]),
        "integrity": st.sampled_from(["unverified", "reviewed", None]),
        "authors": st.sampled_from(_authors(data["id"])),
        "derived_from": _sources(data["id"]),
        "need_to_know": st.booleans(),
    }
    if "compute" in data:
        highs = st.sampled_from(["1e24", "1e25", "1.1e25", "1e26", "1.1e26"])
        fields["compute"] = st.builds(lambda high: {"low": "1", "high": high}, highs)
        fields["capability"] = st.sampled_from(["near", "reached", "unknown", None])
        fields["equivalent"] = st.booleans()
        findings = st.sampled_from(["below", "near", "unknown"])
        fields["evaluations"] = st.builds(
            lambda found: [{"threshold": "asl-3", "finding": found}], findings
        )
    if data["id"].startswith("weights:"):
        fields["file"] = st.just(_SAME_FILE)
    if "safeguards" in data:
        fields["safeguards"] = _lists(data, "safeguards", _safeguards).map(_once)
    return _one_of(**fields)


def _authors(entity: str) -> list[list[str]]:
    nobody: list[list[str]] = [] if entity.startswith("case:") else [[]]
    return [*nobody, ["user:ida"], ["user:ada", "user:ida"]]


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
        for item in attested(level, level)
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
