"""A claim counts for its writer and its log only, and only signed."""

import pytest

from ringwall.ledger.committing.writer_claims import claimed_size, sign_claim
from ringwall.signing.notes import sign_note
from tests.fault.ledger_simulator import KEY, ORIGIN, OTHER_KEY

WRITER = "0" * 32
KEYS = [KEY.verifier()]
TEXT = f"ringwall writer\n{ORIGIN}\n{WRITER}\n"


@pytest.mark.parametrize("size", [0, 7, 2**63 - 1])
def test_what_is_signed_is_claimed(size: int) -> None:
    note = sign_claim(KEY, ORIGIN, WRITER, size)

    assert claimed_size(note, KEYS, ORIGIN, WRITER) == size
    assert claimed_size(note, [OTHER_KEY.verifier(), *KEYS], ORIGIN, WRITER) == size


@pytest.mark.parametrize(
    ("origin", "writer"), [("other.example", WRITER), (ORIGIN, "1" * 32)]
)
def test_the_claim_of_another_is_none(origin: str, writer: str) -> None:
    note = sign_claim(KEY, origin, writer, 7)

    assert claimed_size(note, KEYS, ORIGIN, WRITER) is None


def test_what_another_key_signed_is_no_claim() -> None:
    note = sign_claim(OTHER_KEY, ORIGIN, WRITER, 7)

    assert claimed_size(note, KEYS, ORIGIN, WRITER) is None


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT}-1\n",
        f"{TEXT}07\n",
        f"{TEXT}7\n8\n",
        f"{TEXT}\n",
        f"{TEXT}\u0667\n",
        f"{TEXT}99999999999999999999\n",
        f"ringwall writer\n{ORIGIN}\n7\n",
        "7\n",
    ],
)
def test_any_other_text_is_no_claim(text: str) -> None:
    assert claimed_size(sign_note(text, KEY), KEYS, ORIGIN, WRITER) is None


@pytest.mark.parametrize("note", [b"", b"\xff", TEXT.encode()])
def test_what_is_no_note_is_no_claim(note: bytes) -> None:
    assert claimed_size(note, KEYS, ORIGIN, WRITER) is None
