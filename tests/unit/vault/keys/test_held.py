"""Keys held as bytes: fetched once, and used only if they are the one described."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.base.errors import IntegrityError
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.held import HeldKey, checked_by, wrong_key
from ringwall.vault.keys.provider import Wrapped

KEK, DATA = b"k" * 32, b"d" * 32
DRAFT = KeyDescription("one", "file", 0, {})
DESCRIBED = checked_by(DRAFT, KEK)


def test_the_key_is_fetched_once_and_only_when_used() -> None:
    fetched: list[bytes] = []

    def fetch() -> bytes:
        fetched.append(KEK)
        return KEK

    held = HeldKey(DESCRIBED, fetch)
    assert fetched == []
    wrapped = held.wrap(DATA, b"")
    assert held.unwrap(wrapped, b"") == DATA
    assert fetched == [KEK]


def test_a_check_value_is_what_the_format_says() -> None:
    blob = base64.b64decode(DESCRIBED.check)
    told = (
        b"ringwall-vault/1 check\0"
        b'{"created":"1970-01-01T00:00:00Z","kind":"file","name":"one","params":{},"v":1}'
    )

    assert AESGCM(KEK).decrypt(blob[:12], blob[12:], told) == bytes(32)


def test_another_key_wraps_and_unwraps_nothing() -> None:
    wrapped = HeldKey(DESCRIBED, lambda: KEK).wrap(DATA, b"")
    other = HeldKey(DESCRIBED, lambda: b"o" * 32)

    for use in (lambda: other.wrap(DATA, b""), lambda: other.unwrap(wrapped, b"")):
        with pytest.raises(IntegrityError) as caught:
            use()
        assert caught.value.code == "key-wrong"


@pytest.mark.parametrize(
    "edited",
    [
        replace(DESCRIBED, name="two"),
        replace(DESCRIBED, kind="shares"),
        replace(DESCRIBED, created=1),
        replace(DESCRIBED, params={"n": 1}),
        replace(DESCRIBED, check="AAAA"),
        replace(DESCRIBED, check="no base64"),
        replace(DESCRIBED, check=""),
    ],
)
def test_a_description_that_was_edited_fits_no_key(edited: KeyDescription) -> None:
    with pytest.raises(IntegrityError, match="or the description"):
        HeldKey(edited, lambda: KEK).wrap(DATA, b"")


def test_a_check_value_is_not_one_of_another_text() -> None:
    # A blob under the right key and context that holds something else than zeros.
    context = DRAFT.check_context()
    blob = HeldKey(DESCRIBED, lambda: KEK).wrap(DATA, context).blob
    forged = DRAFT.with_check(base64.b64encode(blob).decode())

    with pytest.raises(IntegrityError):
        HeldKey(forged, lambda: KEK).wrap(DATA, b"")


def test_a_container_of_another_key_of_the_name_is_told() -> None:
    held = HeldKey(DESCRIBED, lambda: KEK)

    with pytest.raises(IntegrityError, match="another key called `one`"):
        held.unwrap(Wrapped({"n": 1}, bytes(60)), b"")


def test_a_wrong_key_exits_as_a_failed_check() -> None:
    assert wrong_key("one").exit_code == 6
