"""Blobs under a key of 32 bytes: what went in comes out, or nothing does."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.vault.keys.wrapping import (
    BLOB_BYTES,
    CHECKED,
    check_data_key,
    is_checked,
    unwrap_under,
    wrap_under,
)

KEK, OTHER, DATA = b"k" * 32, b"o" * 32, b"d" * 32


def test_a_data_key_comes_back_under_its_key_and_context() -> None:
    blob = wrap_under(KEK, DATA, b"here")

    assert len(blob) == BLOB_BYTES == 60
    assert unwrap_under(KEK, blob, b"here") == DATA


def test_the_same_data_key_is_never_wrapped_to_the_same_blob() -> None:
    assert wrap_under(KEK, DATA, b"") != wrap_under(KEK, DATA, b"")


@pytest.mark.parametrize("place", range(BLOB_BYTES))
def test_a_byte_changed_anywhere_in_a_blob_is_found(place: int) -> None:
    blob = bytearray(wrap_under(KEK, DATA, b"here"))
    blob[place] ^= 1

    with pytest.raises(IntegrityError) as caught:
        unwrap_under(KEK, bytes(blob), b"here")

    assert caught.value.code == "key-unwrap-failed"


@pytest.mark.parametrize("length", [0, 12, 59, 61])
def test_a_blob_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(IntegrityError, match="was changed"):
        unwrap_under(KEK, bytes(length), b"here")


def test_another_key_or_context_opens_nothing() -> None:
    blob = wrap_under(KEK, DATA, b"here")

    for kek, context in ((OTHER, b"here"), (KEK, b"there")):
        with pytest.raises(IntegrityError):
            unwrap_under(kek, blob, context)


def test_a_data_key_has_32_bytes() -> None:
    check_data_key(DATA)
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        wrap_under(KEK, DATA[1:], b"")


def test_only_zeros_are_what_a_description_holds() -> None:
    assert is_checked(CHECKED)
    assert not is_checked(DATA)
