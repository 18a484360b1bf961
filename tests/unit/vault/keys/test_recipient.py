"""Keys of recipients: wrapped by anyone, unwrapped by one; checked by a second HPKE."""

import hashlib
import hmac
from dataclasses import replace
from types import SimpleNamespace

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.vault.keys import recipient
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.provider import Wrapped
from ringwall.vault.keys.recipient import (
    SEED_BYTES,
    SUITE,
    RecipientKey,
    check_recipient,
    make_recipient_key,
)

DRAFT = KeyDescription("hub-south", "recipient", 0, {})
DESCRIBED, SEED = make_recipient_key(DRAFT)
DATA = bytes(range(32))


def _nowhere() -> bytes:
    raise AssertionError("wrapping needs no private part")


def _extract(salt: bytes, label: bytes, key: bytes, suite: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + key, "sha256")


def _expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    suite = b"HPKE" + bytes.fromhex("647a00010002")
    whole = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, whole + b"\1", "sha256")[:length]


def _opened(blob: bytes, seed: bytes, info: bytes) -> bytes:
    """Open a blob as RFC 9180 and the draft of X-Wing tell it, step by step."""
    expanded = hashlib.shake_256(seed).digest(96)
    first = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    second = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    public = second.public_key().public_bytes_raw()
    theirs = blob[1088:1120]
    inner = first.decapsulate(blob[:1088])
    outer = second.exchange(x25519.X25519PublicKey.from_public_bytes(theirs))
    label = b"\\./" + b"/^\\"
    shared = hashlib.sha3_256(inner + outer + theirs + public + label).digest()
    suite = b"HPKE" + bytes.fromhex("647a00010002")
    ids = _extract(b"", b"psk_id_hash", b"", suite)
    infos = _extract(b"", b"info_hash", info, suite)
    secret = _extract(shared, b"secret", b"", suite)
    schedule = b"\0" + ids + infos
    key = _expand(secret, b"key", schedule, 32)
    nonce = _expand(secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, blob[1120:], b"")


def test_a_second_reading_of_the_standards_opens_the_same_blob() -> None:
    wrapped = RecipientKey(DESCRIBED, _nowhere).wrap(DATA, b"context")

    assert len(wrapped.blob) == 1168
    assert _opened(wrapped.blob, SEED, b"context") == DATA


def test_wrapping_needs_the_public_part_alone() -> None:
    wrapped = RecipientKey(DESCRIBED, _nowhere).wrap(DATA, b"context")

    assert wrapped.params == {"suite": SUITE, "to": DESCRIBED.check}
    assert RecipientKey(DESCRIBED, lambda: SEED).unwrap(wrapped, b"context") == DATA


def test_another_private_part_opens_nothing() -> None:
    key = RecipientKey(DESCRIBED, lambda: bytes(SEED_BYTES))
    wrapped = key.wrap(DATA, b"context")

    with pytest.raises(IntegrityError) as caught:
        key.unwrap(wrapped, b"context")

    assert caught.value.code == "key-wrong"


def test_what_is_wrapped_for_another_recipient_is_told() -> None:
    other = RecipientKey(make_recipient_key(DRAFT)[0], _nowhere)

    with pytest.raises(IntegrityError, match="for another key") as caught:
        RecipientKey(DESCRIBED, lambda: SEED).unwrap(other.wrap(DATA, b""), b"")

    assert caught.value.code == "key-wrong"


def test_a_point_of_low_order_in_a_blob_opens_nothing() -> None:
    key = RecipientKey(DESCRIBED, lambda: SEED)
    wrapped = key.wrap(DATA, b"")
    forged = wrapped.blob[:1088] + bytes(32) + wrapped.blob[1120:]

    with pytest.raises(IntegrityError) as caught:
        key.unwrap(Wrapped(wrapped.params, forged), b"")

    assert caught.value.code == "key-unwrap-failed"


def _with_public(raw: bytes) -> KeyDescription:
    params = {**DESCRIBED.params, "public": encode_base64(raw)}
    return replace(DESCRIBED, params=params, check=hashlib.sha256(raw).hexdigest())


RAW = decode_base64(str(DESCRIBED.params["public"]))


@pytest.mark.parametrize(
    "edited",
    [
        replace(DESCRIBED, check="0" * 64),
        replace(DESCRIBED, kind="file"),
        replace(DESCRIBED, params={**DESCRIBED.params, "suite": "X25519"}),
        replace(DESCRIBED, params={**DESCRIBED.params, "public": "no base64"}),
        _with_public(RAW[:-1]),
        _with_public(RAW + b"\0"),
        _with_public(RAW[:1184] + bytes(32)),
        _with_public(b"\xff" * 1184 + RAW[1184:]),
    ],
)
def test_what_is_no_public_key_makes_no_provider(edited: KeyDescription) -> None:
    check_recipient(DESCRIBED)

    with pytest.raises(ValueError):  # noqa: PT011 - each says another thing
        RecipientKey(edited, lambda: SEED)


def test_a_library_without_ml_kem_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(_: bytes) -> None:
        raise UnsupportedAlgorithm("no ML-KEM")

    private = SimpleNamespace(from_seed_bytes=lacking)
    public = SimpleNamespace(from_public_bytes=lacking)
    monkeypatch.setattr(
        recipient,
        "mlkem",
        SimpleNamespace(MLKEM768PrivateKey=private, MLKEM768PublicKey=public),
    )

    for use in (
        lambda: make_recipient_key(DRAFT),
        lambda: check_recipient(DESCRIBED),
    ):
        with pytest.raises(ConfigurationError) as caught:
            use()
        assert caught.value.code == "recipient-unsupported"
