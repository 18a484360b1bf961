"""A note by a key that nobody here knows: what it claims, and what it proves."""

import pytest

from ringwall.ledger.publication.unknown_signer import put_back, size_beyond
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.notes import sign_note
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import cosign
from tests.fault.ledger_simulator import KEY, ORIGIN, OTHER_KEY

WITNESS = CosigningKey("witness.example/a", bytes(range(3, 35)))


def note(size: int, origin: str = ORIGIN) -> bytes:
    """Return a checkpoint by a key that the log never told of."""
    return sign_checkpoint(Checkpoint(origin, size, bytes(32)), OTHER_KEY)


@pytest.mark.parametrize(("size", "claimed"), [(0, None), (10, None), (11, 11)])
def test_a_larger_log_is_claimed_by_whoever_signed(
    size: int, claimed: int | None
) -> None:
    assert size_beyond(note(size), ORIGIN, 10) == claimed


@pytest.mark.parametrize(
    "claim",
    [
        b"",
        b"no note",
        b"\xff\xfe\n\n\xff",
        b"log.example\n77\n\n",
        note(77, "other.example"),
        sign_note("log.example\n77\n", KEY),
        note(77).replace("\u2014 ".encode(), b"- "),
        note(77).replace(b"log.example", b"log.\xff\xff"),
        note(77).partition(b"\n\n")[0]
        + b"\n\n"
        + cosign(note(77).partition(b"\n\n")[0].decode() + "\n", WITNESS, 1),
    ],
)
def test_what_no_key_of_a_log_could_have_signed_claims_nothing(claim: bytes) -> None:
    assert size_beyond(claim, ORIGIN, 10) is None


def test_the_refusal_says_that_the_claim_proves_nothing() -> None:
    refusal = put_back(77, 10)

    assert refusal.code == "log-rolled-back"
    assert "says 77 entries, the log has 10" in refusal.message
    assert "of itself it proves nothing" in refusal.message
    assert "change of keys" in refusal.message
    assert refusal.next_step.startswith("keep both")
