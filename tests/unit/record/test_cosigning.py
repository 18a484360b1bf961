"""A witness with files: it remembers before it answers, and is never talked back."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
)
from ringwall.record.cosigning import cosign_request
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import open_cosignatures
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.witness import Witness, parse_state
from ringwall.tlog.witness_request import WitnessRequest, format_request
from tests.fault.ledger_simulator import AT, KEY, ORIGIN, VERIFIER
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
        assert parse_state(memory.read_bytes()) == state
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
