"""What the keys of logs and of witnesses have in common, tried on both."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.signing import (
    CosignerVerifier,
    CosigningKey,
    SigningKey,
    VerifierKey,
    encode_base64,
)
from ringwall.signing.ed25519 import (
    SIGNATURE_TYPES,
    format_private,
    format_public,
    generate_private,
    parse_private,
    parse_public,
)

NAME = "one.example/name"
SEED = bytes(range(32))
LOG = SigningKey(NAME, SEED)
WITNESS = CosigningKey(NAME, SEED)

Verifier = type[VerifierKey] | type[CosignerVerifier]
Private = type[SigningKey] | type[CosigningKey]
both_verifiers = pytest.mark.parametrize("kind", [VerifierKey, CosignerVerifier])
both_keys = pytest.mark.parametrize("kind", [SigningKey, CosigningKey])


def refusal(code: str, parse: Callable[[], object]) -> str:
    """Return the message with which it is refused; the code must be this one."""
    with pytest.raises(ConfigurationError) as caught:
        parse()
    assert caught.value.code == code
    return caught.value.message


def text_of(data: bytes) -> str:
    """Return a vkey text whose hash is right for whatever the data is."""
    key_id = sha256(NAME.encode() + b"\n" + data).digest()[:4]
    return f"{NAME}+{key_id.hex()}+{encode_base64(data)}"


@both_keys
def test_a_new_key_comes_back_from_its_texts(kind: Private) -> None:
    key = generate_private(kind, NAME)

    assert parse_private(kind, format_private(key)) == key
    verifier = key.verifier()
    assert parse_public(type(verifier), format_public(verifier)) == verifier


@both_verifiers
def test_the_key_id_covers_the_type(kind: Verifier) -> None:
    public = LOG.verifier().public
    seen = NAME.encode() + b"\n" + kind.signature_type + public

    assert kind(NAME, public).key_id == sha256(seen).digest()[:4]


def test_one_secret_makes_two_keys_that_are_never_equal() -> None:
    assert LOG.verifier().public == WITNESS.verifier().public
    assert LOG.verifier().key_id != WITNESS.verifier().key_id
    assert len({LOG.verifier(), WITNESS.verifier()}) == 2
    assert len({LOG, WITNESS}) == 2


def test_the_key_of_a_log_is_never_read_as_that_of_a_witness() -> None:
    message = "it is the key of a log, not of a witness"
    vkey, private = format_public(LOG.verifier()), format_private(LOG)

    assert refusal("key-wrong-type", lambda: parse_public(CosignerVerifier, vkey))
    assert (
        refusal("key-wrong-type", lambda: parse_private(CosigningKey, private))
        == message
    )


def test_the_key_of_a_witness_is_never_read_as_that_of_a_log() -> None:
    message = "it is the key of a witness, not of a log"
    vkey, private = format_public(WITNESS.verifier()), format_private(WITNESS)

    assert refusal("key-wrong-type", lambda: parse_public(VerifierKey, vkey)) == message
    assert refusal("key-wrong-type", lambda: parse_private(SigningKey, private))


@both_verifiers
def test_each_other_type_is_malformed(kind: Verifier) -> None:
    public = LOG.verifier().public
    for number in range(256):
        data = bytes([number]) + public
        if data[:1] not in SIGNATURE_TYPES:
            parse = partial(parse_public, kind, text_of(data))
            message = refusal("key-malformed", parse)
            assert message == "the key is not of the Ed25519 type"


@both_verifiers
@pytest.mark.parametrize(
    "public",
    [
        pytest.param(bytes(32), id="order 4"),
        pytest.param(b"\x01" + bytes(31), id="the identity"),
        pytest.param(b"\xec" + b"\xff" * 30 + b"\x7f", id="order 2"),
        pytest.param(b"\x02" + bytes(31), id="on no point of the curve"),
        pytest.param(b"\xff" * 32, id="not below the field size"),
        pytest.param(bytes(31), id="too short"),
        pytest.param(bytes(33), id="too long"),
    ],
)
def test_a_public_key_that_identifies_nobody_is_refused(
    kind: Verifier, public: bytes
) -> None:
    text = text_of(kind.signature_type + public)

    refusal("key-malformed", lambda: parse_public(kind, text))
    with pytest.raises(ValueError, match="public key"):
        kind(NAME, public)


@both_keys
def test_the_seed_is_in_no_repr(kind: Private) -> None:
    assert repr(kind(NAME, SEED)) == f"{kind.__name__}(name='{NAME}')"


@both_keys
def test_a_new_key_needs_a_name_that_a_note_can_carry(kind: Private) -> None:
    message = refusal("key-malformed", lambda: generate_private(kind, "a b"))

    assert message.startswith("a key name is not empty")
