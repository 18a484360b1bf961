"""Statements of those outside."""

import json

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.signed_statement import (
    MAX_STATEMENT_BYTES,
    StatementForm,
    is_timely,
)
from ringwall.signing.ssh import SignatureInvalid, parse_public_key, sign_ssh
from tests.example import NOON
from tests.office import private_key, public_line

FORM = StatementForm(
    code="note-malformed",
    name="the note",
    namespace="ringwall-note",
    fields=("thing", "by", "at"),
    speaker="by",
    sign="sign it again",
    fill="write it again",
)
SAID = {"thing": "a", "by": " duty officer ", "at": "2026-11-21T12:00:00Z"}


def test_what_was_signed_is_read_with_its_time() -> None:
    data = json.dumps(SAID).encode()
    signature = sign_ssh(data, private_key("elinor"), namespace="ringwall-note")
    found = FORM.read(data, signature, parse_public_key(public_line("elinor")))
    assert found.said == {**SAID, "by": "duty officer"}
    assert found.at == NOON


def test_a_signature_is_looked_at_before_what_is_said() -> None:
    key = parse_public_key(public_line("elinor"))
    signature = sign_ssh(b"{}", private_key("joan"), namespace="ringwall-note")
    with pytest.raises(SignatureInvalid) as caught:
        FORM.read(b"{}", signature, key)
    assert caught.value.next_step == "sign it again"


@pytest.mark.parametrize(
    "data", [b"{}", b"no", b'{"by":1}', b"x" * (MAX_STATEMENT_BYTES + 1)]
)
def test_another_form_is_refused_by_its_own_name(data: bytes) -> None:
    signature = sign_ssh(data, private_key("elinor"), namespace="ringwall-note")
    with pytest.raises(RequestError) as caught:
        FORM.read(data, signature, parse_public_key(public_line("elinor")))
    assert caught.value.code == "note-malformed"
    assert caught.value.message.startswith("the note can't be read: ")
    assert caught.value.next_step == "write it again"


def test_another_clock_may_be_five_minutes_ahead_and_none_behind() -> None:
    assert is_timely(NOON, NOON, NOON)
    assert is_timely(NOON + 300_000_000, NOON, NOON)
    assert not is_timely(NOON + 300_000_001, NOON, NOON)
    assert not is_timely(NOON - 1, NOON, NOON)
