"""A small institute to ask questions in: everything in it is in order at `NOW`."""

from functools import cache
from typing import Any

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import AmountFacts
from ringwall.model.ids import ASSET_KINDS
from ringwall.model.levels import Authentication
from ringwall.model.parties import RELATIONS
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TierSetting
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import CompiledBundle, compile_bundle, parse_bundle
from ringwall.policy.folder import read_bundle
from ringwall.shipped import shipped_path
from tests.unit.pdp.ladder import BENCHMARK, measures_up_to, shared_up_to

Data = dict[str, Any]

FROM = "2026-01-01T00:00:00Z"
UNTIL = "2027-01-01T00:00:00Z"
NOW = parse_instant("2026-07-01T00:00:00Z")
DATES: Data = {"assessor": "security office", "from": FROM, "until": UNTIL}
PAST: Data = {**DATES, "from": "2025-01-01T00:00:00Z", "until": "2026-06-30T00:00:00Z"}
SEEN: Data = {
    "assessor": "org:assurance",
    "from": FROM,
    "until": UNTIL,
    "evidence": "ab" * 32,
}
DOMAINS = ("weights", "network", "assurance", "detection", "personnel")
HARDWARE = Authentication.HARDWARE
NOTHING = AmountFacts(0, 0, 0, 0)


def screening(level: str, dates: Data = DATES) -> Data:
    return {**dates, "level": level}


def attested(site: str, personnel: str, dates: Data = DATES) -> list[Data]:
    """Return attestations up to one level, and up to another for personnel.

    One for each of `DOMAINS`, in that order.
    """
    when = {key: dates[key] for key in ("from", "until")}
    return [
        {**SEEN, **when, "measures": measures_up_to(d, level)}
        for d in DOMAINS
        for level in [personnel if d == "personnel" else site]
    ]


def agreement(dates: Data = DATES) -> Data:
    return {**dates, "kind": "agreement"}


def cyber(level: str, dates: Data = DATES) -> Data:
    return {**dates, "kind": "cybersecurity", "level": level}


def score(kind: str, points: int) -> Data:
    return {**DATES, "kind": kind, "score": points}


SCREENED: Data = {**DATES, "kind": "screening"}
COMPUTE = {"low": "1e25", "high": "2e25"}
SAFEGUARDS: list[Data] = [
    {"kind": kind, "assessor": "org:assurance", "from": FROM, "until": UNTIL}
    for kind in (
        *("notice", "security-evaluation", "alignment-evaluation"),
        "on-premise-evaluator",
    )
]
DOCUMENTS: tuple[Data, ...] = (
    {
        "id": "org:institute",
        "relation": "institute",
        "identity": "claimed",
        "open_source": "scenario-1",
        "attestations": [{**SEEN, "measures": shared_up_to("SL5")}],
    },
    {
        "id": "org:partner",
        "relation": "partner",
        "evidence": [SCREENED, agreement()],
    },
    {
        "id": "org:assurance",
        "relation": "assessor",
        "evidence": [SCREENED, agreement(), cyber("SL3")],
    },
    {
        "id": "gov:fr",
        "relation": "member-state",
        "evidence": [agreement(), cyber("SL3")],
    },
    {
        "id": "gov:no",
        "relation": "associated-state",
        "evidence": [
            agreement(),
            cyber("SL3"),
            score("rule-of-law", 90),
            score("freedoms", 90),
        ],
    },
    {
        "id": "site:hub",
        "operator": "org:institute",
        "attestations": attested("SL3", "SL4"),
        "cluster": {"performance": "1e19", "network_gbits": 400},
    },
    {
        "id": "site:campus",
        "operator": "org:institute",
        "attestations": attested("SL1", "SL1"),
    },
    {
        "id": "point:hub",
        "site": "site:hub",
        "interface": "isolated",
        "tier": "upper",
        "integrity": "assured",
    },
    {"id": "point:campus", "site": "site:campus"},
    {
        "id": "user:ada",
        "organisation": "org:institute",
        "roles": ["weights-researcher"],
        "compartments": ["aurora"],
        "screening": screening("SL4"),
    },
    {
        "id": "user:max",
        "organisation": "org:institute",
        "roles": ["researcher"],
        "screening": screening("SL1"),
    },
    {
        "id": "user:kay",
        "organisation": "org:partner",
        "roles": ["partner-developer"],
        "screening": screening("SL1"),
    },
    {
        "id": "user:lou",
        "organisation": "gov:fr",
        "roles": ["government-liaison"],
        "screening": screening("SL4"),
    },
    {
        "id": "user:liv",
        "organisation": "gov:no",
        "roles": ["government-liaison"],
        "screening": screening("SL4"),
    },
    {
        "id": "service:runner",
        "organisation": "org:institute",
        "operator": "user:ada",
        "roles": ["evaluator"],
        "compartments": ["aurora"],
    },
    {
        "id": "weights:aurora",
        "tier": "upper",
        "content": "restricted",
        "compartments": ["aurora"],
        "compute": COMPUTE,
        "integrity": "assured",
    },
    {"id": "weights:unplaced", "content": "internal", "compute": COMPUTE},
    {
        "id": "eval:brief",
        "tier": "upper",
        "content": "restricted",
        "integrity": "assured",
    },
    {
        "id": "dataset:open",
        "tier": "lower",
        "content": "open",
        "dual_use": "cleared",
        "integrity": "assured",
    },
)
BY_ID: dict[str, Data] = {data["id"]: data for data in DOCUMENTS}
# A run above the threshold in a tier of its own, for those who ask about training.
RUN: Data = {
    "id": "run:big",
    "tier": "upper",
    "content": "restricted",
    "integrity": "assured",
    "compute": {"low": "2e26", "high": "2e26"},
    "developer": "org:institute",
    "safeguards": SAFEGUARDS,
}


def edited(entity: str, **fields: object) -> Document:
    """Return a document of the institute with other fields; None leaves one out."""
    data = {**BY_ID[entity], **fields}
    return document_of({key: value for key, value in data.items() if value is not None})


def institute(*changes: Document, without: tuple[str, ...] = ()) -> FactBase:
    """Return the institute with documents put in place and others struck."""
    documents = {entity: document_of(data) for entity, data in BY_ID.items()}
    documents.update({document.id: document for document in changes})
    kept = {k: doc for k, doc in documents.items() if k not in without}
    return FactBase(kept, BENCHMARK)


def ask(
    subject: str = "user:ada",
    action: str = "weights.infer",
    resource: str = "weights:aurora",
    point: str = "point:hub",
    authentication: Authentication = HARDWARE,
) -> AccessRequest:
    """Return a question that is permitted unless something is changed."""
    return AccessRequest(subject, action, resource, point, authentication)


@cache
def shipped() -> CompiledBundle:
    return compile_bundle(read_bundle(shipped_path("policies")))


@cache
def decider(setting: TierSetting = "two") -> DecisionPoint:
    """Return a decision point on the shipped policies."""
    return DecisionPoint(shipped().concerns, setting)


EFFECT = "some(where (p.eft == allow)) && !some(where (p.eft == deny))"
KINDS = ", ".join(sorted(ASSET_KINDS.values()))


def concern(head: str, tail: str, rows: str) -> dict[str, bytes]:
    """Return the files of a concern.

    Args:
        head: the r, p and m lines, and g if there are roles.
        tail: the sections after the matcher.
        rows: policy.csv.
    """
    r, p, m, *g = head.strip().splitlines()
    roles = f"[role_definition]\n{g[0]}\n\n" if g else ""
    model = (
        f"[request_definition]\n{r}\n\n[policy_definition]\n{p}\n\n{roles}"
        f"[policy_effect]\ne = {EFFECT}\n\n[matchers]\n{m}\n\n{tail.strip()}\n"
    )
    return {"model.conf": model.encode(), "policy.csv": rows.encode()}


CLASSIFICATION = concern(
    'r = asset\np = rule, kind, eft\nm = (p.kind == "*" || r.asset.kind == p.kind)',
    f"""
[vocabulary]
kind = {KINDS}

[types]
r.asset.kind = kind
p.kind = kind, open

[reasons]
kind = kind-not-admitted, the rule is for another kind
""",
    "p, class-001, *, allow\n",
)
ELIGIBILITY = concern(
    "r = organisation\np = rule, relation, eft\n"
    'm = (p.relation == "*" || r.organisation.relation == p.relation)',
    f"""
[vocabulary]
relation = {", ".join(RELATIONS)}

[types]
r.organisation.relation = relation
p.relation = relation, open

[reasons]
relation = relation-not-eligible, the rule is for another relation
""",
    "p, elig-001, *, allow\n",
)
ACCESS_HEAD = """
r = subject, action
p = rule, role, action, eft
m = holds(r.subject.roles, p.role) && (p.action == "*" || r.action == p.action)
g = _, _
"""
ACCESS_TAIL = """
[vocabulary]
role = researcher, other
action = weights.infer, weights.read

[types]
r.subject.roles = set(role)
r.action = action
p.role = role
p.action = action, open

[reasons]
role = no-role, nobody in this role may do this
action = action-not-covered, the rule is for another action
"""
ACCESS = concern(
    ACCESS_HEAD,
    ACCESS_TAIL,
    "p, acc-001, researcher, *, allow\n",
)


def by_kind(prefix: str) -> dict[str, bytes]:
    """Return the files of a concern that permits whatever the kind."""
    rows = f"p, {prefix}-001, *, allow\n".encode()
    return {**CLASSIFICATION, "policy.csv": rows}


WIDE_OPEN = {
    "classification": CLASSIFICATION,
    "eligibility": ELIGIBILITY,
    "flow": by_kind("flow"),
    "access": ACCESS,
    "release": by_kind("rel"),
    "training": by_kind("trn"),
    "raid_cases": by_kind("raid"),
}
"""Policies of the pipeline with one row each that permits everything to everybody."""


def small(setting: TierSetting = "two", **concerns: dict[str, bytes]) -> DecisionPoint:
    """Return a decision point on the wide-open policies, some of them replaced.

    What approvals come to, what may leave and what a permit obliges to is as shipped.
    """
    beside = {name: files_of(name) for name in ("quorum", "budget", "obligation")}
    bundle = compile_bundle(parse_bundle({**WIDE_OPEN, **beside, **concerns}))
    return DecisionPoint(bundle.concerns, setting)


def files_of(name: str) -> dict[str, bytes]:
    """Return the model and the rows of a shipped concern."""
    files = shipped().concerns[name].concern.files
    return {file: files[file] for file in ("model.conf", "policy.csv")}
