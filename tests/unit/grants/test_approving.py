"""An approval is taken from whom it would count from at use, and from nobody else."""

from typing import Any

import pytest

from ringwall.base.errors import (
    ActRefused,
    IdentityUnproven,
    RequestError,
)
from tests.office import (
    Office,
    refused_code,
    signed,
)


def test_an_approval_in_the_name_of_another_is_refused(office: Office) -> None:
    name = office.opened()

    code = refused_code(office.approve, name, "grace", "custodian", by="cleo")

    assert code == "signature-not-own"
    event = office.last()
    assert (event["what"], event["subject"]) == ("approval", "user:grace")
    assert (event["about"], event["code"]) == (name, code)


@pytest.mark.parametrize(
    ("who", "seat", "code"),
    [
        ("dennis", "custodian", "approver-is-requester"),
        ("grace", "ciso", "approver-lacks-seat"),
        ("radia", "security-officer", "seat-not-asked"),
    ],
)
def test_an_approver_who_may_not_is_refused(
    office: Office, who: str, seat: str, code: str
) -> None:
    name = office.opened()

    assert refused_code(office.approve, name, who, seat) == code
    assert office.last()["code"] == code


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        (
            "grace",
            {"grace": {"account_of": "user:dennis"}},
            "approver-is-same-person",
        ),
        (
            "grace",
            {"grace": {"manager": "user:dennis"}},
            "approver-reports-to-requester",
        ),
        (
            "grace",
            {"dennis": {"manager": "user:grace"}},
            "approver-manages-requester",
        ),
        ("grace", {"grace": {"suspended": True}}, "approver-suspended"),
        ("grace", {"grace": {"screening": None}}, "approver-lapsed"),
    ],
)
def test_an_approver_who_stands_too_near_or_has_lapsed_is_refused(
    office: Office, who: str, changes: dict[str, Any], code: str
) -> None:
    name = office.opened()
    office.declare(**changes)

    assert refused_code(office.approve, name, who, "custodian") == code
    assert office.last()["kind"] == "proof.refused"


def test_an_approver_outside_the_compartment_is_refused(office: Office) -> None:
    name = office.opened(resource="weights:aurora-2")
    office.declare(grace={"compartments": []})

    code = refused_code(office.approve, name, "grace", "custodian")

    assert code == "approver-outside-compartment"


def test_an_approver_of_another_organisation_is_refused(office: Office) -> None:
    name = office.opened()
    office.declare(grace={"organisation": "org:example-robotics"})

    code = refused_code(office.approve, name, "grace", "custodian")

    assert code == "approver-outside"


def test_nobody_fills_two_seats(office: Office) -> None:
    name = office.opened()
    office.approve(name, "grace", "custodian")

    code = refused_code(office.approve, name, "grace", "custodian")

    assert code == "approved-already"


def test_whoever_is_not_on_record_approves_nothing(office: Office) -> None:
    name = office.opened()

    with office.desk() as desk, pytest.raises(RequestError) as caught:
        desk.approval_of(name, "user:nobody", "custodian")
    assert caught.value.code == "facts-missing"

    with office.desk() as desk:
        said = {
            **desk.approval_of(name, "user:grace", "custodian"),
            "approver": "user:nobody",
        }
        with pytest.raises(IdentityUnproven) as unproven:
            desk.approve(said, signed("grace", "request.approved", said))
    assert unproven.value.code == "signer-unknown"


def test_an_approval_of_documents_that_have_changed_is_refused(office: Office) -> None:
    name = office.opened()
    with office.desk() as desk:
        said = desk.approval_of(name, "user:grace", "custodian")
    office.declare(dennis={"note": "moved to another team"})

    with office.desk() as desk, pytest.raises(ActRefused) as caught:
        desk.approve(said, signed("grace", "request.approved", said))

    assert caught.value.code == "facts-changed"


def test_an_approval_that_names_another_digest_is_refused(office: Office) -> None:
    name = office.opened()
    with office.desk() as desk:
        said = desk.approval_of(name, "user:grace", "custodian") | {"digest": "0" * 64}

        with pytest.raises(ActRefused) as caught:
            desk.approve(said, signed("grace", "request.approved", said))

    assert caught.value.code == "approval-of-another"


def test_an_approval_for_another_institute_is_refused(office: Office) -> None:
    name = office.opened()
    with office.desk() as desk:
        said = desk.approval_of(name, "user:grace", "custodian") | {"origin": "other"}

        with pytest.raises(IdentityUnproven) as caught:
            desk.approve(said, signed("grace", "request.approved", said))

    assert caught.value.code == "request-foreign"


def test_an_approval_that_was_void_stays_so_when_the_document_is_put_back(
    office: Office,
) -> None:
    name = office.granted()
    assert office.state(name) == "granted"
    before = office.institute.facts()

    office.declare(dennis={"note": "looked into"})
    assert office.state(name) == "open"
    office.declare(dennis={"note": None})
    assert office.institute.facts().documents() == before.documents()
    assert office.state(name) == "open"
    assert not office.use().permitted

    office.approve(name, "grace", "custodian")
    office.approve(name, "cleo", "custodian")
    office.approve(name, "marian", "ciso")
    assert office.state(name) == "granted"
    assert office.use().permitted
