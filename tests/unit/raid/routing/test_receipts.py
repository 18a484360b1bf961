"""Signed receipts."""

import json
from typing import Any

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, RequestError
from ringwall.raid.routing.receipts import (
    HANDOVER_NAMESPACE,
    Awaited,
    Receipt,
    blank_receipt,
    check_receipt,
)
from ringwall.raid.signed_statement import MAX_STATEMENT_BYTES
from ringwall.signing.ssh import SignatureInvalid, sign_ssh
from tests.example import NOON
from tests.office import HOUR, private_key
from tests.routed import recipient_key

HANDOVER = "hnd-mfzwizltmrqw2zlt"
PACKAGE = "ab" * 32
AWAITED = Awaited(HANDOVER, PACKAGE, "csirt.de", NOON, NOON + HOUR)


def receipt(**changes: Any) -> bytes:  # noqa: ANN401 - of a receipt
    said = json.loads(blank_receipt(HANDOVER, PACKAGE, "csirt.de"))
    said |= {"accepted_by": "duty officer", "at": format_instant(NOON + 60_000_000)}
    said |= changes
    return json.dumps({k: v for k, v in said.items() if v is not None}).encode()


def signed(
    data: bytes, name: str = "elinor", namespace: str = HANDOVER_NAMESPACE
) -> str:
    return sign_ssh(data, private_key(name), namespace=namespace)


def checked(data: bytes, signature: str = "") -> Receipt:
    return check_receipt(data, signature or signed(data), recipient_key(), AWAITED)


def test_a_receipt_that_the_recipient_signed_says_who_accepted_and_when() -> None:
    found = checked(receipt(accepted_by="  duty officer "))
    assert found == Receipt("duty officer", NOON + 60_000_000)


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (signed(receipt(), "joan"), "signature-foreign"),
        (signed(receipt(), namespace="ringwall"), "signature-elsewhere"),
        (signed(receipt(accepted_by="another officer")), "signature-invalid"),
        ("no signature", "signature-malformed"),
    ],
)
def test_a_receipt_signed_by_no_such_key_is_refused(signature: str, code: str) -> None:
    with pytest.raises(SignatureInvalid) as caught:
        checked(receipt(), signature)
    assert caught.value.code == code
    assert HANDOVER_NAMESPACE in caught.value.next_step


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"handover": "hnd-aaaaaaaaaaaaaaaa"}, "receipt-of-another-handover"),
        ({"package": "cd" * 32}, "receipt-of-another-package"),
        ({"recipient": "csirt.fr"}, "receipt-of-another-recipient"),
        ({"at": format_instant(NOON - 1)}, "receipt-time-odd"),
        ({"at": format_instant(NOON + HOUR + 300_000_001)}, "receipt-time-odd"),
    ],
)
def test_a_receipt_for_something_else_is_refused(
    changes: dict[str, str], code: str
) -> None:
    with pytest.raises(ActRefused) as caught:
        checked(receipt(**changes))
    assert caught.value.code == code
    assert caught.value.next_step


def test_another_clock_may_be_a_little_ahead() -> None:
    at = NOON + HOUR + 300_000_000
    assert checked(receipt(at=format_instant(at))).at == at
    assert checked(receipt(at=format_instant(NOON))).at == NOON


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 9000,
        receipt(at=None),
        receipt(more="x"),
        receipt(at="yesterday"),
        receipt(accepted_by=7),
        receipt(accepted_by="..."),
        receipt(accepted_by="x" * 201),
        receipt(accepted_by="duty\u202eofficer"),
        receipt()[:-1] + b', "at": "2026-11-21T12:00:00Z"}',
        b" " * MAX_STATEMENT_BYTES + receipt(),
    ],
)
def test_a_receipt_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        checked(data)
    assert caught.value.code == "receipt-malformed"
    assert caught.value.next_step
