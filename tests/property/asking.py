"""Questions to the shipped policies, for laws about their answers."""

from dataclasses import replace
from functools import cache

from ringwall.model.decisions import Verdict
from ringwall.model.declarations import document_of
from ringwall.model.facts import GrantFacts, Situation
from ringwall.model.levels import Authentication, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TierSetting
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import Bundle, compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.shipped import shipped_path
from tests.property.strategies_in_order import Institute
from tests.property.strategies_institute import NOTHING_LEFT, Asked
from tests.unit.pdp import scene
from tests.unit.pdp.ladder import BENCHMARK

MOST = max(Quorum)
FRESH = max(Authentication)


@cache
def bundle() -> Bundle:
    return read_bundle(shipped_path("policies"))


@cache
def point() -> DecisionPoint:
    return DecisionPoint(compile_bundle(bundle()).concerns, "three")


@cache
def wide_open(setting: TierSetting = "two") -> DecisionPoint:
    """Return a decision point whose policies permit whatever a researcher asks."""
    actions = ", ".join(sorted(point().actions))
    tail = scene.ACCESS_TAIL.replace("weights.infer, weights.read", actions)
    rows = "p, acc-001, researcher, *, allow\n"
    return scene.small(setting, access=scene.concern(scene.ACCESS_HEAD, tail, rows))


def facts_of(documents: Institute) -> FactBase:
    return FactBase({k: document_of(data) for k, data in documents.items()}, BENCHMARK)


def permitted(
    asked: Asked, documents: Institute | None = None, **changed: object
) -> bool:
    """Return whether a question is permitted, with parts of it otherwise."""
    request = asked.request
    quorum, amount = changed.pop("quorum", asked.quorum), asked.amount
    assert isinstance(quorum, int)
    request = replace(request, **changed)  # type: ignore[arg-type]  # parts of a request
    facts = facts_of(asked.documents if documents is None else documents)
    try:
        s = facts.situation(request, asked.now, amount)
    except FactMissing:
        return False
    return point().evaluate_situation(approved(s, quorum)).permitted


def approved(situation: Situation, quorum: int) -> Situation:
    return situation._replace(grant=GrantFacts(Quorum(quorum)))


def answer(documents: Institute, request: AccessRequest, now: int) -> Verdict:
    return point().decide(request, facts_of(documents), now, NOTHING_LEFT)


def put(documents: Institute, entity: str, **fields: object) -> Institute:
    return {**documents, entity: {**documents[entity], **fields}}
