"""The fold of requests: what is on record of each, and of nothing that is not."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.clock import format_instant
from ringwall.matters.requests import (
    Approval,
    GrantRequest,
    Objection,
    Requests,
    Use,
)
from ringwall.matters.statements import request_digest, request_id, statement_of
from ringwall.model.matter_events import (
    grant_revoked,
    grant_spent,
    request_approved,
    request_opened,
    request_refused,
)

AT = 1_795_262_400_000_000
DAY = 24 * 3600 * 1_000_000
ORIGIN = "log.example/ringwall"
ASKED: dict[str, Any] = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "purpose": "a copy for the second vault",
    "manner": "approved",
    "uses": 2,
    "from": format_instant(AT + 1),
    "until": format_instant(AT + DAY),
    "binds": "",
    "nonce": "00" * 16,
    "origin": ORIGIN,
}
ID = request_id(ASKED)
OPENED = request_opened(AT, ID, ASKED, "by ada")
APPROVED: dict[str, Any] = {
    "request": ID,
    "digest": request_digest(ASKED),
    "approver": "user:grace",
    "seat": "custodian",
    "facts": {"approver": "ab" * 32, "resource": "ef" * 32, "subject": "cd" * 32},
    "origin": ORIGIN,
}
OBJECTED: dict[str, Any] = {
    "request": ID,
    "by": "user:grace",
    "reason": "no copy is needed",
    "origin": ORIGIN,
}
SPENT = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "point": "point:vault",
}
USE = ("user:ada", "weights.copy", "weights:aurora-2")


def fold(*events: dict[str, Any]) -> Requests:
    """Return what the events come to, the first of them at index 7."""
    requests = Requests()
    for index, event in enumerate(events, 7):
        requests.take_in(index, event)
    return requests


def only(*events: dict[str, Any]) -> GrantRequest:
    """Return the one request that the events come to."""
    (request,) = fold(*events).all()
    return request


def asked(**changed: object) -> dict[str, Any]:
    """Return the event of another request."""
    said = {**ASKED, **changed}
    return request_opened(AT, request_id(said), said, "by ada")


def test_of_an_empty_record_there_is_no_request() -> None:
    assert fold().all() == ()
    assert fold().get(ID) is None
    assert fold().of(*USE) == ()


def test_a_request_is_kept_as_it_was_opened() -> None:
    assert only(OPENED) == GrantRequest(
        id=ID,
        index=7,
        at=AT,
        subject="user:ada",
        action="weights.copy",
        resource="weights:aurora-2",
        purpose="a copy for the second vault",
        manner="approved",
        uses=2,
        start=AT + 1,
        until=AT + DAY,
        binds="",
        origin=ORIGIN,
        digest=request_digest(ASKED),
        statement=statement_of("request.opened", ASKED),
        signature="by ada",
        is_whole=True,
    )


def test_what_is_found_by_id_and_by_use_is_the_same() -> None:
    requests = fold(OPENED)

    assert requests.get(ID) == requests.all()[0]
    assert requests.of(*USE) == requests.all()


@pytest.mark.parametrize(
    "other",
    [
        ("user:grace", "weights.copy", "weights:aurora-2"),
        ("user:ada", "weights.export", "weights:aurora-2"),
        ("user:ada", "weights.copy", "weights:aurora-1"),
    ],
)
def test_a_request_is_for_one_subject_one_action_and_one_resource(
    other: tuple[str, str, str],
) -> None:
    assert fold(OPENED).of(*other) == ()


def test_the_requests_of_somebody_for_one_use_come_the_oldest_first() -> None:
    second, elsewhere = asked(nonce="01" * 16), asked(action="weights.export")
    requests = fold(OPENED, elsewhere, second)

    assert [one.id for one in requests.of(*USE)] == [ID, second["id"]]
    assert [one.index for one in requests.all()] == [7, 8, 9]


@pytest.mark.parametrize("name", sorted(ASKED.keys() - {"uses", "from", "until"}))
def test_a_request_that_says_something_else_than_its_id_is_not_whole(
    name: str,
) -> None:
    assert not only({**OPENED, name: "something else"}).is_whole


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uses", 3),
        ("from", format_instant(AT)),
        ("until", format_instant(AT + 2 * DAY)),
        ("id", "req-aaaaaaaaaaaaaaaaaaaa"),
    ],
)
def test_a_request_with_other_limits_than_its_id_is_not_whole(
    name: str, value: object
) -> None:
    assert not only({**OPENED, name: value}).is_whole


def test_a_request_that_is_opened_again_keeps_its_history() -> None:
    spent = grant_spent(AT, ID, "dec-1", SPENT)
    later = request_opened(AT + DAY, ID, ASKED, "by ada once more")
    request = only(OPENED, spent, later)

    assert (request.index, request.at, request.signature) == (7, AT, "by ada")
    assert len(request.used) == 1
    assert fold(OPENED, later).of(*USE) == fold(OPENED).all()


def test_nobody_takes_the_place_of_a_request_by_taking_its_id() -> None:
    forged = {**OPENED, "subject": "user:mallory", "purpose": "something else"}
    requests = fold(OPENED, forged)

    assert requests.all() == fold(OPENED).all()
    assert requests.of("user:mallory", *USE[1:]) == ()


def test_an_approval_is_kept_with_what_was_signed() -> None:
    request = only(OPENED, request_approved(AT + 5, APPROVED, "by grace"))

    assert request.approvals == (
        Approval(
            index=8,
            at=AT + 5,
            approver="user:grace",
            seat="custodian",
            digest=request_digest(ASKED),
            facts=APPROVED["facts"],
            origin=ORIGIN,
            statement=statement_of("request.approved", APPROVED),
            signature="by grace",
        ),
    )
    assert (request.refusals, request.revocations, request.used) == ((), (), ())


def test_a_refusal_is_kept_with_what_was_signed() -> None:
    request = only(OPENED, request_refused(AT + 5, OBJECTED, "by grace"))

    statement = statement_of("request.refused", OBJECTED)
    kept = Objection(
        8, AT + 5, "user:grace", "no copy is needed", statement, "by grace"
    )
    assert request.refusals == (kept,)
    assert (request.approvals, request.revocations, request.used) == ((), (), ())


def test_a_revocation_is_kept_with_what_was_signed() -> None:
    request = only(OPENED, grant_revoked(AT + 5, OBJECTED, "by grace"))

    statement = statement_of("grant.revoked", OBJECTED)
    kept = Objection(
        8, AT + 5, "user:grace", "no copy is needed", statement, "by grace"
    )
    assert request.revocations == (kept,)
    assert (request.approvals, request.refusals, request.used) == ((), (), ())


def test_a_use_is_kept_with_its_decision() -> None:
    request = only(OPENED, grant_spent(AT + 5, ID, "dec-1", SPENT))

    assert request.used == (Use(8, AT + 5, "dec-1", "point:vault"),)
    assert (request.approvals, request.refusals, request.revocations) == ((), (), ())


def test_a_grant_knows_the_decisions_that_used_it_and_where() -> None:
    spent = [grant_spent(AT, ID, f"dec-{number}", SPENT) for number in (1, 2)]
    request = only(OPENED, *spent)

    assert request.is_used_by("dec-1", "point:vault")
    assert request.is_used_by("dec-2", "point:vault")
    assert not request.is_used_by("dec-1", "point:hub")
    assert not request.is_used_by("dec-3", "point:vault")
    assert not only(OPENED).is_used_by("dec-1", "point:vault")


def test_no_decision_has_used_a_grant_though_the_record_names_none() -> None:
    assert not only(OPENED).is_used_by("", "")
    nameless = grant_spent(AT, ID, "", SPENT)
    assert not only(OPENED, nameless).is_used_by("", "point:vault")


def test_history_is_kept_whole_and_in_its_order() -> None:
    events = [
        request_approved(AT + 1, APPROVED, "one"),
        request_refused(AT + 2, OBJECTED, "two"),
        request_approved(AT + 3, {**APPROVED, "seat": "ciso"}, "three"),
        grant_revoked(AT + 4, OBJECTED, "four"),
        request_refused(AT + 5, OBJECTED, "five"),
        grant_revoked(AT + 6, OBJECTED, "six"),
    ]
    request = only(OPENED, *events)

    assert [one.signature for one in request.approvals] == ["one", "three"]
    assert [one.signature for one in request.refusals] == ["two", "five"]
    assert [one.signature for one in request.revocations] == ["four", "six"]
    assert request.is_whole


@pytest.mark.parametrize(("uses", "left"), [(1, [1, 0, 0]), (2, [2, 1, 0])])
def test_each_use_leaves_one_less_and_never_less_than_none(
    uses: int, left: list[int]
) -> None:
    opened = asked(uses=uses)
    events = [opened]
    found = []
    for number in range(3):
        found.append(only(*events).left)
        events.append(grant_spent(AT, opened["id"], f"dec-{number}", SPENT))

    assert found == left


def test_of_a_grant_that_is_not_counted_as_much_as_wanted_is_left() -> None:
    opened = asked(uses=0)
    spent = [grant_spent(AT, opened["id"], f"dec-{number}", SPENT) for number in (1, 2)]

    assert only(opened, *spent).left is None
    assert len(only(opened, *spent).used) == 2


@pytest.mark.parametrize(
    "event",
    [
        request_approved(AT, APPROVED, "by grace"),
        request_refused(AT, OBJECTED, "by grace"),
        grant_revoked(AT, OBJECTED, "by grace"),
        grant_spent(AT, ID, "dec-1", SPENT),
    ],
    ids=lambda event: str(event["kind"]),
)
def test_what_is_told_of_a_request_before_it_is_on_record_is_kept_of_nothing(
    event: dict[str, Any],
) -> None:
    assert fold(event).all() == ()
    (request,) = fold(event, OPENED).all()
    assert request == replace(only(OPENED), index=8)


def test_what_was_given_out_is_not_changed_by_what_comes_after() -> None:
    requests = fold(OPENED)
    before = requests.all()
    requests.take_in(8, request_approved(AT, APPROVED, "by grace"))

    assert before == fold(OPENED).all()
    assert requests.get(ID) != before[0]
