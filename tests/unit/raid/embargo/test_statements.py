"""What a party says of its own consent, signed."""

import json
from typing import Any

import pytest

from ringwall.base.errors import RingwallError
from ringwall.raid.embargo.statements import (
    CONSENT_NAMESPACE,
    Expected,
    Statement,
    blank_statement,
    check_statement,
)
from ringwall.raid.signed_statement import MAX_STATEMENT_BYTES
from ringwall.signing.ssh import parse_public_key, sign_ssh
from tests.example import NOON
from tests.office import HOUR, private_key, public_line

PARTY = "pty-mfzwizltmrqw2zlt"
DIGEST = "ab" * 32
WANTED = Expected(PARTY, "accept", "", NOON, None, NOON + HOUR)
AT = "2026-11-21T12:30:00Z"


def statement(**changes: Any) -> bytes:  # noqa: ANN401 - of a statement
    said = json.loads(blank_statement(PARTY, "accept", DIGEST))
    return json.dumps({**said, "by": "counsel", "at": AT, **changes}).encode()


def checked(
    data: bytes,
    expected: Expected = WANTED,
    by: str = "elinor",
    namespace: str = CONSENT_NAMESPACE,
) -> Statement:
    signature = sign_ssh(data, private_key(by), namespace=namespace)
    key = parse_public_key(public_line("elinor"))
    return check_statement(data, signature, key, expected)


def code(*words: Any, **more: Any) -> str:  # noqa: ANN401 - as `checked`
    with pytest.raises(RingwallError) as caught:
        checked(*words, **more)
    assert caught.value.next_step
    return caught.value.code


def test_what_a_party_signed_is_read() -> None:
    found = checked(statement())
    assert (found.terms, found.by) == (DIGEST, "counsel")
    assert found.at == NOON + HOUR // 2


def test_what_another_signed_or_for_another_use_is_refused() -> None:
    assert code(statement(), by="joan") == "signature-foreign"
    assert code(statement(), namespace="ringwall-handover") == "signature-elsewhere"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"party": "pty-aaaaaaaaaaaaaaaa"}, "statement-of-another"),
        ({"act": "leave"}, "statement-of-another"),
        ({"answer": "affected"}, "statement-of-another"),
        ({"at": "2026-11-21T11:59:59Z"}, "statement-time-odd"),
        ({"at": "2026-11-21T13:06:00Z"}, "statement-time-odd"),
        ({"at": "noon"}, "statement-malformed"),
        ({"by": " "}, "statement-malformed"),
        ({"by": "x" * 201}, "statement-malformed"),
        ({"by": "a\nb"}, "statement-malformed"),
        ({"by": 1}, "statement-malformed"),
        ({"more": ""}, "statement-malformed"),
    ],
)
def test_a_statement_of_something_else_is_refused(
    changes: dict[str, Any], found: str
) -> None:
    assert code(statement(**changes)) == found


@pytest.mark.parametrize(
    "data",
    [b"no", b"[]", b"\xff", b'{"a":1,"a":2}', b"x" * (MAX_STATEMENT_BYTES + 1)],
)
def test_what_is_no_statement_is_refused(data: bytes) -> None:
    assert code(data) == "statement-malformed"


def test_a_statement_from_before_the_latest_is_refused() -> None:
    spoken = WANTED._replace(spoken=NOON + HOUR // 2)
    assert code(statement(), spoken) == "statement-replayed"
    checked(statement(), WANTED._replace(spoken=NOON + HOUR // 2 - 1))
