"""A mark is made of key and asset, and of nothing else."""

import hashlib
import hmac

import pytest

from ringwall.signing.decoy_marks import (
    DECOY_KEY_BYTES,
    decoy_mark,
    generate_decoy_key,
    key_mark,
)

KEY = bytes(range(DECOY_KEY_BYTES))


def test_a_mark_is_the_hmac_of_the_asset_under_the_key() -> None:
    expected = hmac.new(KEY, b"ringwall decoy\nweights:aurora-9", hashlib.sha256)

    assert decoy_mark(KEY, "weights:aurora-9") == expected.hexdigest()


def test_each_asset_and_each_key_has_its_own_mark() -> None:
    other = generate_decoy_key()
    marks = {
        decoy_mark(key, asset)
        for key in (KEY, other)
        for asset in ("weights:a", "weights:b", "case:a")
    }

    assert len(other) == DECOY_KEY_BYTES
    assert len(marks | {key_mark(KEY), key_mark(other)}) == 8


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_makes_no_mark(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        decoy_mark(bytes(length), "weights:a")
    with pytest.raises(ValueError, match="32 bytes"):
        key_mark(bytes(length))
