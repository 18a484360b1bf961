"""A witness with files: it remembers before it answers, and is never talked back."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
)
from ringwall.record.cosigning import cosign_request, is_by_two_keys
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.signing.notes import sign_note
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import cosign, open_cosignatures
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.witness import Witness, parse_state
from ringwall.tlog.witness_request import WitnessRequest, format_request
from tests.fault.ledger_simulator import AT, KEY, ORIGIN, OTHER_KEY, VERIFIER
from tests.oracle import merkle

OWN = CosigningKey("city.example", bytes(range(7, 39)))
WITNESS = Witness(ORIGIN, VERIFIER, OWN)


def note(size: int, mark: bytes = b"") -> bytes:
    """Return a signed checkpoint."""
    tree = Frontier()
    for number in range(size):
        tree.append(leaf_hash(mark + bytes([number])))
    return sign_checkpoint(Checkpoint(ORIGIN, size, tree.root()), KEY)


def request(old: int, size: int, mark: bytes = b"") -> bytes:
    """Return what the log sends."""
    entries = [mark + bytes([number]) for number in range(size)]
    mth = merkle.mth_of(entries)
    proof = merkle.consistency(old, size, mth) if old else []
    return format_request(WitnessRequest(old, tuple(proof), note(size, mark)))


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Return where the witness remembers."""
    return tmp_path / "hub.memory"


def test_a_growing_log_is_cosigned_step_by_step(memory: Path) -> None:
    for old, size in ((0, 3), (3, 7), (7, 7), (7, 12)):
        asked = request(old, size)
        state, line = cosign_request(asked, WITNESS, memory, AT, first=not old)
        [seen] = open_cosignatures(note(size) + line, [OWN.verifier()])

        assert (state.size, seen.at) == (size, AT)
        kept, rest = memory.read_bytes().split(b"\n", 1)
        assert (parse_state(kept + b"\n"), rest) == (state, note(size))
    assert memory.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (request(3, 7, b"other"), "proof-invalid"),
        (request(0, 5), "witness-size-differs"),
        (request(3, 3, b"other"), "log-forked"),
        (b"old 3\n", "request-malformed"),
    ],
)
def test_what_does_not_continue_is_not_cosigned(
    memory: Path, asked: bytes, code: str
) -> None:
    cosign_request(request(0, 3), WITNESS, memory, AT, first=True)
    before = memory.read_bytes()

    with pytest.raises(IntegrityError) as caught:
        cosign_request(asked, WITNESS, memory, AT)
    assert caught.value.code == code
    assert memory.read_bytes() == before


def test_a_witness_that_forgot_does_not_begin_anew_by_itself(memory: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        cosign_request(request(0, 3), WITNESS, memory, AT)
    assert caught.value.code == "witness-memory-missing"


def test_a_witness_that_remembers_is_not_made_to_forget(memory: Path) -> None:
    cosign_request(request(0, 3), WITNESS, memory, AT, first=True)

    with pytest.raises(ConfigurationError) as caught:
        cosign_request(request(0, 3), WITNESS, memory, AT, first=True)
    assert caught.value.code == "witness-memory-there"


def test_a_memory_that_is_none_is_told(memory: Path) -> None:
    memory.write_bytes(b"{}\n")

    with pytest.raises(IntegrityError) as caught:
        cosign_request(request(0, 3), WITNESS, memory, AT)
    assert caught.value.code == "state-malformed"


LATER = Witness(ORIGIN, OTHER_KEY.verifier(), OWN)


def closing(body: bytes) -> bytes:
    """Return a request whose checkpoint the next key signed as well."""
    text = body.partition(b"\n\n")[2].partition(b"\n\n")[0] + b"\n"
    return body + sign_note(text.decode(), OTHER_KEY).rpartition(b"\n\n")[2]


def by_next(body: bytes) -> bytes:
    """Return a request whose checkpoint the next key alone signed."""
    proof, _, old = body.partition(b"\n\n")
    text = old.partition(b"\n\n")[0].decode() + "\n"
    return proof + b"\n\n" + sign_note(text, OTHER_KEY)


def test_a_checkpoint_by_two_keys_is_known_as_such() -> None:
    assert not is_by_two_keys(request(0, 3))
    assert is_by_two_keys(closing(request(0, 3)))
    text = note(3).partition(b"\n\n")[0].decode() + "\n"
    assert not is_by_two_keys(request(0, 3) + cosign(text, OWN, 1))


def test_who_cosigned_the_closing_checkpoint_under_the_old_key_goes_on_with_the_new(
    memory: Path,
) -> None:
    cosign_request(request(0, 3), WITNESS, memory, AT, first=True)
    cosign_request(closing(request(3, 7)), WITNESS, memory, AT)

    state, _ = cosign_request(by_next(request(7, 12)), LATER, memory, AT)

    assert (state.size, state.vkey) == (12, format_vkey(OTHER_KEY.verifier()))
    with pytest.raises(IntegrityError) as caught:
        cosign_request(request(12, 13), WITNESS, memory, AT)
    assert caught.value.code == "signature-missing"


def test_without_the_note_of_both_it_is_told_to_ask_for_it_and_can_go_on(
    memory: Path,
) -> None:
    cosign_request(request(0, 7), WITNESS, memory, AT, first=True)
    before = memory.read_bytes()

    for asked in (by_next(request(7, 12)), request(7, 12)):
        with pytest.raises(IntegrityError) as caught:
            cosign_request(asked, LATER, memory, AT)
        assert caught.value.code == "signature-missing"
        assert "audit witness request NAME --closing" in caught.value.next_step
    assert memory.read_bytes() == before
    cosign_request(closing(request(7, 7)), LATER, memory, AT)
    state, _ = cosign_request(by_next(request(7, 12)), LATER, memory, AT)
    assert state.size == 12


def test_a_note_in_the_memory_that_is_not_what_was_cosigned_hands_on_nothing(
    memory: Path,
) -> None:
    cosign_request(closing(request(0, 7)), WITNESS, memory, AT, first=True)
    line = memory.read_bytes().partition(b"\n")[0] + b"\n"
    other = closing(request(0, 7, b"other")).partition(b"\n\n")[2]
    smaller = closing(request(0, 3)).partition(b"\n\n")[2]
    forged = by_next(request(0, 7)).partition(b"\n\n")[2]

    for kept in (b"", b"no note", note(7), other, smaller, forged):
        memory.write_bytes(line + kept)
        with pytest.raises(IntegrityError) as caught:
            cosign_request(by_next(request(7, 12)), LATER, memory, AT)
        assert caught.value.code == "signature-missing"
        assert memory.read_bytes() == line + kept


def test_under_a_new_key_what_does_not_continue_is_still_refused(memory: Path) -> None:
    cosign_request(closing(request(0, 7)), WITNESS, memory, AT, first=True)

    with pytest.raises(IntegrityError) as caught:
        cosign_request(by_next(request(7, 12, b"other")), LATER, memory, AT)
    assert caught.value.code == "proof-invalid"
    memory.write_bytes(memory.read_bytes().partition(b"\n")[0] + b"\n")
    with pytest.raises(IntegrityError) as caught:
        cosign_request(closing(request(7, 12, b"other")), LATER, memory, AT)
    assert caught.value.code == "proof-invalid"
    assert "--closing" not in caught.value.next_step


def test_nothing_is_handed_out_that_is_not_remembered(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(RecordUnavailable) as caught:
        cosign_request(request(0, 3), WITNESS, memory, AT, first=True)
    assert caught.value.code == "witness-memory-unwritable"
    assert not memory.exists()
