"""A question is decided on one ground, and what is recorded says all of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from ringwall.gate.decoys import DecoyWatch
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.gate.question import Draft, Moved, draft_of
from ringwall.gate.request_reader import request_from_words
from ringwall.gate.sampling import Sampler
from ringwall.gate.verdicts import Question
from ringwall.gate.vigil import Vigil
from ringwall.institute import Institute
from ringwall.ledger.asking.witnessing import Witnessing
from ringwall.model.decisions import Effect, Reason, Receipt, Stage
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import BASIS_KINDS
from ringwall.model.requests import AccessRequest, Reach
from ringwall.model.vault_events import vault_destroyed, vault_sealed
from tests.example import BOUNDED, NOON, READ
from tests.matter_events import BOX, SEALED
from tests.matters_world import COPY, GLASS, SECRET, World, ground
from tests.property.grant_world import NOW, PURPOSES, Template, question_of

FIRST = "dec-" + "0z" * 10
FOUND = Disagreement("access", "permit by acc-021", "deny")


class Contradicting(Sampler):
    """A sampler whose second engine never agrees."""

    def __init__(self) -> None:
        super().__init__(1, lambda _: (_ for _ in ()).throw(AssertionError))

    @override
    def disagreements(self, *_: Any) -> tuple[Disagreement, ...]:
        return (FOUND,)


def question(
    sampler: Sampler | None = None, words: Mapping[str, Any] = READ
) -> Question:
    """Return the question that the example permits, or another."""
    asked = {"point": "point:trainer", **words}
    return Question(request_from_words(**asked), "dec-1", NOON, sampler)


def drafted(asked: Question, ground: Ground) -> Draft:
    """Decide a question where nobody knows of a decoy."""
    return draft_of(asked, ground, DecoyWatch(None))


def test_a_permit_is_one_event(example_gate: Gatekeeper) -> None:
    draft = drafted(question(), example_gate.ground)

    assert draft.finding.verdict.effect is Effect.PERMIT
    assert [event["kind"] for event in draft.events] == ["decision.made"]
    assert draft.events[0]["basis"] == example_gate.ground.basis
    assert draft.events[0]["policy"] == example_gate.ground.policy


def test_what_a_permit_takes_comes_last_and_a_deny_takes_nothing(
    institute: Institute,
) -> None:
    with institute.gatekeeper("point:west-bench") as gate:
        at = {**BOUNDED, "point": "point:west-bench", "amount": 10}
        permit = drafted(question(words=at), gate.ground)
        deny = drafted(question(words={**at, "authn": "none"}), gate.ground)

    told = [event["kind"] for event in permit.events]
    assert told == ["decision.made", "amount.left"]
    assert [event["kind"] for event in deny.events] == ["decision.made"]


def test_engines_that_disagree_deny_and_raise_an_alarm(
    example_gate: Gatekeeper,
) -> None:
    draft = drafted(question(Contradicting()), example_gate.ground)

    assert draft.finding.verdict.effect is Effect.DENY
    assert draft.finding.disagreements == (FOUND,)
    told = [event["kind"] for event in draft.events]
    assert told == ["decision.made", "alarm.raised"]


def test_witnesses_that_are_overdue_are_the_reason_of_a_deny(
    example_gate: Gatekeeper,
) -> None:
    asked = Witnessing(need=1, seconds=60, mandatory=True, since=NOON - 61_000_000)
    ground = replace(
        example_gate.ground, vigil=Vigil(lambda: asked, lambda _, now: now)
    )
    draft = drafted(question(), ground)

    assert draft.finding.verdict.effect is Effect.DENY
    assert [reason.code for reason in draft.finding.verdict.reasons] == [
        "witnesses-overdue"
    ]


def test_an_obstacle_is_the_reason_of_a_deny(example_gate: Gatekeeper) -> None:
    reason = Reason(Stage.POLICY, "policy-unavailable", "no policies")
    for decider in (None, example_gate.ground.decider):
        ground = replace(example_gate.ground, decider=decider, obstacle=reason)
        verdict = drafted(question(), ground).finding.verdict
        assert (verdict.effect, verdict.reasons) == (Effect.DENY, (reason,))


def test_without_policies_and_without_a_reason_the_answer_is_no(
    example_gate: Gatekeeper,
) -> None:
    ground = replace(example_gate.ground, decider=None)

    assert drafted(question(), ground).finding.verdict.effect is Effect.DENY


def test_an_answer_holds_its_receipt_and_its_ground(example_gate: Gatekeeper) -> None:
    asked, ground = question(), example_gate.ground
    receipt = Receipt(7, bytes(32), 8)
    answer = drafted(asked, ground).answer(asked, ground, [receipt])

    assert answer.permitted
    assert (answer.id, answer.at, answer.receipt) == ("dec-1", NOON, receipt)
    assert (answer.basis, answer.policy) == (ground.basis, ground.policy)


def granted(world: World, template: Template = COPY) -> Draft:
    """Decide what a template asks, once two custodians have approved it."""
    request = world.request(template)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    asked = question_of(template, PURPOSES[0])
    asked = replace(asked, handles=("watermark",), present=("user:dot",))
    return drafted(Question(asked, "dec-1", NOW, None), ground(world))


def kinds(draft: Draft) -> list[str]:
    return [event["kind"] for event in draft.events]


def test_a_permit_under_a_grant_spends_it_tells_and_takes_the_copy() -> None:
    draft = granted(World())

    assert kinds(draft) == [
        "decision.made",
        "grant.spent",
        "notice.sent",
        "amount.left",
    ]
    decision, spent, notice, _ = draft.events
    assert spent["request"] == decision["grant"] == draft.finding.verdict.grant
    assert spent["decision"] == notice["decision"] == "dec-1"
    assert spent["point"] == "point:campus"
    assert decision["obligations"] == ["notify", "record-purpose", "watermark"]


def test_a_grant_that_is_not_counted_is_named_and_not_spent() -> None:
    world = World()
    request = world.request(SECRET, {"uses": 0})
    world.approve(request, "bea", "custodian")
    world.approve(request, "fay", "security-officer")
    asked = question_of(SECRET, PURPOSES[0])
    draft = drafted(Question(asked, "dec-1", NOW, None), ground(world))

    assert kinds(draft) == ["decision.made"]
    assert draft.events[0]["grant"] == request.id


def test_broken_glass_raises_an_alarm_and_opens_a_review() -> None:
    world = World()
    world.request(GLASS)
    asked = replace(question_of(GLASS, PURPOSES[0]), present=("user:dot",))
    draft = drafted(Question(asked, "dec-0123", NOW, None), ground(world))

    told = kinds(draft)
    assert told[:4] == [
        "decision.made",
        "grant.spent",
        "alarm.raised",
        "review.opened",
    ]
    assert draft.events[2]["code"] == "break-glass"
    review = draft.events[3]
    assert review["id"] == "rev-0123"
    assert review["subject"] == "user:ann"
    assert review["about"] == draft.finding.verdict.grant
    assert review["what"] == "break-glass"


class Streaming(World):
    """A world in which a copy was begun by `dec-1`, under a grant of so many uses."""

    def __init__(self, uses: int = 1) -> None:
        super().__init__()
        request = self.request(COPY, {"uses": uses})
        self.approve(request, "bea", "custodian")
        self.approve(request, "cal", "custodian")
        self.asked = replace(
            question_of(COPY, PURPOSES[0]),
            handles=("watermark",),
            present=("user:dot",),
        )
        self.amounts: Moved = []
        draft = drafted(Question(self.asked, "dec-1", NOW, None), ground(self))
        for index, event in enumerate(draft.events):
            if event["kind"] == "amount.left":
                self.amounts.append((100 + index, bytes([index]) * 32, event))
            elif event["kind"] in BASIS_KINDS:
                self.record(event)


def drafted_next(world: Streaming, asked: AccessRequest) -> Draft:
    """Decide what is asked on what is on record by now."""
    here = ground(world)
    here.spending.take_in(world.amounts)
    return drafted(Question(asked, "dec-2", NOW, None), here)


def test_the_next_look_of_a_stream_spends_tells_and_copies_nothing() -> None:
    world = Streaming()
    draft = drafted_next(world, replace(world.asked, continues="dec-1"))

    assert draft.finding.verdict.effect is Effect.PERMIT
    assert kinds(draft) == ["decision.made"]
    assert draft.events[0]["grant"] == draft.finding.verdict.grant != ""


def test_the_bytes_of_the_next_look_are_taken_without_a_copy() -> None:
    world = Streaming()
    look = replace(world.asked, continues="dec-1", amount=10)
    draft = drafted_next(world, look)

    assert kinds(draft) == ["decision.made", "amount.left"]
    assert (draft.events[1]["bytes"], draft.events[1]["copies"]) == (10, 0)


@pytest.mark.parametrize("continues", ["", "dec-9"])
def test_what_continues_nothing_has_no_part_in_a_spent_grant(continues: str) -> None:
    world = Streaming()
    draft = drafted_next(world, replace(world.asked, continues=continues))

    assert draft.finding.verdict.effect is Effect.DENY
    assert draft.finding.verdict.reasons[-1].code == "grant-spent"
    assert kinds(draft) == ["decision.made"]


def test_what_continues_nothing_spends_a_use_and_makes_a_copy_of_its_own() -> None:
    world = Streaming(uses=2)
    draft = drafted_next(world, replace(world.asked, continues="dec-9"))

    assert kinds(draft) == [
        "decision.made",
        "grant.spent",
        "notice.sent",
        "amount.left",
    ]
    assert draft.events[3]["copies"] == 1


def test_the_next_look_after_broken_glass_is_no_alarm_and_no_review() -> None:
    world = World()
    request = world.request(GLASS)
    asked = replace(question_of(GLASS, PURPOSES[0]), present=("user:dot",))
    first = drafted(Question(asked, "dec-1", NOW, None), ground(world))
    for event in first.events:
        if event["kind"] in BASIS_KINDS:
            world.record(event)
    look = replace(asked, continues="dec-1")
    draft = drafted(Question(look, "dec-2", NOW, None), ground(world))

    assert draft.finding.verdict.effect is Effect.PERMIT
    assert draft.finding.verdict.grant == request.id
    assert kinds(draft) == ["decision.made"]


def test_what_later_decisions_rest_on_is_told_with_its_place() -> None:
    draft = granted(World())
    receipts = [Receipt(index, bytes([index]) * 32, 20) for index in range(10, 14)]

    moved = draft.moved(receipts)

    assert [(index, event["kind"]) for index, _, event in moved] == [
        (11, "grant.spent"),
        (13, "amount.left"),
    ]
    assert moved[0][1] == bytes([11]) * 32


def reaching(gate: Gatekeeper, *, start: int, stop: int, **words: Any) -> Draft:  # noqa: ANN401 - words of any question
    """Decide what reaches for bytes of a container that is on record."""
    asset = words["resource"]
    sealed = vault_sealed(NOON, BOX, {**SEALED, "asset": asset})
    if gate.ground.matters.containers.get(BOX) is None:
        gate.ground.matters.take_in(gate.ground.basis, sealed)
    said = {**words, "amount": stop - start, "reach": Reach(BOX, start, stop)}
    return drafted(question(words=said), gate.ground)


def test_a_permit_to_open_is_told_beside_the_decision(example_gate: Gatekeeper) -> None:
    draft = reaching(example_gate, start=0, stop=0, **READ)

    assert kinds(draft) == ["decision.made", "vault.opened"]
    opened = draft.events[1]
    assert (opened["decision"], opened["container"]) == ("dec-1", BOX)
    assert (opened["action"], opened["point"]) == ("weights.read", "point:trainer")


def test_the_next_look_is_told_with_its_range_and_takes_its_bytes(
    institute: Institute,
) -> None:
    with institute.gatekeeper("point:west-bench") as gate:
        words = {**BOUNDED, "point": "point:west-bench", "continues": FIRST}
        draft = reaching(gate, start=7, stop=20, **words)

    assert kinds(draft) == ["decision.made", "amount.left", "vault.read"]
    taken, read = draft.events[1:]
    assert taken["bytes"] == draft.events[0]["bytes"] == 13
    assert (read["opened"], read["start"], read["stop"]) == (FIRST, 7, 20)
    assert (read["decision"], read["subject"]) == ("dec-1", "user:alan")
    receipts = [Receipt(index, bytes(32), 20) for index in range(10, 13)]
    assert [event["kind"] for _, _, event in draft.moved(receipts)] == ["amount.left"]


def test_a_deny_opens_and_reads_nothing(institute: Institute) -> None:
    with institute.gatekeeper("point:west-bench") as gate:
        words = {**BOUNDED, "point": "point:west-bench", "continues": FIRST}
        over = reaching(gate, start=0, stop=400_001, **words)
        denied = reaching(gate, start=0, stop=0, **{**words, "authn": "none"})

    for draft in (over, denied):
        assert draft.finding.verdict.effect is Effect.DENY
        assert kinds(draft) == ["decision.made"]


def test_what_can_not_be_opened_is_a_deny_of_what_was_permitted_else(
    institute: Institute,
) -> None:
    with institute.gatekeeper("point:west-bench") as gate:
        words = {**BOUNDED, "point": "point:west-bench"}
        behind = reaching(gate, start=5_000_000, stop=5_000_001, **words)
        end = {"decision": "dec-0", "subject": "user:grace", "reason": "over"}
        gate.ground.matters.take_in(9_999, vault_destroyed(NOON, BOX, end))
        gone = reaching(gate, start=0, stop=5, **{**words, "continues": FIRST})
        other = reaching(gate, start=0, stop=5, **{**words, "authn": "none"})

    for draft, code in ((behind, "range-outside"), (gone, "container-destroyed")):
        assert draft.finding.verdict.effect is Effect.DENY
        assert [reason.code for reason in draft.finding.verdict.reasons] == [code]
        assert kinds(draft) == ["decision.made"]
    # Who would not be let in anyway is not told what is in the vault.
    codes = {reason.code for reason in other.finding.verdict.reasons}
    assert "container-destroyed" not in codes


def test_an_answer_tells_what_the_caller_has_to_carry_out() -> None:
    world = World()
    draft = granted(world)
    here = ground(world)
    asked = Question(question_of(COPY, PURPOSES[0]), "dec-1", NOW, None)

    receipts = [Receipt(index, bytes(32), 20) for index in range(10, 14)]
    answer = draft.answer(asked, here, receipts)
    assert answer.obligations == ("watermark",)
    assert answer.receipt is receipts[0]
    assert (answer.basis, answer.settled) == (here.basis, 13)
