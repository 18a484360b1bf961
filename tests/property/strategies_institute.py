"""Institutes near to one that is in order, and questions near to permitted ones.

A question drawn wholly at random is nearly always denied, which proves little; so a
few things are changed at random in an institute and a question that are in order.
"""

from dataclasses import replace
from typing import NamedTuple

from hypothesis import strategies as st

from ringwall.model.facts import AmountFacts
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.property.strategies_documents import edits
from tests.property.strategies_in_order import (
    IN_ORDER,
    INSTANTS,
    MIDDLE,
    Data,
    Institute,
)

__all__ = [
    "ACTIONS",
    "NOTHING_LEFT",
    "Asked",
    "amounts",
    "institutes",
    "likely_questions",
    "nows",
    "questions",
    "requests",
]


class Asked(NamedTuple):
    """Documents by id, a request, the approvals behind it, the instant, the amounts."""

    documents: Institute
    request: AccessRequest
    quorum: int
    now: int
    amount: AmountFacts


NOTHING_LEFT = AmountFacts(0, 0, 0, 0)
_ALL_LEFT = AmountFacts(400_000, 10**9, 10_000, 3)
_ANY_PROOF = [*Authentication]
_TWO_KEYS = [Authentication.HARDWARE, Authentication.HARDWARE_FRESH]
# Each of these is permitted with the strongest proof while nothing is changed.
_PERMITTED = [
    ("user:ada", "weights.infer", "weights:big", "hub"),
    ("user:ada", "weights.infer", "weights:tuned", "hub"),
    ("user:ada", "weights.read", "weights:big", "vault"),
    ("user:ada", "weights.read", "weights:big", "hub"),
    ("user:ada", "weights.finetune", "weights:big", "hub"),
    ("user:ada", "weights.infer", "weights:huge", "vault"),
    ("user:ada", "weights.read", "weights:small", "campus"),
    ("user:ada", "site.enter", "room:vault", "hub"),
    ("user:grace", "weights.copy", "weights:big", "hub"),
    ("user:grace", "weights.export", "weights:big", "hub"),
    ("user:grace", "asset.host", "weights:big", "hub"),
    ("user:ida", "raid.read", "report:one", "hub"),
    ("user:ida", "raid.write", "report:one", "hub"),
    ("user:ida", "raid.approve", "case:one", "hub"),
    ("user:max", "research.read", "dataset:open", "campus"),
    ("user:max", "research.publish", "dataset:open", "campus"),
    ("user:max", "weights.infer", "weights:small", "hub"),
    ("user:kay", "weights.finetune", "weights:small", "hub"),
    ("user:kay", "research.write", "dataset:open", "campus"),
    ("user:lou", "research.read", "eval:brief", "hub"),
    ("user:liv", "research.read", "eval:brief", "vault"),
    ("user:lou", "research.read", "dataset:open", "campus"),
    ("user:eve", "weights.infer", "weights:big", "hub"),
    ("user:rel", "weights.publish", "weights:small", "campus"),
    ("user:rel", "offer.api", "weights:small", "campus"),
    ("user:tess", "training.start", "run:large", "hub"),
    ("user:tess", "training.scale", "run:small", "campus"),
]
ACTIONS = sorted({action for _, action, _, _ in _PERMITTED} | {"tier.lower"})
"""Actions that are asked about."""
_PRESENT: list[tuple[str, ...]] = [
    ("user:ada", "user:grace"),
    ("user:ada", "user:grace"),
    ("user:ida", "user:nobody", "service:runner"),
    ("user:max",),
    (),
]

nows = st.sampled_from(
    [MIDDLE, MIDDLE, *INSTANTS, *(instant - 1 for instant in INSTANTS)]
)
amounts = st.sampled_from(
    [
        *[NOTHING_LEFT] * 4,
        AmountFacts(),
        _ALL_LEFT,
        replace(_ALL_LEFT, hour=400_001),
        replace(_ALL_LEFT, month=10**9 + 1),
        replace(_ALL_LEFT, share=10_001),
        replace(_ALL_LEFT, copies=4),
    ]
)


@st.composite
def institutes(draw: st.DrawFn, *near: str) -> Institute:
    """Draw an institute in which up to three documents differ from one in order.

    Args:
        draw: given by hypothesis.
        near: ids of documents that are changed rather than others.
    """
    documents: Institute = {data["id"]: data for data in IN_ORDER}
    chosen = st.sampled_from([*near * 3, *documents])
    for entity in draw(st.lists(chosen, max_size=3)):
        if entity in documents:
            data: Data = {**documents[entity], **draw(edits(documents[entity]))}
            documents[entity] = {k: v for k, v in data.items() if v is not None}
    return documents


@st.composite
def requests(draw: st.DrawFn) -> AccessRequest:
    """Draw a request, now and then of nobody, for nothing, or through no point."""
    subject, action, resource, place = draw(st.sampled_from(_PERMITTED))
    change = draw(st.sampled_from([""] * 12 + ["subject", "action", "asset", "point"]))
    if change == "subject":
        others = ["user:nobody", "user:ada", "user:kay", "user:eve"]
        subject = draw(st.sampled_from(others))
    if change == "action":
        action = draw(st.sampled_from([*ACTIONS, "weights.steal"]))
    if change == "asset":
        resource = draw(st.sampled_from(["weights:nothing", "weights:big"]))
    if change == "point":
        place = draw(st.sampled_from(["nowhere", "campus"]))
    proof = draw(st.sampled_from(_TWO_KEYS * 3 + _ANY_PROOF))
    present = draw(st.sampled_from(_PRESENT))
    point = f"point:{place}"
    return AccessRequest(subject, action, resource, point, proof, present=present)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Draw a request to an institute changed mostly where the request looks."""
    request = draw(requests())
    site = request.point.replace("point:", "site:")
    near = (request.subject, request.resource, site, request.point)
    documents = draw(institutes(*near))
    quorum = draw(st.sampled_from([0, 1, 2, 2]))
    return Asked(documents, request, quorum, draw(nows), draw(amounts))


@st.composite
def likely_questions(draw: st.DrawFn) -> Asked:
    """Draw a question that is permitted unless what is changed stands in the way.

    For laws about permits alone: a question drawn freely is denied too often.
    """
    subject, action, resource, place = draw(st.sampled_from(_PERMITTED))
    proof = Authentication.HARDWARE_FRESH
    point, site = f"point:{place}", f"site:{place}"
    request = AccessRequest(
        subject, action, resource, point, proof, present=_PRESENT[0]
    )
    documents = draw(institutes(subject, resource, site, point))
    now = draw(st.sampled_from([MIDDLE, MIDDLE, MIDDLE, *INSTANTS]))
    return Asked(documents, request, 2, now, NOTHING_LEFT)
