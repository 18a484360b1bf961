"""Laws of answers: a change turns a deny, and what is hidden looks like nothing."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.cli.answers import redacted_answer_of
from ringwall.gate.denied import AccessDenied
from ringwall.model.decisions import Change, Decision, Effect, Receipt, Verdict
from ringwall.model.declarations import document_of
from ringwall.model.events import (
    change_of,
    decision_made,
    load_event,
    reasons_of,
)
from ringwall.model.facts import AmountFacts, GrantFacts
from ringwall.model.levels import Authentication, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TierSetting
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.policy.numbers import parse_number
from ringwall.shipped import shipped_path
from tests.property.strategies_in_order import Data, Institute
from tests.property.strategies_institute import (
    ACTIONS,
    NOTHING_LEFT,
    Asked,
    institutes,
    nows,
    questions,
)
from tests.unit.pdp.ladder import BENCHMARK, measures_up_to, shared_up_to

ALWAYS: Data = {
    "assessor": "board",
    "from": "2000-01-01T00:00:00Z",
    "until": "2100-01-01T00:00:00Z",
}
DATES = {"from": ALWAYS["from"], "until": ALWAYS["until"]}
FRESH = max(Authentication)
MOST = max(Quorum)
RECEIPT = Receipt(7, bytes(32), 8)
PLACES = ("point:vault", "point:hub", "point:campus", "point:nowhere")


@cache
def point(setting: TierSetting = "three") -> DecisionPoint:
    bundle = compile_bundle(read_bundle(shipped_path("policies")))
    return DecisionPoint(bundle.concerns, setting)


def facts_of(documents: Institute) -> FactBase:
    return FactBase({k: document_of(data) for k, data in documents.items()}, BENCHMARK)


def permitted(
    facts: FactBase,
    request: AccessRequest,
    now: int,
    quorum: Quorum,
    amount: AmountFacts = NOTHING_LEFT,
) -> bool:
    try:
        situation = facts.situation(request, now, amount)
    except FactMissing:
        return False
    approved = situation._replace(grant=GrantFacts(quorum))
    return point().evaluate_situation(approved).permitted


def verdict_of(asked: Asked) -> Verdict:
    facts = facts_of(asked.documents)
    return point().decide(asked.request, facts, asked.now, asked.amount)


@given(questions(), st.text(max_size=5))
def test_what_would_turn_an_answer_comes_back_from_the_record(
    asked: Asked, purpose: str
) -> None:
    request = replace(asked.request, purpose=purpose)
    verdict = verdict_of(asked._replace(request=request))
    basis: Any = {"basis": 0, "policy": "ab"}
    entry = dump_canonical(decision_made(asked.now, "dec-x", request, verdict, basis))

    assert len(entry) <= MAX_ENTRY_BYTES
    assert change_of(load_event(entry)) == verdict.change
    assert reasons_of(load_event(entry)) == verdict.reasons


# A change is carried out on the declared documents and the request, as people would.
def turns(changes: Iterable[Change], asked: Asked) -> bool:
    """Return whether the answer is permit once some changes are carried out."""
    documents, request, quorum = dict(asked.documents), asked.request, Quorum.NONE
    amount = asked.amount
    documents["org:checker"] = {"id": "org:checker", "relation": "assessor"}
    for change in changes:
        part, _, name = change.attribute.partition(".")
        value = change.needed.split(" or ")[0]
        if name == "present":
            guards = [guard(number) for number in range(int(value))]
            documents.update({person["id"]: person for person in guards})
            request = replace(request, present=tuple(item["id"] for item in guards))
        elif part == "session":
            request = replace(request, authentication=Authentication.parse(value))
        elif part == "grant":
            quorum = Quorum.parse(value)
        elif part == "amount":
            amount = replace(amount, **{name: parse_number(value)})
        for entity in entities_of(documents, request, change.attribute):
            document = documents[entity]
            documents[entity] = {**document, **amended(document, part, name, value)}
    return permitted(facts_of(documents), request, asked.now, quorum, amount)


def guard(number: int) -> Data:
    """Return somebody who may see everything."""
    return {
        "id": f"user:guard{number}",
        "organisation": "org:institute",
        "compartments": ["aurora", "hidden", "raid"],
        "screening": {**ALWAYS, "level": "SL5"},
    }


def entities_of(
    documents: Institute, request: AccessRequest, attribute: str
) -> tuple[str, ...]:
    """Return whose documents say what a fact is; none for the session or a grant."""
    subject = documents[request.subject]
    person = subject.get("operator", request.subject)
    site = documents[request.point]["site"]
    own: dict[str, tuple[str, ...]] = {
        "subject.personnel": (person,),
        "subject.suspended": (request.subject, person),
    }
    found: dict[str, tuple[str, ...]] = {
        "subject": (request.subject,),
        "organisation": (subject["organisation"],),
        "operator": (documents[site]["operator"],),
        "asset": (request.resource,),
        "site": (site,),
        "point": (request.point,),
    }
    return own.get(attribute, found.get(attribute.partition(".")[0], ()))


SAFEGUARDS = {
    "notice": "notice",
    "security_evaluation": "security-evaluation",
    "alignment_evaluation": "alignment-evaluation",
    "evaluator": "on-premise-evaluator",
}


def amended(document: Data, part: str, name: str, value: str) -> Data:
    """Return the fields of a document by which a fact becomes another."""
    if part in {"site", "operator"}:
        return in_force(document, name, value if part == "site" else "SL5")
    if part == "organisation" and name != "suspended":
        return {"evidence": [*document.get("evidence", []), shown(name, value)]}
    if name in SAFEGUARDS:
        vouched = {**DATES, "kind": SAFEGUARDS[name], "assessor": "org:checker"}
        return {"safeguards": [*document.get("safeguards", []), vouched]}
    is_set = name in {"roles", "compartments"}
    words = [*document.get(name, []), *value.split(", ")] if is_set else []
    fields: dict[str, Data] = {
        "roles": {name: words},
        "compartments": {name: words},
        "suspended": {name: False},
        "personnel": {"screening": {**ALWAYS, "level": value}},
        "compute": {name: {"low": "1", "high": value}},
        "equivalent": {name: value == "yes"},
        # Whatever is isolated is hardened, and no policy asks for less than that.
        "interface": {name: value.replace("hardened", "isolated")},
    }
    return fields.get(name, {name: value})


def in_force(document: Data, domain: str, level: str) -> Data:
    """Return what attests a domain anew, by somebody whom nobody doubts."""
    if domain == "cluster":
        return {"cluster": {"performance": "1e19", "network_gbits": 1}}
    own = document["id"].startswith("site:")
    measures = measures_up_to(domain, level) if own else shared_up_to(level)
    kept = [
        {**item, "measures": left}
        for item in document.get("attestations", [])
        if (left := [m for m in item["measures"] if m not in measures])
    ]
    found = {"assessor": "org:checker", "evidence": "cd" * 32, "measures": measures}
    return {"attestations": [*kept, {**DATES, **found}]}


def shown(name: str, value: str) -> Data:
    fields: dict[str, Data] = {
        "cyber": {"kind": "cybersecurity", "level": value},
        "screening": {"kind": "screening"},
        "agreement": {"kind": "agreement"},
    }
    score: Any = {"kind": name.replace("_", "-"), "score": value}
    found = fields.get(name) or {**score, "score": int(value)}
    return {**ALWAYS, **found}


def is_inherited(change: Change, document: Data) -> bool:
    """Return whether a fact is one that others share in, which nobody edits."""
    shared = {
        *("asset.compute", "asset.capability", "asset.dual_use", "asset.equivalent"),
    }
    evaluated = change.attribute == "asset.capability" and "evaluations" in document
    derived = bool(document.get("derived_from"))
    return evaluated or (derived and change.attribute in shared)


@given(questions())
def test_the_change_of_a_deny_turns_the_answer_and_nothing_less_does(
    asked: Asked,
) -> None:
    change = verdict_of(asked).change
    event(f"attributes: {len(change)}")
    assume(change)
    asset = asked.documents[asked.request.resource]
    assume(not any(is_inherited(item, asset) for item in change))
    for item in change:
        event(item.attribute)

    assert turns(change, asked)
    told = {item.attribute for item in change}
    for number, item in enumerate(change):
        part, _, domain = item.attribute.partition(".")
        if part == "site" and f"operator.{domain}" in told:
            continue  # a site may have its part of the level already
        assert not turns(change[:number] + change[number + 1 :], asked)


@given(questions())
def test_nothing_turns_a_permit_or_a_row_that_forbids(asked: Asked) -> None:
    verdict = verdict_of(asked)
    event(f"explicit: {verdict.explicit}")

    if verdict.effect is Effect.PERMIT or verdict.explicit:
        assert verdict.change == ()


def told(
    facts: FactBase, request: AccessRequest, now: int, decider: DecisionPoint
) -> bytes:
    """Return all that a caller gets, with one id, instant and receipt each time."""
    verdict = decider.decide(request, facts, now)
    decision = Decision("dec-x", 0, request, verdict, RECEIPT, 3, "ab")
    answer = redacted_answer_of(decision)
    return dump_canonical({"answer": answer, "denied": str(AccessDenied(decision))})


def everybody(facts: FactBase, resource: str) -> Iterable[AccessRequest]:
    """Give each question that anybody may ask about one thing."""
    subjects = [*facts.subjects(), "user:nobody"]
    actions = [*ACTIONS, "weights.steal"]
    for subject, action, place in product(subjects, actions, PLACES):
        yield AccessRequest(subject, action, resource, place, FRESH)


HIDDEN: tuple[tuple[TierSetting, Data], ...] = (
    ("three", {"compartments": ["held-by-nobody"]}),
    ("three", {"compartments": ["aurora", "held-by-nobody"]}),
    ("three", {"tier": None}),
    ("two", {"tier": "third"}),
)


@settings(max_examples=8)
@given(
    institutes("weights:big", "report:one"),
    st.sampled_from(["weights:big", "report:one", "eval:brief", "dataset:open"]),
    st.sampled_from(HIDDEN),
    st.sampled_from(Authentication),
    nows,
)
def test_a_hidden_asset_is_to_everybody_as_one_that_does_not_exist(
    documents: Institute,
    resource: str,
    way: tuple[TierSetting, Data],
    proof: Authentication,
    now: int,
) -> None:
    setting, fields = way
    data = {**documents[resource], **fields}
    hidden = {key: value for key, value in data.items() if value is not None}
    facts = facts_of({**documents, resource: hidden})
    missing = f"{resource.partition(':')[0]}:not-there"

    for request in everybody(facts, resource):
        asked = replace(request, authentication=proof)
        nothing = replace(asked, resource=missing)
        first = told(facts, asked, now, point(setting))
        assert first == told(facts, nothing, now, point(setting)), asked


@settings(max_examples=4)
@given(institutes(), st.sampled_from(Authentication), nows)
def test_an_asset_that_no_proof_opens_is_as_one_that_does_not_exist(
    documents: Institute, proof: Authentication, now: int
) -> None:
    facts = facts_of(documents)
    nothing = AccessRequest("user:ada", "weights.read", "weights:not-there", PLACES[1])
    missing = told(facts, nothing, now, point())
    count = 0

    for resource in ("weights:huge", "report:one", "eval:brief"):
        for request in everybody(facts, resource):
            if not permitted(facts, request, now, MOST):
                count += 1
                asked = replace(request, authentication=proof)
                assert told(facts, asked, now, point()) == missing, asked
    assert count
