"""Sealing to a public key: what opens, what does not, and another reader."""

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mlkem

from ringwall.base.errors import ConfigurationError
from ringwall.raid.shield.sealing import (
    OVERHEAD,
    PUBLIC_BYTES,
    check_public,
    fingerprint_of,
    format_public,
    new_private,
    open_sealed,
    parse_public,
    public_of,
    seal,
)
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.provider import Wrapped
from ringwall.vault.keys.recipient import SUITE, RecipientKey

PRIVATE = bytes(range(32))
PUBLIC = public_of(PRIVATE)


def test_what_is_sealed_opens_under_its_key_and_context() -> None:
    blob = seal(b"who it was", PUBLIC, b"for this")

    assert open_sealed(blob, PRIVATE, b"for this") == b"who it was"
    assert len(blob) == len(b"who it was") + OVERHEAD


def test_sealing_twice_gives_two_texts() -> None:
    assert seal(b"x", PUBLIC, b"c") != seal(b"x", PUBLIC, b"c")


@pytest.mark.parametrize("fault", ["key", "context", "bit", "cut", "empty"])
def test_nothing_else_opens_it(fault: str) -> None:
    blob = seal(b"who it was", PUBLIC, b"for this")
    private, context = PRIVATE, b"for this"
    if fault == "key":
        private = new_private()
    elif fault == "context":
        context = b"for that"
    else:
        blob = {"bit": blob[:-1] + bytes([blob[-1] ^ 1]), "cut": blob[:-1]}.get(
            fault, b""
        )

    with pytest.raises(ValueError, match=r"sealed"):
        open_sealed(blob, private, context)


def test_a_key_of_the_vault_opens_it_too() -> None:
    """The vault's own reading of X-Wing is another one: it agrees on key and blob."""
    draft = KeyDescription("custodian", "recipient", 0, {})
    params = {"public": format_public(PUBLIC), "suite": SUITE}
    described = KeyDescription(draft.name, draft.kind, draft.created, params)
    description = described.with_check(fingerprint_of(PUBLIC))
    provider = RecipientKey(description, lambda: PRIVATE)
    blob = seal(b"k" * 32, PUBLIC, b"context")

    wrapped = Wrapped({"suite": SUITE, "to": fingerprint_of(PUBLIC)}, blob)

    assert provider.unwrap(wrapped, b"context") == b"k" * 32


def test_a_public_key_is_one_line_that_reads_back() -> None:
    text = format_public(PUBLIC)

    assert "\n" not in text
    assert parse_public(f" {text}\n") == PUBLIC
    assert len(PUBLIC) == PUBLIC_BYTES


@pytest.mark.parametrize(
    "text", ["", "x", format_public(PUBLIC)[:-4], format_public(PUBLIC) * 3]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_public(text)


def test_a_value_that_no_half_takes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        check_public(PUBLIC[:1184] + bytes(32))
    with pytest.raises(ValueError, match=r"."):
        check_public(b"\xff" * 1184 + PUBLIC[1184:])


def test_a_private_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        public_of(b"short")


def test_a_library_without_ml_kem_is_said_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Without:
        @staticmethod
        def from_seed_bytes(_: bytes) -> None:
            raise UnsupportedAlgorithm("none here")

        from_public_bytes = from_seed_bytes

    monkeypatch.setattr(mlkem, "MLKEM768PrivateKey", Without)
    monkeypatch.setattr(mlkem, "MLKEM768PublicKey", Without)

    with pytest.raises(ConfigurationError) as opening:
        public_of(PRIVATE)
    with pytest.raises(ConfigurationError) as sealing:
        seal(b"", PUBLIC, b"")
    assert opening.value.code == sealing.value.code == "sealing-unsupported"
