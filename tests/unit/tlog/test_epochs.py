"""Epochs: each key signs its own sizes, and every change of keys is sealed."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import CosigningKey, SigningKey, format_vkey
from ringwall.tlog.checkpoints import (
    MAX_TREE_SIZE,
    Checkpoint,
    format_checkpoint,
    sign_checkpoint,
)
from ringwall.tlog.epochs import Epoch, Epochs

ORIGIN = "log.example/ringwall"
KEYS = [SigningKey(ORIGIN, bytes([number] * 32)) for number in range(1, 5)]
FIRST, SECOND, THIRD, STRANGER = KEYS
PUBLIC = [key.verifier() for key in KEYS]
VKEYS = [format_vkey(key) for key in PUBLIC]

# The first key signs sizes 0 to 10, the second 11 to 12, the third from 13 on.
EPOCHS = Epochs(PUBLIC[0], [(9, VKEYS[1]), (11, VKEYS[2])])
SIGNERS = {0: 0, 1: 0, 9: 0, 10: 0, 11: 1, 12: 1, 13: 2, 14: 2, MAX_TREE_SIZE: 2}


def head(size: int, root: bytes = bytes(32)) -> Checkpoint:
    """Return a checkpoint of this size."""
    return Checkpoint(ORIGIN, size, root)


def note(size: int, key: SigningKey, root: bytes = bytes(32)) -> bytes:
    """Return a checkpoint of this size that the key has signed."""
    return sign_checkpoint(head(size, root), key)


def line(size: int, key: SigningKey) -> bytes:
    """Return only the signature line of that."""
    return note(size, key).removeprefix(format_checkpoint(head(size)).encode() + b"\n")


def code_of_opening(data: bytes, origin: str = ORIGIN) -> str:
    """Return the code with which the checkpoint is refused."""
    with pytest.raises(IntegrityError) as caught:
        EPOCHS.open_at(data, origin)
    return caught.value.code


# --- who signs what ----------------------------------------------------------


def test_epochs_lie_end_to_end_and_the_last_is_open() -> None:
    assert EPOCHS.epochs == (
        Epoch(0, 10, PUBLIC[0]),
        Epoch(10, 12, PUBLIC[1]),
        Epoch(12, None, PUBLIC[2]),
    )


@pytest.mark.parametrize(("size", "signer"), SIGNERS.items())
def test_each_size_has_one_key(size: int, signer: int) -> None:
    assert EPOCHS.key_at(size) == PUBLIC[signer]
    assert EPOCHS.epoch_at(size) == EPOCHS.epochs[signer]


@pytest.mark.parametrize("size", [-1, MAX_TREE_SIZE + 1])
def test_a_size_that_no_tree_has_is_a_mistake_of_the_program(size: int) -> None:
    with pytest.raises(ValueError, match="a tree size is"):
        EPOCHS.key_at(size)


def test_a_log_that_never_changed_keys_has_one_epoch() -> None:
    epochs = Epochs(PUBLIC[0])

    assert epochs.epochs == (Epoch(0, None, PUBLIC[0]),)
    assert epochs.key_at(0) == epochs.key_at(MAX_TREE_SIZE) == PUBLIC[0]
    assert epochs.check_seals([], ORIGIN) == ()


def test_the_very_first_entry_may_announce_a_key_and_the_next_one_too() -> None:
    epochs = Epochs(PUBLIC[0], [(0, VKEYS[1]), (1, VKEYS[2])])

    signers = [PUBLIC.index(epochs.key_at(size)) for size in range(5)]
    assert signers == [0, 0, 1, 2, 2]


def test_keys_may_have_names_other_than_the_origin() -> None:
    renamed = SigningKey("log.example/new-name", bytes(32))
    epochs = Epochs(PUBLIC[0], [(4, format_vkey(renamed.verifier()))])

    assert epochs.open_at(note(6, renamed), ORIGIN) == head(6)


# --- opening -----------------------------------------------------------------


@pytest.mark.parametrize("size", SIGNERS)
@pytest.mark.parametrize("signer", [0, 1, 2])
def test_only_the_key_in_force_at_its_size_opens_a_checkpoint(
    size: int, signer: int
) -> None:
    signed = note(size, KEYS[signer])

    if signer == SIGNERS[size]:
        assert EPOCHS.open_at(signed, ORIGIN) == head(size)
    else:
        assert code_of_opening(signed) == "key-not-in-force"


def test_old_sizes_sealed_again_with_a_newer_key_are_refused() -> None:
    rewritten = note(7, THIRD, root=b"\x01" * 32)

    assert code_of_opening(rewritten) == "key-not-in-force"


def test_a_line_of_another_epoch_neither_helps_nor_hurts() -> None:
    both = note(10, FIRST) + line(10, SECOND)

    assert EPOCHS.open_at(both, ORIGIN) == head(10)
    assert EPOCHS.open_at(note(10, SECOND) + line(10, FIRST), ORIGIN) == head(10)
    assert code_of_opening(note(10, SECOND) + line(10, THIRD)) == "key-not-in-force"


def test_a_bad_line_of_any_key_of_the_log_spoils_a_checkpoint() -> None:
    assert code_of_opening(note(10, FIRST) + line(11, SECOND)) == "signature-invalid"


def test_an_unsigned_checkpoint_is_a_fault_and_not_a_pass() -> None:
    text = format_checkpoint(head(7)).encode()

    assert code_of_opening(note(7, STRANGER)) == "signature-missing"
    assert code_of_opening(text + b"\n") == "note-malformed"
    assert code_of_opening(text) == "note-malformed"


def test_the_checkpoint_of_another_log_is_refused() -> None:
    assert code_of_opening(note(7, FIRST), "log.example/another") == (
        "checkpoint-wrong-origin"
    )


# --- seals -------------------------------------------------------------------


def seals(*notes: bytes) -> tuple[Checkpoint, ...]:
    """Return the seals among the notes."""
    return EPOCHS.check_seals(notes, ORIGIN)


def code_of_seals(*notes: bytes) -> str:
    """Return the code with which the seals are refused."""
    with pytest.raises(IntegrityError) as caught:
        seals(*notes)
    return caught.value.code


def test_each_closed_epoch_is_sealed_by_its_own_key_at_its_last_size() -> None:
    assert seals(note(12, SECOND), note(10, FIRST)) == (head(10), head(12))


def test_other_checkpoints_among_the_seals_are_opened_as_well() -> None:
    good = [note(3, FIRST), note(10, FIRST), note(12, SECOND), note(40, THIRD)]

    assert seals(*good, good[1]) == (head(10), head(12))
    assert code_of_seals(*good, note(4, THIRD)) == "key-not-in-force"
    assert code_of_seals(*good, note(4, STRANGER)) == "signature-missing"


@pytest.mark.parametrize(
    "notes",
    [
        [],
        [note(10, FIRST)],
        [note(12, SECOND)],
        [note(9, FIRST), note(12, SECOND)],
        [note(10, FIRST), note(11, SECOND)],
        [note(10, FIRST), note(13, THIRD)],
    ],
)
def test_an_epoch_without_its_last_checkpoint_is_a_fault(notes: list[bytes]) -> None:
    assert code_of_seals(*notes) == "epoch-unsealed"


def test_a_seal_by_the_key_that_follows_is_none() -> None:
    assert code_of_seals(note(10, SECOND), note(12, SECOND)) == "key-not-in-force"


def test_two_seals_of_one_size_are_a_fork() -> None:
    other = note(10, FIRST, root=b"\x01" * 32)

    assert code_of_seals(note(10, FIRST), other, note(12, SECOND)) == "log-forked"


# --- what an outsider holds --------------------------------------------------


def test_an_outsider_trusts_from_the_key_they_hold() -> None:
    assert [EPOCHS.trusted_from(key) for key in PUBLIC[:3]] == [0, 1, 2]


@pytest.mark.parametrize(
    "key",
    [
        STRANGER.verifier(),
        SigningKey("log.example/another", FIRST.seed).verifier(),
    ],
)
def test_a_key_that_the_log_never_had_is_unknown(key: object) -> None:
    with pytest.raises(IntegrityError) as caught:
        EPOCHS.trusted_from(key)  # type: ignore[arg-type]  # narrower than object

    assert caught.value.code == "key-unknown"


# --- what no log can have announced ------------------------------------------

COSIGNER = format_vkey(CosigningKey(ORIGIN, bytes(32)).verifier())


@pytest.mark.parametrize(
    "rotations",
    [
        pytest.param([(-1, VKEYS[1])], id="before the first entry"),
        pytest.param([(MAX_TREE_SIZE, VKEYS[1])], id="after the last one"),
        pytest.param([(9, VKEYS[1]), (9, VKEYS[2])], id="two in one entry"),
        pytest.param([(9, VKEYS[1]), (8, VKEYS[2])], id="decreasing"),
        pytest.param([(9, VKEYS[1]), (0, VKEYS[2])], id="back to the start"),
        pytest.param([(9, VKEYS[0])], id="the first key again"),
        pytest.param([(9, VKEYS[1]), (11, VKEYS[0])], id="the first key later"),
        pytest.param([(9, VKEYS[1]), (11, VKEYS[1])], id="a key twice"),
        pytest.param(
            [(9, format_vkey(SigningKey("another", FIRST.seed).verifier()))],
            id="the first key under another name",
        ),
        pytest.param([(9, "")], id="no key"),
        pytest.param([(9, VKEYS[1] + "\n")], id="no sound vkey"),
        pytest.param([(9, COSIGNER)], id="the key of a witness"),
    ],
)
def test_malformed_epochs_are_refused(rotations: list[tuple[int, str]]) -> None:
    with pytest.raises(IntegrityError) as caught:
        Epochs(PUBLIC[0], rotations)

    assert caught.value.code == "epochs-malformed"


def test_two_keys_that_share_name_and_key_id_are_refused() -> None:
    # Found by trying: 4 bytes are soon the same, and nothing else tells lines apart.
    one, other = (
        SigningKey(ORIGIN, seed.to_bytes(32, "big")).verifier()
        for seed in (6777, 16007)
    )
    assert one.key_id == other.key_id
    assert one != other

    with pytest.raises(IntegrityError) as caught:
        Epochs(one, [(9, format_vkey(other))])
    assert caught.value.code == "epochs-malformed"
