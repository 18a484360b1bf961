"""What every provider keeps to, whatever holds its key."""

import dataclasses
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.keys.keyring import KeyOptions, Keyring
from ringwall.vault.keys.provider import DATA_KEY_BYTES, KeyProvider, Wrapped
from ringwall.vault.keys.unlocking import Secrets
from tests.unit.vault.keys.fake_token import FakeToken

DATA = bytes(range(DATA_KEY_BYTES))
PASSPHRASE = "a horse that eats no hay at all"  # noqa: S105 - no secret
KINDS = ["file", "passphrase", "pkcs11", "recipient", "shares"]


@pytest.fixture(params=KINDS)
def provider(
    request: pytest.FixtureRequest, tmp_path: Path, token: FakeToken, module: str
) -> KeyProvider:
    """Return a provider of each kind in turn."""
    ring = Keyring(tmp_path / "vault")
    secrets = Secrets(passphrase=PASSPHRASE, pin=token.pin)
    options = KeyOptions(
        n=2**14, threshold=2, shares=3, module=module, token=token.label
    )
    made = ring.make("one", request.param, secrets, options)
    given = dataclasses.replace(secrets, shares=made.shares[1:])
    return ring.provider("one", given)


def test_what_is_wrapped_is_unwrapped(provider: KeyProvider) -> None:
    wrapped = provider.wrap(DATA, b"context")

    assert provider.unwrap(wrapped, b"context") == DATA
    assert provider.name == "one"
    assert DATA not in wrapped.blob


def test_a_data_key_of_another_length_is_not_wrapped(provider: KeyProvider) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        provider.wrap(DATA[:-1], b"context")


def test_another_context_opens_nothing(provider: KeyProvider) -> None:
    wrapped = provider.wrap(DATA, b"context")

    with pytest.raises(IntegrityError) as caught:
        provider.unwrap(wrapped, b"another")

    assert caught.value.code == "key-unwrap-failed"
    assert caught.value.exit_code == 6


def test_a_changed_or_shortened_blob_opens_nothing(provider: KeyProvider) -> None:
    wrapped = provider.wrap(DATA, b"context")
    for blob in (
        bytes([wrapped.blob[0] ^ 1]) + wrapped.blob[1:],
        wrapped.blob[:-1] + bytes([wrapped.blob[-1] ^ 1]),
        wrapped.blob[:-1],
        wrapped.blob + b"\0",
        b"",
    ):
        with pytest.raises(IntegrityError) as caught:
            provider.unwrap(Wrapped(wrapped.params, blob), b"context")
        assert caught.value.code == "key-unwrap-failed"


def test_parameters_of_another_key_are_refused(provider: KeyProvider) -> None:
    wrapped = provider.wrap(DATA, b"context")

    with pytest.raises(IntegrityError) as caught:
        provider.unwrap(Wrapped({"threshold": 1}, wrapped.blob), b"context")

    assert caught.value.code in {"key-wrong", "key-params-refused"}


def test_what_a_provider_makes_fits_into_a_key_slot(provider: KeyProvider) -> None:
    slot = wrapped_slot(provider, 1, DATA, bytes(32))

    again = KeySlot.parse(slot.block())

    assert (again.key, again.kind) == (provider.name, provider.kind)
    assert dict(again.params) == dict(slot.params)


def test_a_wrapped_key_does_not_show_its_blob() -> None:
    assert "blob" not in repr(Wrapped({"n": 1}, b"blob"))
