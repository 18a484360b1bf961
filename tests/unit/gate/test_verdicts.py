"""What a question comes to on one ground: identity, rate, policy, grants, duties."""

from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from ringwall.base.clock import format_instant
from ringwall.gate.sampling import Sampler
from ringwall.gate.verdicts import (
    Finding,
    Question,
    finding_on,
    grants_for,
    is_pending,
)
from ringwall.gate.vigil import Vigil
from ringwall.ledger.asking.witnessing import Witnessing
from ringwall.model.decisions import Decision, Effect, Reason, Stage, Verdict
from ringwall.model.disagreements import Disagreement
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.pdp.pipeline import DecisionPoint
from tests.matters_world import COPY, GLASS, POLICY_CHANGE, SECRET, World, ground
from tests.property.grant_world import NOW, PURPOSES, TEMPLATES, question_of

COPY_ABOVE = TEMPLATES[1]

CHANGE_SEATS = (
    ("fay", "security-officer"),
    ("fred", "security-officer"),
    ("joy", "raid-director"),
)
FOUND = Disagreement("access", "permit by acc-017", "deny")


class Contradicting(Sampler):
    """A sampler whose second engine never agrees."""

    def __init__(self) -> None:
        super().__init__(1, lambda _: (_ for _ in ()).throw(AssertionError))

    @override
    def disagreements(self, *_: Any) -> tuple[Disagreement, ...]:
        return (FOUND,)


@pytest.fixture
def world() -> World:
    return World()


def found(
    world: World, request: AccessRequest, too_fast: Reason | None = None
) -> Finding:
    question = Question(request, "dec-1", world.now, None, too_fast)
    return finding_on(question, ground(world))


def codes(finding: Finding) -> list[str]:
    return [reason.code for reason in finding.verdict.reasons]


def approved(world: World) -> str:
    request = world.request(COPY)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    return request.id


def copy(
    purpose: str = PURPOSES[0], grant: str = "", proof: Proof | None = None
) -> AccessRequest:
    asked = question_of(COPY, purpose, grant)
    return replace(asked, handles=("watermark",), present=("user:bea",), proof=proof)


def test_without_a_grant_what_needs_approvals_is_denied(world: World) -> None:
    finding = found(world, copy())

    assert finding.verdict.effect is Effect.DENY
    assert "approval-missing" in codes(finding)
    assert finding.grant is None


def test_a_grant_turns_it_and_is_named(world: World) -> None:
    name = approved(world)
    finding = found(world, copy())

    assert finding.verdict.effect is Effect.PERMIT
    assert finding.verdict.grant == name
    assert finding.grant is not None
    assert finding.grant.id == name
    assert finding.obligations == ("watermark",)
    assert set(finding.verdict.obligations) > {"watermark", "notify"}


def test_the_first_grant_that_serves_is_used(world: World) -> None:
    world.request(COPY)
    spent = approved(world)
    world.use(world.known(spent))
    good = approved(world)
    approved(world)

    assert found(world, copy()).verdict.grant == good


def test_why_a_grant_does_not_count_is_told_beside_the_rest(world: World) -> None:
    world.use(world.known(approved(world)))
    finding = found(world, copy())

    assert codes(finding)[-1] == "grant-spent"
    assert "approval-missing" in codes(finding)


def test_a_grant_named_is_the_one_that_counts(world: World) -> None:
    first = world.request(COPY)
    second = approved(world)
    named = found(world, copy(purpose="", grant=second))
    other = found(world, copy(purpose="", grant=first.id))

    assert named.verdict.grant == second
    assert other.verdict.effect is Effect.DENY
    assert codes(other)[-1] == "approval-missing"


def test_the_purpose_of_the_grant_stands_for_one_that_is_not_stated(
    world: World,
) -> None:
    finding = found(world, copy(purpose="", grant=approved(world)))

    assert "record-purpose" in finding.verdict.obligations
    assert finding.verdict.effect is Effect.PERMIT


def test_a_grant_that_is_not_on_record_is_a_deny(world: World) -> None:
    finding = found(world, copy(grant="req-nothing"))

    assert codes(finding)[-1] == "grant-unknown"


def test_who_names_a_grant_in_vain_is_denied_what_needs_none(world: World) -> None:
    read = AccessRequest(
        "user:wes",
        "weights.infer",
        "weights:big",
        "point:hub",
        Authentication.HARDWARE_FRESH,
    )
    assert found(world, read).verdict.effect is Effect.PERMIT

    denied = found(world, replace(read, grant="req-nothing"))
    assert denied.verdict.effect is Effect.DENY
    assert codes(denied) == ["grant-unknown"]


def test_a_grant_turns_nothing_else_that_is_in_the_way(world: World) -> None:
    approved(world)
    finding = found(world, replace(copy(), authentication=Authentication.MFA))

    assert finding.verdict.effect is Effect.DENY
    assert "authentication-insufficient" in codes(finding)
    assert finding.grant is None


def test_need_to_know_opens_for_who_is_named(world: World) -> None:
    asked = question_of(SECRET, PURPOSES[0])
    assert "floor-need-to-know" in codes(found(world, asked))

    request = world.request(SECRET, {"uses": 0})
    world.approve(request, "bea", "custodian")
    world.approve(request, "fay", "security-officer")
    assert found(world, asked).verdict.effect is Effect.PERMIT
    other = replace(asked, subject="user:wyn")
    assert "floor-need-to-know" in codes(found(world, other))


def test_an_obligation_that_is_not_met_is_a_deny(world: World) -> None:
    approved(world)
    finding = found(world, replace(copy(), handles=()))

    assert finding.verdict.effect is Effect.DENY
    assert codes(finding) == ["obligation-unsupported"]
    assert finding.verdict.grant == ""
    assert finding.grant is None


@pytest.mark.parametrize("present", [(), ("user:ivy",), ("user:ann",)])
def test_four_eyes_are_those_of_two_who_may_be_there(
    world: World, present: tuple[str, ...]
) -> None:
    request = world.request(COPY_ABOVE)
    for person in ("bea", "cal"):
        world.approve(request, person, "custodian")
    world.approve(request, "eli", "ciso")
    asked = replace(
        question_of(COPY_ABOVE, PURPOSES[0]),
        handles=("watermark",),
        present=("user:dot",),
    )
    assert found(world, asked).verdict.effect is Effect.PERMIT

    alone = found(world, replace(asked, present=present))
    assert codes(alone) == ["nobody-else-present"]


def test_too_fast_is_a_deny_before_any_policy(world: World) -> None:
    reason = Reason(Stage.RATE, "person-rate-exceeded", "too fast")

    assert codes(found(world, copy(), too_fast=reason)) == ["person-rate-exceeded"]


def test_who_has_proven_nothing_is_denied_first(world: World) -> None:
    institute = world.documents["org:institute"]
    world.documents["org:institute"] = {
        name: value for name, value in institute.items() if name != "identity"
    }
    approved(world)
    reason = Reason(Stage.RATE, "person-rate-exceeded", "too fast")

    assert codes(found(world, copy(), too_fast=reason)) == ["identity-unproven"]


def test_a_false_proof_is_denied_even_where_words_would_do(world: World) -> None:
    proof = Proof(
        method="ssh",
        session="ses-1",
        subject="user:bea",
        point="point:campus",
        provider="",
        key="SHA256:none",
        at=NOW,
        until=NOW + 1,
        level=Authentication.HARDWARE,
    )
    denied = codes(found(world, copy(proof=proof)))

    assert "identity-other-subject" in denied
    assert all(code.startswith("identity-") for code in denied)


def test_engines_that_disagree_deny_and_leave_the_grant_alone(world: World) -> None:
    approved(world)
    question = Question(copy(), "dec-1", world.now, Contradicting())
    finding = finding_on(question, ground(world))

    assert finding.verdict.effect is Effect.DENY
    assert finding.disagreements == (FOUND,)
    assert finding.grant is None


def test_an_obstacle_and_witnesses_come_before_all_else(world: World) -> None:
    reason = Reason(Stage.POLICY, "policy-unavailable", "no policies")
    here = ground(world)
    question = Question(copy(), "dec-1", world.now, None)
    for decider in (None, here.decider):
        finding = finding_on(question, replace(here, decider=decider, obstacle=reason))
        assert codes(finding) == ["policy-unavailable"]
    assert codes(finding_on(question, replace(here, decider=None))) == []
    overdue = Witnessing(need=1, seconds=60, mandatory=True, since=NOW - 61_000_000)
    late = replace(here, vigil=Vigil(lambda: overdue, lambda _, now: now))
    assert codes(finding_on(question, late)) == ["witnesses-overdue"]


def test_a_question_that_names_a_grant_is_asked_under_no_other(world: World) -> None:
    name = approved(world)
    here = ground(world)

    assert [one.id for one in grants_for(copy(), here)] == [name]
    assert [one.id for one in grants_for(copy(grant=name), here)] == [name]
    assert grants_for(copy(grant="req-nothing"), here) == ()
    assert grants_for(replace(copy(), resource="weights:big"), here) == ()


def test_a_stream_moves_to_no_other_grant(world: World) -> None:
    later = {"from": format_instant(NOW + 1)}
    waiting = world.request(COPY, later)
    for person in ("bea", "cal"):
        world.approve(waiting, person, "custodian")
    begun = approved(world)
    first = world.use(world.known(begun))
    world.now = NOW + 1
    look = replace(copy(), continues=first)

    assert found(world, copy()).verdict.grant == waiting.id
    assert found(world, look).verdict.grant == begun
    world.object(world.known(begun), "dot", "grant.revoked")
    assert codes(found(world, look))[-1] == "grant-revoked"


def test_what_no_grant_was_used_by_is_asked_under_any(world: World) -> None:
    name = approved(world)
    look = replace(copy(), continues="dec-nothing")

    assert [one.id for one in grants_for(look, ground(world))] == [name]


def pending(world: World, request: AccessRequest) -> bool:
    here = ground(world)
    verdict = finding_on(Question(request, "dec-1", world.now, None), here).verdict
    decision = Decision("dec-1", world.now, request, verdict, None, 7, "")
    return is_pending(decision, here)


def test_a_deny_is_pending_while_an_open_request_for_the_very_thing_lacks_approvals(
    world: World,
) -> None:
    assert not pending(world, copy())
    request = world.request(COPY)

    assert pending(world, copy())
    assert pending(world, copy(purpose="", grant=request.id))
    assert not pending(world, copy(purpose=PURPOSES[1]))
    assert not pending(world, replace(copy(), binds="ab" * 32))
    assert not pending(world, replace(copy(), authentication=Authentication.MFA))
    world.now = request.until
    assert not pending(world, copy())


def test_a_request_without_its_purpose_is_pending_for_who_asked_it(
    world: World,
) -> None:
    request = world.request(COPY)

    assert pending(world, copy(purpose=""))
    assert not pending(world, replace(copy(purpose=""), subject="user:bea"))
    named = replace(copy(purpose="", grant=request.id), subject="user:bea")
    assert not pending(world, named)


def test_what_has_its_approvals_and_waits_for_its_time_is_not_pending(
    world: World,
) -> None:
    request = world.request(COPY, {"from": format_instant(NOW + 1)})
    assert not pending(world, copy())
    for person in ("bea", "cal"):
        world.approve(request, person, "custodian")

    assert not pending(world, copy())
    assert not pending(world, copy(purpose=""))


def test_what_lacks_only_hours_of_waiting_is_not_pending(world: World) -> None:
    request = world.request(POLICY_CHANGE)
    asked = replace(question_of(POLICY_CHANGE, request.purpose), binds=request.binds)
    assert pending(world, asked)
    for person, seat in CHANGE_SEATS:
        world.approve(request, person, seat)

    assert codes(found(world, asked))[-1] == "approval-missing"
    assert not pending(world, asked)


def test_nothing_is_pending_where_no_policies_are_usable(world: World) -> None:
    world.request(COPY)
    here = ground(world)
    verdict = finding_on(Question(copy(), "dec-1", world.now, None), here).verdict
    decision = Decision("dec-1", world.now, copy(), verdict, None, 7, "")

    assert is_pending(decision, here)
    assert not is_pending(decision, replace(here, decider=None))


def test_a_permit_is_not_pending(world: World) -> None:
    approved(world)
    world.request(COPY)

    assert not pending(world, copy())


@pytest.mark.parametrize("kind", ["request.refused", "grant.revoked"])
def test_a_request_that_somebody_ended_is_not_pending(world: World, kind: str) -> None:
    world.object(world.request(COPY), "bea", kind)

    assert not pending(world, copy())


def test_a_grant_that_is_spent_is_not_pending(world: World) -> None:
    world.use(world.known(approved(world)))

    assert not pending(world, copy())


def test_broken_glass_waits_for_no_approval(world: World) -> None:
    first = world.request(GLASS)
    world.use(first)
    world.open_review(first)
    request = replace(question_of(GLASS, PURPOSES[0]), present=("user:cal",))

    assert "review-open" in codes(found(world, request))
    assert not pending(world, request)


def test_a_permit_without_facts_is_a_mistake_of_ours(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DecisionPoint, "verdict", lambda *_: Verdict(Effect.PERMIT))
    with pytest.raises(TypeError):
        found(world, replace(copy(), subject="user:nobody"))
