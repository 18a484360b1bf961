"""A witness's keys: what is cosigned is dated, and is never a log's signature."""

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.signing import (
    MAX_COSIGNED_SECOND,
    CosigningKey,
    SigningKey,
    dump_cosigning_key,
    format_vkey,
    generate_cosigning_key,
    parse_cosigner_vkey,
    parse_cosigning_key,
)
from ringwall.signing.cosigner_keys import cosigned_second

NAME = "witness.example/w1"
KEY = CosigningKey(NAME, bytes(range(32)))
TEXT = b"log.example\n7\nroot\n"
SECOND = 1_795_000_000
SIGNATURE = KEY.cosign(TEXT, SECOND)


def test_a_key_comes_back_from_its_texts() -> None:
    assert parse_cosigning_key(dump_cosigning_key(KEY)) == KEY
    assert parse_cosigner_vkey(format_vkey(KEY.verifier())) == KEY.verifier()


def test_the_private_text_keeps_its_form() -> None:
    key_id = KEY.verifier().key_id.hex()

    assert dump_cosigning_key(KEY) == (
        f"PRIVATE+KEY+{NAME}+{key_id}+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    )


def test_a_new_key_is_another_one_each_time() -> None:
    first, second = generate_cosigning_key(NAME), generate_cosigning_key(NAME)

    assert first.seed != second.seed
    assert first.verifier().verify(TEXT, first.cosign(TEXT, 0))


def test_a_cosignature_is_the_time_and_a_signature_over_both() -> None:
    message = b"cosignature/v1\ntime 1795000000\n" + TEXT
    plain = SigningKey(NAME, KEY.seed).verifier()

    assert SIGNATURE[:8] == SECOND.to_bytes(8, "big")
    assert plain.verify(message, SIGNATURE[8:])
    assert cosigned_second(SIGNATURE) == SECOND


def test_it_fits_only_the_same_text_by_the_same_key() -> None:
    other = CosigningKey(NAME, bytes(32)).verifier()

    assert KEY.verifier().verify(TEXT, SIGNATURE)
    assert not KEY.verifier().verify(TEXT + b"\n", SIGNATURE)
    assert not other.verify(TEXT, SIGNATURE)


def test_it_is_not_a_signature_of_a_log_over_the_text_nor_the_other_way_round() -> None:
    log = SigningKey(NAME, KEY.seed)

    assert not log.verifier().verify(TEXT, SIGNATURE)
    assert not log.verifier().verify(TEXT, SIGNATURE[8:])
    assert not KEY.verifier().verify(TEXT, bytes(8) + log.sign(TEXT))


def test_each_flipped_bit_is_found_the_time_included() -> None:
    for place in range(len(SIGNATURE)):
        for bit in range(8):
            damaged = bytearray(SIGNATURE)
            damaged[place] ^= 1 << bit
            assert not KEY.verifier().verify(TEXT, bytes(damaged))


@pytest.mark.parametrize("second", [0, 1, MAX_COSIGNED_SECOND])
def test_every_time_up_to_the_last_can_be_stated(second: int) -> None:
    signature = KEY.cosign(TEXT, second)

    assert KEY.verifier().verify(TEXT, signature)
    assert cosigned_second(signature) == second


@pytest.mark.parametrize("second", [-1, MAX_COSIGNED_SECOND + 1])
def test_a_time_outside_is_not_signed(second: int) -> None:
    with pytest.raises(ValueError, match="below 2\\^63"):
        KEY.cosign(TEXT, second)


def test_a_time_beyond_the_last_is_refused_even_if_it_was_signed() -> None:
    second = MAX_COSIGNED_SECOND + 1
    message = f"cosignature/v1\ntime {second}\n".encode() + TEXT
    signature = SigningKey(NAME, KEY.seed).sign(message)

    assert not KEY.verifier().verify(TEXT, second.to_bytes(8, "big") + signature)


@pytest.mark.parametrize("size", [0, 7, 8, 64, 71, 73])
def test_bytes_of_any_other_length_are_no_cosignature(size: int) -> None:
    signature = (SIGNATURE + b"\x00")[:size]

    assert not KEY.verifier().verify(TEXT, signature)


def test_the_key_of_a_log_is_refused_with_its_own_code() -> None:
    log = SigningKey(NAME, KEY.seed)
    with pytest.raises(ConfigurationError) as caught:
        parse_cosigner_vkey(format_vkey(log.verifier()))

    assert caught.value.code == "key-wrong-type"
