"""Whoever could approve can refuse; whom it concerns can take a grant back."""

import pytest

from ringwall.base.errors import (
    ActRefused,
    IdentityUnproven,
)
from ringwall.grants.objecting import _is_officer
from tests.example import NOON
from tests.office import (
    EXPORT,
    REASON,
    Office,
    refused_code,
    signed,
)


def test_who_can_approve_can_refuse_and_that_ends_it(office: Office) -> None:
    name = office.opened()

    told = office.refuse(name, "grace")

    assert told.standing.state.value == "refused"
    assert told.standing.told == f"refused by user:grace: {REASON}"
    assert refused_code(office.approve, name, "cleo", "custodian") == "request-closed"
    assert refused_code(office.refuse, name, "cleo") == "request-closed"
    assert refused_code(office.revoke, name, "dennis") == "request-closed"


@pytest.mark.parametrize(
    ("who", "code"),
    [("dennis", "approver-is-requester"), ("ada", "approver-lacks-seat")],
)
def test_who_can_not_approve_can_not_refuse(
    office: Office, who: str, code: str
) -> None:
    name = office.opened()

    assert refused_code(office.refuse, name, who) == code
    event = office.last()
    assert (event["what"], event["code"]) == ("refusal", code)
    assert office.state(name) == "open"


def test_who_holds_none_of_the_seats_is_told_all_of_them_and_no_option(
    office: Office,
) -> None:
    name = office.opened()

    with pytest.raises(ActRefused) as caught:
        office.refuse(name, "ada")

    assert caught.value.code == "approver-lacks-seat"
    told = "`user:ada` does not hold the role custodian or ciso"
    assert caught.value.message == told
    assert "--seat" not in caught.value.next_step


@pytest.mark.parametrize("who", ["dennis", "grace", "marian", "radia"])
def test_who_asked_who_approved_and_who_answers_for_security_can_revoke(
    office: Office, who: str
) -> None:
    name = office.opened()
    office.approve(name, "grace", "custodian")

    request = office.revoke(name, who)

    assert [objection.by for objection in request.revocations] == [f"user:{who}"]
    assert office.state(name) == "revoked"
    assert not office.use().permitted


def test_a_grant_that_is_revoked_lets_nothing_through(office: Office) -> None:
    name = office.granted()
    office.revoke(name, "radia")

    assert not office.use().permitted


def test_a_grant_that_is_spent_can_be_revoked_up_to_its_end(office: Office) -> None:
    spent, forgotten = office.granted(), office.granted()
    first = office.use()
    assert first.permitted
    assert office.state(spent) == "spent"

    office.revoke(spent, "radia")

    assert office.state(spent) == "revoked"
    assert office.use().permitted  # under the other one
    office.clock.instant = EXPORT.until
    assert refused_code(office.revoke, forgotten, "radia") == "request-closed"


def test_others_can_not_revoke(office: Office) -> None:
    name = office.granted()

    assert refused_code(office.revoke, name, "ada") == "revoker-not-entitled"
    event = office.last()
    assert (event["what"], event["code"]) == ("revocation", "revoker-not-entitled")
    assert refused_code(office.revoke, name, "radia", by="ada") == "signature-not-own"
    office.declare(radia={"suspended": True})
    assert refused_code(office.revoke, name, "radia") == "revoker-not-entitled"
    assert office.state(name) == "granted"


def test_objections_for_another_institute_are_refused(office: Office) -> None:
    name = office.opened()
    for kind, act in (("request.refused", "refuse"), ("grant.revoked", "revoke")):
        with office.desk() as desk:
            said = desk.objection_of(kind, name, "user:grace", REASON)
            said["origin"] = "elsewhere.example/log"
            with pytest.raises(IdentityUnproven) as caught:
                getattr(desk, act)(said, signed("grace", kind, said))
        assert caught.value.code == "request-foreign"


def test_a_refusal_that_somebody_else_signed_is_refused(office: Office) -> None:
    name = office.opened()

    assert refused_code(office.refuse, name, "grace", by="cleo") == "signature-not-own"


def test_nobody_who_is_not_on_record_is_an_officer(office: Office) -> None:
    assert not _is_officer("user:nobody", office.institute.facts(), NOON)
    assert _is_officer("user:radia", office.institute.facts(), NOON)
