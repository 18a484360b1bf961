"""Keys: text forms that have one spelling, and secrets that stay out of sight."""

import dataclasses
import hmac
from hashlib import sha256

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.signing import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    encode_base64,
    format_vkey,
    generate_signing_key,
    is_key_name,
    parse_signing_key,
    parse_vkey,
)
from tests.oracle.edwards import ORDER, P, Point, decode, encode, multiply

NAME = "log.example/ringwall"
SEED = bytes(range(32))
KEY = SigningKey(NAME, SEED)
PRIVATE = (
    "PRIVATE+KEY+log.example/ringwall+0bc57b06+"
    "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
)
VKEY = "log.example/ringwall+0bc57b06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def vkey_of(name: str, data: bytes) -> str:
    """Return a vkey text whose hash is right for whatever the data is."""
    key_id = sha256(name.encode() + b"\n" + data).digest()[:4]
    return f"{name}+{key_id.hex()}+{encode_base64(data)}"


def torsion() -> list[Point]:
    """Return the eight points whose order divides eight."""
    y = 2
    while True:
        point = decode(y.to_bytes(32, "little"))
        y += 1
        if point is None:
            continue
        small = multiply(point, ORDER)
        if multiply(small, 4) != (0, 1):
            return [multiply(small, times) for times in range(8)]


# --- names -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", NAME, "Zürich-log", "x=y", "-"])
def test_a_plain_name_is_allowed(name: str) -> None:
    assert is_key_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a b",
        "a\tb",
        "a\n",
        "a+b",
        "a\u00a0b",
        "a\u2028b",
        "a\x85",
        "a\x00b",
        "a\x1bb",
        "a\ud800",
    ],
)
def test_a_name_that_a_note_can_not_carry_is_refused_everywhere(name: str) -> None:
    assert not is_key_name(name)
    with pytest.raises(ValueError, match="a key name is not empty"):
        SigningKey(name, SEED)
    with pytest.raises(ValueError, match="a key name is not empty"):
        VerifierKey(name, KEY.verifier().public)
    with pytest.raises(ConfigurationError, match="a key name is not empty") as caught:
        generate_signing_key(name)
    assert caught.value.code == "key-malformed"


def test_the_longest_name_has_256_characters() -> None:
    key = SigningKey("\U0001f511" * 256, SEED)

    assert parse_signing_key(dump_signing_key(key)) == key
    assert parse_vkey(format_vkey(key.verifier())) == key.verifier()
    with pytest.raises(ValueError, match="at most 256"):
        SigningKey("n" * 257, SEED)


# --- signing key -------------------------------------------------------------


def test_a_signing_key_keeps_its_text_form() -> None:
    assert dump_signing_key(KEY) == PRIVATE
    assert parse_signing_key(PRIVATE) == KEY


def test_a_verifier_key_keeps_its_text_form() -> None:
    assert format_vkey(KEY.verifier()) == VKEY
    assert parse_vkey(VKEY) == KEY.verifier()


def test_the_key_id_is_the_start_of_the_hash_that_signed_note_names() -> None:
    key = KEY.verifier()

    assert key.key_id == sha256(NAME.encode() + b"\n\x01" + key.public).digest()[:4]


def test_a_new_key_is_another_one_each_time_and_carries_the_name() -> None:
    first, second = generate_signing_key(NAME), generate_signing_key(NAME)

    assert first.name == second.name == NAME
    assert first.seed != second.seed
    assert first.verifier().verify(b"m", first.sign(b"m"))


def test_the_seed_is_in_no_repr() -> None:
    assert repr(KEY) == f"SigningKey(name='{NAME}')"
    assert repr(KEY) == str(KEY)


def test_keys_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        KEY.seed = bytes(32)  # type: ignore[misc]  # that is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        KEY.verifier().public = bytes(32)  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_a_mistake_of_the_program(size: int) -> None:
    with pytest.raises(ValueError, match="a private seed has 32 bytes"):
        SigningKey(NAME, bytes(size))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(VKEY, "starts with `PRIVATE", id="a verifier key"),
        pytest.param("", "starts with `PRIVATE", id="empty"),
        pytest.param(PRIVATE.lower(), "starts with `PRIVATE", id="lower-case"),
        pytest.param(" " + PRIVATE, "starts with `PRIVATE", id="space before"),
        pytest.param(PRIVATE + "\n", "canonical base64", id="newline after"),
        pytest.param(PRIVATE + "A" * 500, "too long", id="too long"),
        pytest.param("PRIVATE+KEY+a+b", "has a name, a hash", id="a part is missing"),
        pytest.param(
            PRIVATE.replace("0bc57b06", "0bc57b07"), "does not fit", id="another hash"
        ),
        pytest.param(
            PRIVATE.replace("log.", "lag."), "does not fit", id="another name"
        ),
        pytest.param(PRIVATE.replace("AQAB", "AgAB"), "Ed25519", id="another type"),
        pytest.param(PRIVATE[:-4], "32 bytes", id="a short seed"),
        pytest.param(PRIVATE.replace("log.", "l g."), "key name", id="a bad name"),
    ],
)
def test_a_malformed_signing_key_is_refused_without_showing_it(
    text: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        parse_signing_key(text)

    assert caught.value.code == "key-malformed"
    assert "AQIDBAUG" not in f"{caught.value!r} {caught.value.__cause__!r}"


# --- verifier key ------------------------------------------------------------


def test_a_signature_verifies_only_over_the_same_bytes_by_the_same_key() -> None:
    signature = KEY.sign(b"message")
    other = SigningKey(NAME, bytes(32)).verifier()

    assert KEY.verifier().verify(b"message", signature)
    assert not KEY.verifier().verify(b"massage", signature)
    assert not other.verify(b"message", signature)


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65)])
def test_a_signature_of_any_length_is_answered_with_no(signature: bytes) -> None:
    assert not KEY.verifier().verify(b"message", signature)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "has a name, a hash", id="empty"),
        pytest.param("a+b", "has a name, a hash", id="two parts"),
        pytest.param(VKEY + "A" * 500, "too long", id="too long"),
        pytest.param(VKEY + "\n", "canonical base64", id="newline after"),
        pytest.param(VKEY.replace("0bc5", "0BC5"), "does not fit", id="upper-case hex"),
        pytest.param(VKEY.replace("0bc5", "bc5"), "does not fit", id="short hex"),
        pytest.param(VKEY.replace("0bc5", "0\udcffc5"), "does not fit", id="surrogate"),
        pytest.param(VKEY.replace("0bc5", "00bc5"), "does not fit", id="long hex"),
        pytest.param(VKEY.replace("log.", "lag."), "does not fit", id="another name"),
        pytest.param("\ufeff" + VKEY, "does not fit", id="byte order mark"),
        pytest.param(VKEY.replace("log.", ""), "does not fit", id="a part of the name"),
        pytest.param(VKEY.replace("log.", "l g."), "key name", id="space in the name"),
        pytest.param(VKEY.removeprefix(NAME), "key name", id="no name"),
        pytest.param(VKEY[:-1] + "5", "does not fit", id="another key"),
        pytest.param(VKEY[:-4], "32 bytes", id="a short key"),
        pytest.param(VKEY + "AAAA", "32 bytes", id="a long key"),
        pytest.param(VKEY.replace("AQOh", "AwOh"), "Ed25519", id="another type"),
        pytest.param("a+00000000+", "Ed25519", id="no key at all"),
        pytest.param(PRIVATE, "canonical base64", id="a signing key"),
    ],
)
def test_a_malformed_vkey_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        parse_vkey(text)

    assert caught.value.code == "key-malformed"


def test_no_small_order_key_is_taken_since_it_signs_everything() -> None:
    points = torsion()
    assert len(set(points)) == 8
    for point in points:
        flipped = (P - point[0], point[1])
        for public in {encode(point), encode(flipped)}:
            with pytest.raises(ConfigurationError, match="not a sound point"):
                parse_vkey(vkey_of(NAME, b"\x01" + public))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(2, id="on no point of the curve"),
        pytest.param(P, id="the field size, a second spelling of 0"),
        pytest.param(P + 3, id="a second spelling of 3"),
        pytest.param(P + 1 + 2**255, id="a second spelling of 1 with the sign set"),
        pytest.param(1 + 2**255, id="1 with the sign of a coordinate that is 0"),
        pytest.param(2**256 - 1, id="all bits set"),
    ],
)
def test_a_key_that_is_no_point_is_refused(number: int) -> None:
    public = number.to_bytes(32, "little")

    with pytest.raises(ValueError, match="not a sound point"):
        VerifierKey(NAME, public)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_public_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a public key has 32 bytes"):
        VerifierKey(NAME, bytes(size))


def test_a_tag_is_of_its_key_and_its_message() -> None:
    tag = KEY.tag(b"message")

    assert len(tag) == 32
    assert KEY.tag(b"message") == tag
    assert KEY.tag(b"massage") != tag
    assert SigningKey(NAME, bytes(32)).tag(b"message") != tag


def test_a_tag_does_not_hang_on_the_seed_itself() -> None:
    assert KEY.tag(b"message") != hmac.digest(SEED, b"message", "sha256")
    assert "tag" not in repr(KEY)
