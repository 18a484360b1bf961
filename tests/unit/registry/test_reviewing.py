"""Reviews are opened for whoever holds a power and decided by somebody else."""

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import (
    ActRefused,
    IdentityUnproven,
    RingwallError,
    UnknownItem,
)
from ringwall.institute import Institute
from ringwall.model.levels import SecurityLevel
from ringwall.model.matter_events import person_left, review_decided, review_opened
from ringwall.registry.duties import DutyEntry, record_duty
from ringwall.registry.reviewing import ReviewDesk
from tests.example import NOON
from tests.office import key_entry, signed
from tests.unit.registry.people_desks import DAY, Desks

HOLDERS = frozenset({"user:ada", "user:grace"})


@pytest.fixture
def desks(institute: Institute) -> Desks:
    found = Desks.of(institute)
    found.give_key("hedy", "ada", "kurt")
    return found


def opened(desks: Desks, *, due_only: bool = False) -> dict[str, str]:
    """Open reviews of the holders; return their ids by subject."""
    with desks.writing() as ledger:
        made = ReviewDesk(ledger, desks.clock).open_for(HOLDERS, due_only=due_only)
    return {event["subject"]: event["id"] for event in made}


def decide(
    desks: Desks,
    review: str,
    who: str = "hedy",
    outcome: str = "kept",
    *,
    by: str = "",
    **more: str,
) -> None:
    with desks.writing() as ledger:
        desk = ReviewDesk(ledger, desks.clock)
        said = {**desk.said(review, f"user:{who}", outcome, "still on it"), **more}
        desk.decide(said, signed(by or who, "review.decided", said))


def refusal(desks: Desks, review: str, who: str, **more: str) -> RingwallError:
    with pytest.raises(RingwallError) as caught:
        decide(desks, review, who, **more)
    assert caught.value.next_step
    return caught.value


def level(desks: Desks, day: int) -> SecurityLevel:
    now = NOON + day * DAY
    return desks.institute.facts().subject("user:ada", now)[0].personnel


def test_each_holder_gets_one_review_and_no_second_while_it_is_open(
    desks: Desks,
) -> None:
    found = opened(desks)

    assert found.keys() == HOLDERS
    assert opened(desks) == {}
    decide(desks, found["user:ada"])
    assert opened(desks).keys() == {"user:ada"}


def test_only_those_are_due_whose_confirmation_ends_soon(desks: Desks) -> None:
    desks.programme(review_months=6)
    decide(desks, opened(desks)["user:ada"])

    assert opened(desks, due_only=True) == {}
    desks.clock.instant = NOON + 160 * DAY
    assert opened(desks, due_only=True).keys() == {"user:ada"}


def test_who_was_ended_is_due_at_once(desks: Desks) -> None:
    found = opened(desks)
    for name in HOLDERS:
        decide(desks, found[name], outcome="ended")

    assert opened(desks, due_only=True).keys() == HOLDERS


def test_a_power_is_lost_when_nobody_confirms_it_and_back_when_somebody_does(
    desks: Desks,
) -> None:
    desks.programme(training_months=120, integrity_months=120)
    for duty in ("insider-training", "integrity-test"):
        _passed(desks, duty)
    review = opened(desks)["user:ada"]
    assert (level(desks, 29), level(desks, 30)) == (
        SecurityLevel.SL4,
        SecurityLevel.SL2,
    )

    desks.clock.instant = NOON + 31 * DAY
    decide(desks, review)

    assert level(desks, 32) is SecurityLevel.SL4


def _passed(desks: Desks, duty: str) -> None:
    with desks.writing() as ledger:
        record_duty(
            ledger, desks.clock, DutyEntry("user:ada", duty, "passed", "user:hedy")
        )


def test_what_is_ended_is_gone_at_once_without_a_programme(desks: Desks) -> None:
    decide(desks, opened(desks)["user:ada"], outcome="ended")

    assert level(desks, 1) is SecurityLevel.SL2


def test_what_is_ended_stays_ended_until_it_is_kept_in_another_review(
    desks: Desks,
) -> None:
    first = opened(desks)["user:ada"]
    decide(desks, first)
    desks.clock.instant = NOON + DAY
    second = opened(desks)["user:ada"]
    decide(desks, second, outcome="ended")

    desks.declare("user:hedy", keys=[key_entry("hedy-new")])
    assert level(desks, 1) is SecurityLevel.SL2
    desks.declare("user:hedy", roles=["researcher"])
    assert level(desks, 1) is SecurityLevel.SL2
    with desks.writing() as ledger:
        told = ReviewDesk(ledger, desks.clock).get(second)
    assert (told.is_open, [one.outcome for one in told.review.decisions]) == (
        False,
        ["ended"],
    )

    desks.declare("user:hedy", roles=["security-officer"], keys=[key_entry("hedy")])
    desks.clock.instant = NOON + 2 * DAY
    decide(desks, opened(desks)["user:ada"])
    assert level(desks, 2) is SecurityLevel.SL4


def test_reviews_are_listed_open_ones_first_and_offered_to_who_may_decide(
    desks: Desks,
) -> None:
    found = opened(desks)
    decide(desks, found["user:ada"])
    early = {"subject": "user:dennis", "what": "power", "about": ""}
    due = {**early, "due": format_instant(NOON + DAY)}
    desks.record(review_opened(NOON, "rev-early", due))
    with desks.writing() as ledger:
        desk = ReviewDesk(ledger, desks.clock)
        listed = [(one.review.id, one.is_open) for one in desk.ls()]
        offered = desk.next_for("user:hedy")
        mine = desk.next_for("user:grace")
        got = desk.get(found["user:ada"])

    assert listed == [
        ("rev-early", True),
        (found["user:grace"], True),
        (found["user:ada"], False),
    ]
    assert offered is not None
    assert offered.review.id == "rev-early"
    assert mine is None
    assert [one.by for one in got.review.decisions] == ["user:hedy"]


def test_a_review_that_is_not_there_is_told(desks: Desks) -> None:
    with desks.writing() as ledger, pytest.raises(UnknownItem) as caught:
        ReviewDesk(ledger, desks.clock).get("rev-nothing")

    assert caught.value.code == "unknown-review"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("ada", "reviewer-is-subject"),
        ("kurt", "reviewer-not-entitled"),
    ],
)
def test_who_may_not_decide_is_refused_by_rule(
    desks: Desks, who: str, code: str
) -> None:
    review = opened(desks)["user:ada"]
    error = refusal(desks, review, who)

    assert (error.code, error.exit_code) == (code, 1)
    assert isinstance(error, ActRefused)
    assert desks.last()["kind"] == "review.opened"


def test_the_same_person_under_another_name_is_refused(desks: Desks) -> None:
    review = opened(desks)["user:ada"]
    desks.declare(
        "user:ada-too",
        account_of="user:ada",
        roles=["security-officer"],
        screening=desks.institute.facts()
        .documents()["user:hedy"]
        .model_dump(mode="json", by_alias=True)["screening"],
    )
    desks.give_key("ada-too")

    assert refusal(desks, review, "ada-too").code == "reviewer-is-same-person"


def test_a_proof_that_is_refused_goes_on_record_first(desks: Desks) -> None:
    review = opened(desks)["user:ada"]
    error = refusal(desks, review, "hedy", by="ada")

    assert isinstance(error, IdentityUnproven)
    assert (error.code, error.exit_code) == ("signature-invalid", 5)
    told = desks.last()
    assert (told["kind"], told["what"], told["code"]) == (
        "proof.refused",
        "review",
        "signature-invalid",
    )
    assert (told["subject"], told["about"]) == ("user:hedy", review)
    assert refusal(desks, review, "marian").code == "key-unknown"
    over = {**key_entry("hedy"), "until": desks.day(1)}
    desks.declare("user:hedy", keys=[over])
    desks.clock.instant = NOON + DAY
    assert refusal(desks, review, "hedy").code == "key-lapsed"
    assert refusal(desks, review, "nobody").code == "signer-unknown"


def test_what_was_signed_for_another_institute_is_refused(desks: Desks) -> None:
    review = opened(desks)["user:ada"]

    error = refusal(desks, review, "hedy", origin="elsewhere.org/log")
    assert error.code == "review-foreign"


def test_a_review_is_decided_once(desks: Desks) -> None:
    review = opened(desks)["user:ada"]
    decide(desks, review)

    assert refusal(desks, review, "hedy", outcome="ended").code == "review-closed"


def test_a_power_is_not_closed_and_glass_is_not_kept(desks: Desks) -> None:
    review = opened(desks)["user:ada"]

    assert refusal(desks, review, "hedy", outcome="closed").code == "outcome-unfit"


def test_who_is_suspended_has_left_or_lapsed_decides_nothing(desks: Desks) -> None:
    review = opened(desks)["user:ada"]
    desks.declare("user:hedy", suspended=True)
    assert refusal(desks, review, "hedy").code == "reviewer-suspended"
    with desks.writing() as ledger:
        assert ReviewDesk(ledger, desks.clock).next_for("user:hedy") is None

    desks.declare("user:hedy", suspended=False)
    desks.programme(screening_months=1)
    assert refusal(desks, review, "hedy").code == "reviewer-lapsed"

    desks.record(person_left(NOON, "user:hedy", "user:marian", "end of contract"))
    assert refusal(desks, review, "hedy").code == "reviewer-suspended"


def test_a_row_that_nobody_signed_leaves_the_review_open(desks: Desks) -> None:
    review = opened(desks)["user:ada"]
    with desks.writing() as ledger:
        desk = ReviewDesk(ledger, desks.clock)
        said = desk.said(review, "user:hedy", "kept", "forged")
    desks.record(review_decided(NOON, said, "no signature"))

    with desks.writing() as ledger:
        assert ReviewDesk(ledger, desks.clock).get(review).is_open
