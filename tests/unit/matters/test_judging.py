"""A grant counts only while its request, its approvals and its time are in order."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.clock import format_instant
from ringwall.matters.judging import Judgement, judge_grant, pin_of
from ringwall.matters.requests import GrantRequest
from ringwall.model.facts import AssetFacts
from ringwall.model.ids import asset_kind
from ringwall.model.levels import Capability, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.annex import Annexed, Asker
from ringwall.pdp.facts import FactBase
from ringwall.threats.benchmark import Benchmark
from tests.matters_world import (
    COPY,
    DELETE,
    EXPORT,
    GLASS,
    NOTHING,
    POLICY_CHANGE,
    SECRET,
    World,
    codes,
    void,
)
from tests.property.grant_world import HOUR, NOW, PURPOSES

LONGER = {"until": format_instant(NOW + 48 * HOUR)}


@pytest.fixture
def world() -> World:
    return World()


def test_two_custodians_make_a_quorum(world: World) -> None:
    request = world.request(COPY)
    world.approve(request, "bea", "custodian")
    first = world.judged(request)
    world.approve(request, "cal", "custodian")
    both = world.judged(request)

    assert first.quorum is Quorum.NONE
    assert codes(first) == ["approval-missing"]
    assert first.reasons[0].seen == "custodian"
    assert "2 custodian" in first.reasons[0].needed
    assert both.quorum is Quorum.TWO
    assert [approval.approver for approval in both.counted] == ["user:bea", "user:cal"]
    assert not both.void


def test_an_export_takes_an_executive_too(world: World) -> None:
    request = world.request(EXPORT)
    for person in ("bea", "cal", "dot"):
        world.approve(request, person, "custodian")
    assert world.judged(request).quorum < Quorum.TWO_AND_EXECUTIVE

    world.approve(request, "eli", "ciso")
    assert world.judged(request).quorum is Quorum.TWO_AND_EXECUTIVE


def test_nobody_fills_two_seats(world: World) -> None:
    world.change("user:cal", "with more roles")
    request = world.request(EXPORT)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    world.approve(request, "cal", "ciso")

    assert world.judged(request).quorum < Quorum.TWO_AND_EXECUTIVE
    assert void(world.judged(request)) == {"user:cal": "approved-already"}


def test_two_accounts_of_one_person_are_one_approval(world: World) -> None:
    request = world.request(COPY)
    world.approve(request, "bea", "custodian")
    world.approve(request, "bob", "custodian")

    assert codes(world.judged(request)) == ["approval-missing"]
    assert void(world.judged(request)) == {"user:bob": "approved-already"}


@pytest.mark.parametrize(
    ("person", "seat", "code"),
    [
        ("ann", "custodian", "approver-is-requester"),
        ("gus", "custodian", "approver-manages-requester"),
        ("hal", "custodian", "approver-reports-to-requester"),
        ("ivy", "custodian", "approver-outside"),
        ("fay", "custodian", "approver-lacks-seat"),
        ("cal", "ciso", "approver-lacks-seat"),
        ("cal", "", "approver-lacks-seat"),
    ],
)
def test_who_stands_too_near_or_lacks_the_seat_does_not_count(
    world: World, person: str, seat: str, code: str
) -> None:
    request = world.request(COPY)
    world.approve(request, "bea", "custodian")
    world.approve(request, person, seat)

    assert world.judged(request).quorum is Quorum.NONE
    assert void(world.judged(request)) == {f"user:{person}": code}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("suspended", "facts-changed"),
        ("without roles", "facts-changed"),
        ("noted", "facts-changed"),
        ("with a new key", "signature-invalid"),
        ("without keys", "key-unknown"),
        ("removed", "signer-unknown"),
    ],
)
def test_whatever_changes_of_the_approver_voids_the_approval(
    world: World, change: str, code: str
) -> None:
    request = world.request(COPY)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    assert world.judged(request).quorum is Quorum.TWO

    world.change("user:cal", change)
    assert world.judged(request).quorum is Quorum.NONE
    assert void(world.judged(request)) == {"user:cal": code}


@pytest.mark.parametrize("entity", ["user:ann", "weights:small"])
def test_a_changed_requester_or_asset_voids_every_approval(
    world: World, entity: str
) -> None:
    request = world.request(COPY)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    world.change(entity, "noted")

    assert set(void(world.judged(request)).values()) == {"facts-changed"}

    world.change(entity, "restored")
    assert world.judged(request).quorum is Quorum.TWO


def test_who_has_lapsed_since_does_not_count(world: World) -> None:
    world.change("user:cal", "screened for a day")
    request = world.request(COPY, LONGER)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    assert world.judged(request).quorum is Quorum.TWO

    world.now = NOW + 24 * HOUR
    assert void(world.judged(request)) == {"user:cal": "approver-lapsed"}


def test_who_was_not_eligible_at_the_approval_does_not_count_later(
    world: World,
) -> None:
    later = {"from": NOW + HOUR, "until": NOW + 9 * HOUR}
    cal = world.documents["user:cal"]
    dates = {name: format_instant(at) for name, at in later.items()}
    world.documents["user:cal"] = {**cal, "screening": {**cal["screening"], **dates}}
    request = world.request(COPY, LONGER)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    world.now = NOW + 2 * HOUR

    assert void(world.judged(request)) == {"user:cal": "approver-lapsed"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"origin": "log.example/other"}, "approval-foreign"),
        ({"digest": "00" * 32}, "approval-of-another"),
        (
            {"facts": dict.fromkeys(("approver", "resource", "subject"), "00" * 32)},
            "facts-changed",
        ),
        ({"approver": "user:nobody"}, "signer-unknown"),
        ({"approver": "user:dot"}, "signature-invalid"),
    ],
)
def test_an_approval_that_says_something_else_does_not_count(
    world: World, said: dict[str, Any], code: str
) -> None:
    request = world.request(COPY)
    world.approve(request, "cal", "custodian", said)

    assert list(void(world.judged(request)).values()) == [code]


def test_an_approval_signed_with_another_key_does_not_count(world: World) -> None:
    request = world.request(COPY)
    world.approve(request, "cal", "custodian", key="mallory")

    assert void(world.judged(request)) == {"user:cal": "signature-invalid"}


def test_a_key_that_is_out_of_date_signs_nothing(world: World) -> None:
    world.change("user:cal", "with a key for a day")
    request = world.request(COPY, LONGER)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    assert world.judged(request).quorum is Quorum.TWO

    world.now = NOW + 24 * HOUR
    assert void(world.judged(request)) == {"user:cal": "key-lapsed"}


def approved(world: World, changes: Mapping[str, object] = NOTHING) -> GrantRequest:
    """Return a copy's request that two custodians approve."""
    request = world.request(COPY, changes)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")
    return request


def test_a_grant_starts_and_ends_by_itself(world: World) -> None:
    span = {"from": format_instant(NOW + 5), "until": format_instant(NOW + 9)}
    request = approved(world, span)

    assert codes(world.judged(request)) == ["grant-not-yet"]
    world.now = NOW + 5
    assert world.judged(request).quorum is Quorum.TWO
    world.now = NOW + 9
    assert codes(world.judged(request)) == ["grant-expired"]


def test_a_span_that_names_no_instant_is_never_in_time(world: World) -> None:
    request = approved(world, {"from": "soon", "until": "later"})

    assert codes(world.judged(request)) == ["grant-not-yet", "grant-expired"]


def test_a_grant_has_as_many_uses_as_it_was_given(world: World) -> None:
    request = approved(world, {"uses": 2})
    world.use(request)
    assert world.judged(request).quorum is Quorum.TWO
    world.use(request)
    assert codes(world.judged(request)) == ["grant-spent"]
    world.use(request)
    assert codes(world.judged(request)) == ["grant-spent"]


def next_look(world: World, request: GrantRequest, decision: str) -> AccessRequest:
    """Return the question of a stream that began with a decision."""
    return replace(world.question(request), continues=decision)


def test_a_stream_goes_on_under_the_use_that_it_began_with(world: World) -> None:
    request = approved(world)
    first = world.use(request)

    assert world.judged(request, next_look(world, request, first)).quorum is Quorum.TWO
    assert codes(world.judged(request)) == ["grant-spent"]


def test_nothing_goes_on_under_what_did_not_use_the_grant(world: World) -> None:
    request = approved(world)
    first = world.use(request)
    another = approved(world)
    used_another = world.use(another)
    look = next_look(world, request, first)

    for stray in (
        replace(look, continues=used_another),
        replace(look, continues="dec-nothing"),
        replace(look, continues=request.id),
        replace(look, point="point:hub"),
    ):
        assert codes(world.judged(request, stray)) == ["grant-spent"]


def test_nobody_goes_on_under_somebody_elses_grant(world: World) -> None:
    request = approved(world)
    look = next_look(world, request, world.use(request))

    assert codes(world.judged(request, replace(look, subject="user:dot"))) == [
        "grant-for-another"
    ]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("request.refused", "request-refused"), ("grant.revoked", "grant-revoked")],
)
def test_a_stream_ends_with_its_grant_that_is_taken_back(
    world: World, kind: str, code: str
) -> None:
    request = approved(world)
    look = next_look(world, request, world.use(request))
    world.object(request, "dot", kind)

    assert codes(world.judged(request, look)) == [code]


def test_a_stream_ends_with_the_time_of_its_grant(world: World) -> None:
    request = approved(world)
    look = next_look(world, request, world.use(request))

    world.now = request.until - 1
    assert world.judged(request, look).quorum is Quorum.TWO
    world.now = request.until
    assert codes(world.judged(request, look)) == ["grant-expired"]


def test_a_stream_ends_with_an_approval_that_falls(world: World) -> None:
    request = approved(world)
    look = next_look(world, request, world.use(request))
    world.change("user:cal", "suspended")

    assert codes(world.judged(request, look)) == ["approval-missing"]


def test_the_next_look_breaks_no_further_glass(world: World) -> None:
    request = world.request(GLASS)
    first = world.use(request, "point:hub")
    world.open_review(request)
    look = next_look(world, request, first)

    assert world.judged(request, look).quorum is Quorum.TWO
    assert codes(world.judged(request)) == ["grant-spent", "review-open"]
    again = world.request(GLASS)
    assert codes(world.judged(again, look)) == ["review-open"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("request.refused", "request-refused"), ("grant.revoked", "grant-revoked")],
)
def test_one_no_ends_it(world: World, kind: str, code: str) -> None:
    request = approved(world)
    world.object(request, "dot", kind)

    assert codes(world.judged(request)) == [code]


def test_it_is_bound_to_its_purpose(world: World) -> None:
    request = approved(world)
    other = world.question(request, purpose=PURPOSES[1])
    silent = world.question(request, purpose="")

    assert codes(world.judged(request, other)) == ["purpose-differs"]
    assert codes(world.judged(request, silent)) == ["purpose-differs"]
    named = replace(silent, grant=request.id)
    assert world.judged(request, named).quorum is Quorum.TWO
    assert codes(world.judged(request, replace(other, grant=request.id))) == [
        "purpose-differs"
    ]


def test_it_is_for_its_subject_action_and_resource_alone(world: World) -> None:
    request = approved(world)
    asked = world.question(request)
    for other in (
        replace(asked, subject="user:dot"),
        replace(asked, action="weights.export"),
        replace(asked, resource="weights:big"),
    ):
        assert codes(world.judged(request, other)) == ["grant-for-another"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject": "user:dot"}, "another person"),
        ({"action": "weights.export"}, "another action"),
        ({"resource": "weights:big"}, "another asset"),
        (
            {"subject": "user:dot", "resource": "weights:big"},
            "another person and another asset",
        ),
    ],
)
def test_it_says_in_what_it_is_for_another(
    world: World, changes: dict[str, Any], told: str
) -> None:
    request = approved(world)
    asked = replace(world.question(request), **changes)

    (reason,) = world.judged(request, asked).reasons
    assert reason.message == f"the grant is for {told}"


def test_it_says_which_request_has_another_purpose_or_lacks_one(world: World) -> None:
    request = approved(world)

    (other,) = world.judged(request, world.question(request, purpose="x")).reasons
    (silent,) = world.judged(request, world.question(request, purpose="")).reasons

    assert other.message == f"`{request.id}` is for another purpose"
    assert silent.message == f"`{request.id}` is for a purpose, and none is given"


def test_what_it_binds_is_bound_and_nothing_else(world: World) -> None:
    request = world.request(POLICY_CHANGE)
    plain = replace(world.question(request), binds="")
    other = replace(plain, binds="00" * 32)

    assert "binds-differ" in codes(world.judged(request, plain))
    assert "binds-differ" in codes(world.judged(request, other))
    assert codes(world.judged(request)) == ["approval-missing"]


def test_a_request_signed_by_another_is_worth_nothing(world: World) -> None:
    request = world.request(COPY, key="bea")
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")

    assert codes(world.judged(request)) == ["signature-invalid"]


def test_a_request_for_another_institute_is_worth_nothing(world: World) -> None:
    request = approved(world, {"origin": "log.example/other"})

    assert codes(world.judged(request)) == ["request-foreign"]


def test_a_request_under_a_false_id_is_worth_nothing(world: World) -> None:
    request = replace(approved(world), is_whole=False)

    judgement = judge_grant(request, world.question(request), world.scene())
    assert codes(judgement) == ["request-malformed"]


def test_what_the_registry_does_not_know_has_no_grant(world: World) -> None:
    request = approved(world)
    world.change("weights:small", "removed")

    assert codes(world.judged(request)) == ["unknown-resource"]


def test_need_to_know_is_a_grant_that_lasts(world: World) -> None:
    month = format_instant(NOW + 24 * 30 * HOUR)
    request = world.request(SECRET, {"uses": 0, "until": month})
    world.approve(request, "bea", "custodian")
    world.approve(request, "fay", "security-officer")
    assert world.judged(request).quorum is Quorum.TWO
    world.use(request)
    world.use(request)

    assert world.judged(request).quorum is Quorum.TWO


def test_broken_glass_needs_no_approval_and_no_row_lends_it_to_a_copy(
    world: World,
) -> None:
    broken = world.request(GLASS)
    copied = world.request(COPY, {"manner": "break-glass"})

    assert world.judged(broken).quorum is Quorum.TWO
    assert codes(world.judged(copied)) == ["approval-missing"]
    assert world.judged(copied).reasons[0].needed == "no row grants it"


def test_glass_is_not_broken_again_before_another_has_looked(world: World) -> None:
    first = world.request(GLASS)
    review = world.open_review(first)
    world.use(first)
    again = world.request(GLASS)
    assert codes(world.judged(again)) == ["review-open"]

    world.close_review(review, "ann")
    world.close_review(review, "bea")
    assert codes(world.judged(again)) == ["review-open"]

    world.close_review(review, "fay")
    assert world.judged(again).quorum is Quorum.TWO


@pytest.mark.parametrize(("days", "counts"), [(30, True), (31, False)])
def test_approvals_are_not_banked_for_a_time_far_off(
    world: World, days: int, *, counts: bool
) -> None:
    start = world.now
    times = {
        "from": format_instant(start),
        "until": format_instant(start + HOUR),
    }
    world.now = start - days * 24 * HOUR
    request = world.request(GLASS, times)
    world.now = start

    judged = world.judged(request)
    assert judged.quorum is (Quorum.TWO if counts else Quorum.NONE)
    assert codes(judged) == ([] if counts else ["request-too-early"])


@pytest.mark.parametrize("entity", ["user:bea", "weights:small", "user:ann"])
def test_what_was_changed_and_put_back_brings_no_approval_back(
    world: World, entity: str
) -> None:
    request = world.known(approved(world).id)
    (bea, cal) = request.approvals

    def judged(index: int) -> Judgement:
        known = {entity: world.facts().documents()[entity]}
        facts = world.facts().with_changes(known, {entity: index})
        scene = world.scene()._replace(facts=facts)
        return judge_grant(request, world.question(request), scene)

    assert judged(request.index).quorum is Quorum.TWO
    after = judged(cal.index + 1)
    assert after.quorum is Quorum.NONE
    assert void(after)["user:bea"] == "facts-changed"
    between = judged(bea.index + 1)
    assert "user:cal" not in void(between)
    assert void(between) == {"user:bea": "facts-changed"}


def test_glass_that_nobody_on_record_has_closed_is_told(world: World) -> None:
    review = world.open_review(world.request(GLASS))

    (reason,) = world.judged(world.request(GLASS)).reasons
    assert reason.message == (
        f"nobody else has closed `{review}`, of the last broken glass, with a key and "
        "an office that are still on record"
    )


def test_a_plain_grant_does_not_mind_open_reviews(world: World) -> None:
    world.open_review(world.request(GLASS))
    request = world.request(DELETE)
    world.approve(request, "bea", "custodian")
    world.approve(request, "cal", "custodian")

    assert world.judged(request).quorum is Quorum.TWO


class Cases:
    """An annex that keeps cases, and has one."""

    def whole(self, entity: str) -> str:
        return entity

    def keeps(self, entity: str) -> bool:
        return entity.startswith("case:")

    def look(self, entity: str, asker: Asker) -> Annexed | None:
        assert asker.accounts == ()
        if entity != "case:c-mfzwizltmr":
            return None
        facts = AssetFacts(
            id=entity,
            kind=asset_kind(entity),
            tier=Tier.UPPER,
            compartments=frozenset({"raid"}),
            compute=0,
            capability=Capability.NONE,
            content="raid",
            authors=frozenset(),
        )
        return Annexed(facts, frozenset())


def test_what_another_desk_keeps_is_pinned_by_its_id(world: World) -> None:
    known = world.facts()
    facts = FactBase(known.documents(), Benchmark(()), annex=Cases())

    case = pin_of("case:c-mfzwizltmr", facts)

    assert len(case) == 64
    assert pin_of("user:bea", facts) not in ("", case)
    assert pin_of("user:bea", facts) == pin_of("user:bea", known)
    assert pin_of("case:c-aaaaaaaaaa", facts) == ""
    assert pin_of("user:nobody", facts) == ""
    assert pin_of("case:c-mfzwizltmr", known) == ""
