"""What people sign: one set of keys a kind, one spelling, one id for one content."""

import json
from hashlib import sha256
from typing import Any

import pytest

from ringwall.matters.statements import (
    STATEMENTS,
    document_digest,
    request_digest,
    request_id,
    statement_of,
    statement_of_event,
)
from ringwall.model.matter_events import (
    grant_revoked,
    request_approved,
    request_opened,
    request_refused,
    review_decided,
)

AT = 1_795_262_400_000_000
ORIGIN = "log.example/ringwall"
ASKED: dict[str, Any] = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "purpose": "a copy for the second vault",
    "manner": "approved",
    "uses": 1,
    "from": "2026-11-21T12:00:00Z",
    "until": "2026-11-22T12:00:00Z",
    "binds": "",
    "nonce": "00" * 16,
    "origin": ORIGIN,
}
APPROVED: dict[str, Any] = {
    "request": "req-aaaaaaaaaaaaaaaaaaaa",
    "digest": "ab" * 32,
    "approver": "user:grace",
    "seat": "custodian",
    "facts": {"approver": "ab" * 32, "resource": "ef" * 32, "subject": "cd" * 32},
    "origin": ORIGIN,
}
OBJECTED: dict[str, Any] = {
    "request": "req-aaaaaaaaaaaaaaaaaaaa",
    "by": "user:grace",
    "reason": "no copy is needed",
    "origin": ORIGIN,
}
REVIEWED: dict[str, Any] = {
    "review": "rev-1",
    "by": "user:grace",
    "outcome": "closed",
    "until": "2027-05-21T12:00:00Z",
    "reason": "looked at with the log in hand",
    "origin": ORIGIN,
}
SAID = {
    "request.opened": ("request", ASKED),
    "request.approved": ("approval", APPROVED),
    "request.refused": ("refusal", OBJECTED),
    "grant.revoked": ("revocation", OBJECTED),
    "review.decided": ("review", REVIEWED),
}
EVENTS = {
    "request.opened": request_opened(AT, request_id(ASKED), ASKED, "signed"),
    "request.approved": request_approved(AT, APPROVED, "signed"),
    "request.refused": request_refused(AT, OBJECTED, "signed"),
    "grant.revoked": grant_revoked(AT, OBJECTED, "signed"),
    "review.decided": review_decided(AT, REVIEWED, "signed"),
}


def plain(said: dict[str, Any]) -> bytes:
    """Return canonical JSON of values that are all ASCII, by the standard library."""
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def test_there_is_one_statement_for_each_kind_that_is_signed() -> None:
    assert STATEMENTS.keys() == SAID.keys() == EVENTS.keys()
    assert len({what for what, _ in STATEMENTS.values()}) == len(STATEMENTS)


@pytest.mark.parametrize("kind", SAID)
def test_a_statement_is_the_canonical_form_of_what_is_said_and_what_it_is(
    kind: str,
) -> None:
    what, said = SAID[kind]

    assert statement_of(kind, said) == plain({**said, "what": what})


@pytest.mark.parametrize("kind", SAID)
def test_what_is_on_record_gives_the_statement_that_was_signed(kind: str) -> None:
    _, said = SAID[kind]

    assert statement_of_event(EVENTS[kind]) == statement_of(kind, said)


@pytest.mark.parametrize("kind", SAID)
def test_instant_and_signature_of_the_event_are_no_part_of_it(kind: str) -> None:
    event = {**EVENTS[kind], "at": "2030-01-01T00:00:00Z", "signature": "other"}

    assert statement_of_event(event) == statement_of_event(EVENTS[kind])


@pytest.mark.parametrize("kind", SAID)
def test_a_statement_that_lacks_a_key_is_not_made(kind: str) -> None:
    what, said = SAID[kind]
    for name in said:
        short = {key: value for key, value in said.items() if key != name}
        message = f"a statement of a {what} lacks or has too many keys: {name}"
        with pytest.raises(ValueError, match=message):
            statement_of(kind, short)


@pytest.mark.parametrize("kind", SAID)
def test_a_statement_with_a_key_too_many_is_not_made(kind: str) -> None:
    _, said = SAID[kind]
    with pytest.raises(ValueError, match="too many keys: what"):
        statement_of(kind, {**said, "what": "approval"})


def test_a_value_without_canonical_form_is_not_signed() -> None:
    with pytest.raises(ValueError, match="float"):
        statement_of("request.opened", {**ASKED, "uses": 1.5})


@pytest.mark.parametrize("kind", SAID)
def test_each_value_tells_in_the_statement(kind: str) -> None:
    _, said = SAID[kind]
    others = {"uses": 2, "facts": {**APPROVED["facts"], "subject": "00" * 32}}
    statements = {statement_of(kind, said)}
    for name in said:
        changed = {**said, name: others.get(name, f"{said[name]}0")}
        statements.add(statement_of(kind, changed))

    assert len(statements) == len(said) + 1


def test_a_refusal_is_no_revocation_though_they_say_the_same() -> None:
    refusal = statement_of("request.refused", OBJECTED)

    assert refusal != statement_of("grant.revoked", OBJECTED)


def test_the_order_in_which_things_are_said_does_not_tell() -> None:
    turned = dict(reversed(ASKED.items()))

    assert statement_of("request.opened", turned) == statement_of(
        "request.opened", ASKED
    )
    assert request_id(turned) == request_id(ASKED)


def test_an_approval_names_the_digest_of_the_statement_of_the_request() -> None:
    statement = plain({**ASKED, "what": "request"})

    assert request_digest(ASKED) == sha256(statement).hexdigest()


def test_the_id_of_a_request_is_made_of_what_it_says() -> None:
    # The first 100 bits of the digest above, in the alphabet of RFC 4648 section 6.
    bits = int(request_digest(ASKED), 16) >> 156
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    wanted = "".join(letters[bits >> 5 * (19 - place) & 31] for place in range(20))

    assert request_id(ASKED) == f"req-{wanted}"
    assert request_id({**ASKED, "nonce": "01" * 16}) != request_id(ASKED)


def test_a_digest_of_a_document_is_of_its_canonical_form() -> None:
    document = {"roles": ["custodian"], "id": "user:ada"}
    wanted = sha256(b'{"id":"user:ada","roles":["custodian"]}').hexdigest()

    assert document_digest(document) == wanted
    assert document_digest(dict(reversed(document.items()))) == wanted
    assert document_digest({**document, "roles": []}) != wanted
