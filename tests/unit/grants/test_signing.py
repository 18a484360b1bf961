"""A request counts as signed by who asks, with a key in date, once, and here."""

from dataclasses import asdict
from typing import Any

import pytest

from ringwall.base.errors import (
    IdentityUnproven,
)
from ringwall.matters.statements import request_id
from tests.example import NOON
from tests.office import (
    GLASS,
    REASON,
    Office,
    key_entry,
    refused_code,
    signed,
)


@pytest.mark.parametrize(
    ("spoil", "by", "code"),
    [
        ({}, "grace", "request-not-own"),
        ({"origin": "elsewhere.example/log"}, "dennis", "request-foreign"),
        ({"until": "2026-11-21T11:00:00Z"}, "dennis", "request-expired"),
        ({"uses": 2}, "dennis", "uses-not-foreseen"),
    ],
)
def test_a_request_that_is_refused_is_on_record_as_such(
    office: Office, spoil: dict[str, Any], by: str, code: str
) -> None:
    said = {**office.draft(), **spoil}

    assert refused_code(office.file, said, by) == code

    assert office.last() == {
        "v": 1,
        "kind": "proof.refused",
        "at": "2026-11-21T12:00:00Z",
        "what": "request",
        "code": code,
        "subject": "user:dennis",
        "point": "",
        "about": request_id(said),
    }


def test_the_same_request_is_taken_once(office: Office) -> None:
    said = office.draft()
    office.file(said)

    assert refused_code(office.file, said) == "request-replayed"

    with office.desk() as desk:
        assert len(desk.ls()) == 1


def test_a_signature_over_another_request_is_refused(office: Office) -> None:
    said, other = office.draft(), office.draft()

    with office.desk() as desk, pytest.raises(IdentityUnproven) as caught:
        desk.file(said, signed("dennis", "request.opened", other))

    assert caught.value.code == "signature-invalid"
    assert office.last()["code"] == "signature-invalid"


def test_a_key_that_nobody_has_on_record_signs_nothing(office: Office) -> None:
    assert refused_code(office.file, office.draft(), "stranger") == "signature-invalid"


def test_a_key_that_is_out_of_date_signs_nothing(office: Office) -> None:
    said = office.draft()
    office.declare(dennis={"keys": [key_entry("dennis", NOON)]})

    assert refused_code(office.file, said) == "key-lapsed"


def test_somebody_without_a_key_can_not_ask(office: Office) -> None:
    said = office.draft()
    office.declare(dennis={"keys": []})

    assert refused_code(office.file, said) == "key-unknown"


def test_a_signature_that_was_made_for_something_else_is_refused(
    office: Office,
) -> None:
    name = office.opened()
    with office.desk() as desk:
        said = desk.approval_of(name, "user:grace", "custodian")
        refusal = desk.objection_of("request.refused", name, "user:grace", REASON)

        with pytest.raises(IdentityUnproven) as caught:
            desk.approve(said, signed("grace", "request.refused", refusal))

    assert caught.value.code == "signature-invalid"


def test_glass_is_not_broken_again_before_somebody_else_has_looked(
    office: Office,
) -> None:
    first, second = (office.draft(**asdict(GLASS)) for _ in range(2))
    office.file(first)
    assert office.use(GLASS).permitted

    assert refused_code(office.file, second) == "review-open"

    event = office.last()
    assert (event["what"], event["code"]) == ("request", "review-open")
