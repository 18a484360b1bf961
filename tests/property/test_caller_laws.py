"""Laws of what a caller is told, and of what the record keeps."""

from dataclasses import replace

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.model.decisions import Decision
from ringwall.model.events import decision_made, load_event, reasons_of
from ringwall.model.levels import Quorum
from ringwall.model.requests import AccessRequest
from tests.property.asking import FRESH, MOST, answer, permitted, put
from tests.property.strategies_in_order import Institute
from tests.property.strategies_institute import (
    NOTHING_LEFT,
    Asked,
    nows,
    questions,
)


def told(documents: Institute, request: AccessRequest, now: int) -> tuple[str, ...]:
    verdict = answer(documents, request, now)
    return Decision("dec-x", now, request, verdict, None, 0, "").caller_reasons()


@given(questions(), nows)
def test_a_caller_can_not_tell_a_foreign_compartment_from_nothing(
    asked: Asked, now: int
) -> None:
    documents, request = asked.documents, asked.request
    assume(request.resource in documents)
    prefix = request.resource.partition(":")[0]
    hidden = put(documents, request.resource, compartments=["held-by-nobody"])
    nothing = replace(request, resource=f"{prefix}:not-there")

    assert (
        told(hidden, request, now) == told(hidden, nothing, now) == ("not-permitted",)
    )


@given(questions())
def test_a_caller_is_told_only_what_would_turn_the_answer(asked: Asked) -> None:
    codes = told(asked.documents, asked.request, asked.now)
    event(str(codes))
    if codes in {(), ("not-permitted",)}:
        return
    proof = asked.request.authentication
    by_authn = "authentication-insufficient" in codes
    quorum = MOST if "approval-missing" in codes else Quorum.NONE
    asked = asked._replace(amount=NOTHING_LEFT)

    assert set(codes) <= {"authentication-insufficient", "approval-missing"}
    assert permitted(
        asked, authentication=FRESH if by_authn else proof, quorum=int(quorum)
    )


@given(questions(), st.text(max_size=5))
def test_a_decision_comes_back_from_the_record(asked: Asked, purpose: str) -> None:
    documents, request, now = asked.documents, asked.request, asked.now
    request = replace(request, purpose=purpose)
    verdict = answer(documents, request, now)
    made = decision_made(now, "dec-x", request, verdict, {"basis": 0, "policy": "ab"})
    entry = dump_canonical(made)

    assert len(entry) <= MAX_ENTRY_BYTES
    assert load_event(entry) == made
    assert reasons_of(load_event(entry)) == verdict.reasons
