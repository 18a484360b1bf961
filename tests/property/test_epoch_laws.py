"""Laws of epochs: every size has one key, and no other key will do."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import IntegrityError
from ringwall.signing import SigningKey, format_vkey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.epochs import Epochs

ORIGIN = "log.example/ringwall"
KEYS = [SigningKey(ORIGIN, bytes([number] * 32)) for number in range(1, 9)]
PUBLIC = [key.verifier() for key in KEYS]
VKEYS = [format_vkey(key) for key in PUBLIC]

# Indices of the entries that announce the second key, the third, and so on.
announcements = st.lists(st.integers(0, 40), max_size=7, unique=True).map(sorted)


def epochs_of(indices: list[int]) -> Epochs:
    """Return the epochs of a log with these announcements."""
    return Epochs(PUBLIC[0], zip(indices, VKEYS[1:], strict=False))


def note(size: int, signer: int) -> bytes:
    """Return a checkpoint of this size signed by the key of this number."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), KEYS[signer])


@given(announcements)
def test_the_key_of_a_size_is_the_number_of_announcements_before_its_last_entry(
    indices: list[int],
) -> None:
    epochs = epochs_of(indices)

    # Index `i` closes its epoch at size `i + 1`: only larger trees have the next key.
    for size in range(50):
        assert epochs.key_at(size) == PUBLIC[sum(i + 1 < size for i in indices)]


@given(announcements)
def test_epochs_leave_no_gap_and_never_overlap(indices: list[int]) -> None:
    epochs = epochs_of(indices).epochs

    assert epochs[0].start == 0
    assert epochs[-1].end is None
    for before, after in pairwise(epochs):
        assert before.end == after.start
        assert after.end is None or after.start < after.end


@given(announcements, st.integers(0, 45), st.integers(0, 7))
def test_a_checkpoint_opens_under_the_key_of_its_size_and_under_no_other(
    indices: list[int], size: int, signer: int
) -> None:
    epochs = epochs_of(indices)
    if epochs.key_at(size) == PUBLIC[signer]:
        assert epochs.open_at(note(size, signer), ORIGIN).size == size
        return

    with pytest.raises(IntegrityError) as caught:
        epochs.open_at(note(size, signer), ORIGIN)
    announced = signer <= len(indices)
    assert caught.value.code == (
        "key-not-in-force" if announced else "signature-missing"
    )


@given(announcements, st.data())
def test_seals_hold_only_if_each_is_there(
    indices: list[int], data: st.DataObject
) -> None:
    epochs = epochs_of(indices)
    notes = [note(index + 1, signer) for signer, index in enumerate(indices)]
    order = data.draw(st.permutations(notes))

    seals = epochs.check_seals(order, ORIGIN)

    assert [seal.size for seal in seals] == [index + 1 for index in indices]
    for missing in notes:
        rest = [kept for kept in notes if kept != missing]
        with pytest.raises(IntegrityError) as caught:
            epochs.check_seals(rest, ORIGIN)
        assert caught.value.code == "epoch-unsealed"


@given(st.lists(st.integers(-2, 40), max_size=7), st.permutations(VKEYS[1:]))
def test_epochs_are_taken_exactly_if_their_indices_rise(
    indices: list[int], vkeys: list[str]
) -> None:
    rising = all(i >= 0 for i in indices) and sorted(set(indices)) == indices
    try:
        epochs = Epochs(PUBLIC[0], zip(indices, vkeys, strict=False))
    except IntegrityError:
        assert not rising
    else:
        assert rising
        assert len(epochs.epochs) == len(indices) + 1
