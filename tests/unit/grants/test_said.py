"""A statement has its keys and each value one form; anything else is refused."""

from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import RequestError
from ringwall.grants.said import MAX_SAID_BYTES, check_said, load_said
from ringwall.matters.statements import statement_of

SAID: dict[str, Any] = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "purpose": "a copy for the second site",
    "manner": "approved",
    "uses": 1,
    "from": "2026-11-21T12:00:00Z",
    "until": "2026-11-22T12:00:00Z",
    "binds": "",
    "nonce": "0" * 32,
    "origin": "example.org/log",
}
APPROVAL: dict[str, Any] = {
    "request": "req-" + "a" * 20,
    "digest": "0" * 64,
    "approver": "user:grace",
    "seat": "custodian",
    "facts": dict.fromkeys(("approver", "resource", "subject"), "0" * 64),
    "origin": "example.org/log",
}
KINDS = {"request.opened": SAID, "request.approved": APPROVAL}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_again(kind: str) -> None:
    data = statement_of(kind, KINDS[kind])

    assert load_said(kind, data) == KINDS[kind]
    assert load_said(kind, data + b"\n") == KINDS[kind]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("request.opened", "subject", "ada"),
        ("request.opened", "subject", 7),
        ("request.opened", "action", "copy"),
        ("request.opened", "purpose", "nine char"),
        ("request.opened", "purpose", " " * 20),
        ("request.opened", "purpose", "x" * 501),
        ("request.opened", "purpose", "ten letters\n and a line"),
        ("request.opened", "manner", "by-the-way"),
        ("request.opened", "manner", ["approved"]),
        ("request.opened", "uses", True),
        ("request.opened", "uses", -1),
        ("request.opened", "uses", 10**7),
        ("request.opened", "from", "2026-11-21T12:00:00+00:00"),
        ("request.opened", "until", "2026-02-30T12:00:00Z"),
        ("request.opened", "until", 0),
        ("request.opened", "binds", "AB" * 32),
        ("request.opened", "nonce", "0" * 31),
        ("request.opened", "origin", ""),
        ("request.opened", "origin", "a\nb"),
        ("request.approved", "request", "req-" + "A" * 20),
        ("request.approved", "digest", "0" * 63),
        ("request.approved", "seat", "Custodian"),
        ("request.approved", "seat", "a" * 65),
        ("request.approved", "facts", {"subject": "0" * 64}),
        ("request.approved", "facts", []),
        (
            "request.approved",
            "facts",
            dict.fromkeys(("approver", "resource", "subject"), ""),
        ),
    ],
)
def test_a_value_in_another_form_is_refused(
    kind: str, name: str, value: object
) -> None:
    with pytest.raises(RequestError, match=f"`{name}` has to be") as caught:
        check_said(kind, {**KINDS[kind], name: value})

    assert caught.value.code == "request-malformed"
    assert "can't be read" not in caught.value.message


def test_a_purpose_that_is_too_short_is_told_how_long_it_has_to_be() -> None:
    with pytest.raises(RequestError) as caught:
        check_said("request.opened", {**SAID, "purpose": "copy"})

    told = "`purpose` has to be 10 to 500 printable characters"
    assert (caught.value.message, caught.value.exit_code) == (told, 2)


def test_a_key_too_many_or_too_few_is_refused() -> None:
    for said in ({**SAID, "more": 1}, {k: v for k, v in SAID.items() if k != "uses"}):
        with pytest.raises(RequestError, match="too many keys"):
            check_said("request.opened", said)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        statement_of("request.opened", SAID).replace(b",", b", "),
        statement_of("request.opened", SAID) + b"\n\n",
        dump_canonical(SAID),
        statement_of("request.approved", APPROVAL),
        b"{" + b" " * MAX_SAID_BYTES,
        dump_canonical({**SAID, "what": "request", "a\x1b": 1}),
    ],
)
def test_a_file_that_is_no_such_statement_is_refused(data: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        load_said("request.opened", data)

    assert caught.value.code == "request-malformed"
    assert caught.value.message.isprintable()
