"""Keys born in a token: they stay in it, and only the one described is used."""

from dataclasses import replace

import pkcs11
import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError, RingwallError
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.provider import Wrapped
from ringwall.vault.keys.token_key import TokenKey, make_token_key
from ringwall.vault.keys.token_place import TokenPlace
from tests.unit.vault.keys.conftest import SOFTHSM
from tests.unit.vault.keys.fake_token import Attribute, FakeKey, FakeToken

DRAFT = KeyDescription("one", "pkcs11", 0, {})
DATA = bytes(range(32))


def _pin() -> str:
    return "123456"


@pytest.fixture
def described(place: TokenPlace, token: FakeToken) -> KeyDescription:
    """Return the description of a key that was made in the token in memory."""
    made = make_token_key(DRAFT, place, _pin)
    assert len(token.keys) == 1
    return made


def test_a_description_says_where_the_key_is(
    described: KeyDescription, place: TokenPlace
) -> None:
    assert described.params == {
        "label": "kek",
        "module": place.module,
        "token": "vault",
    }
    assert described.check


def test_a_container_is_told_token_and_label_but_no_path(
    described: KeyDescription,
) -> None:
    wrapped = TokenKey(described, _pin).wrap(DATA, b"")

    assert wrapped.params == {"label": "kek", "token": "vault"}


def test_the_data_key_may_be_any_bytes(described: KeyDescription) -> None:
    key = TokenKey(described, _pin)
    wrapped = key.wrap(bytearray(DATA), b"")  # type: ignore[arg-type]  # as callers do

    assert key.unwrap(wrapped, b"") == DATA


def test_another_key_of_the_label_is_not_used(
    described: KeyDescription, token: FakeToken
) -> None:
    key = TokenKey(described, _pin)
    wrapped = key.wrap(DATA, b"")
    token.keys = [FakeKey("kek", token)]

    for use in (lambda: key.wrap(DATA, b""), lambda: key.unwrap(wrapped, b"")):
        with pytest.raises(IntegrityError, match="another key than `one`") as caught:
            use()
        assert caught.value.code == "key-wrong"


@pytest.mark.parametrize("check", ["", "AAAA", "no base64"])
def test_a_description_with_another_check_value_fits_no_key(
    described: KeyDescription, check: str
) -> None:
    with pytest.raises(IntegrityError) as caught:
        TokenKey(replace(described, check=check), _pin).wrap(DATA, b"")

    assert caught.value.code == "key-wrong"


WEAK = [
    {Attribute.LOCAL: False},
    {Attribute.SENSITIVE: False},
    {Attribute.EXTRACTABLE: True},
    {Attribute.NEVER_EXTRACTABLE: False},
]


@pytest.mark.parametrize("weak", WEAK, ids=str)
def test_a_key_that_the_token_would_give_away_is_not_used(
    described: KeyDescription, token: FakeToken, weak: dict[object, object]
) -> None:
    token.keys[0].about.update(weak)

    with pytest.raises(IntegrityError) as caught:
        TokenKey(described, _pin).wrap(DATA, b"")

    assert caught.value.code == "hsm-key-weak"


@pytest.mark.parametrize("weak", WEAK, ids=str)
def test_a_new_key_that_the_token_would_give_away_is_erased(
    place: TokenPlace, token: FakeToken, weak: dict[object, object]
) -> None:
    token.weak = weak

    with pytest.raises(IntegrityError) as caught:
        make_token_key(DRAFT, place, _pin)

    assert caught.value.code == "hsm-key-weak"
    assert token.keys == []


def test_a_new_key_that_can_not_be_used_is_erased(
    place: TokenPlace, token: FakeToken
) -> None:
    token.refuses = pkcs11.MechanismInvalid()

    with pytest.raises(ConfigurationError) as caught:
        make_token_key(DRAFT, place, _pin)

    assert caught.value.code == "hsm-unusable"
    assert token.keys == []


@pytest.mark.usefixtures("described")
def test_a_label_is_used_once(place: TokenPlace, token: FakeToken) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_token_key(DRAFT, place, _pin)

    assert caught.value.code == "hsm-key-exists"
    assert len(token.keys) == 1


@pytest.mark.parametrize("label", ["", "a\nb", "a" * 65])
@pytest.mark.usefixtures("token")
def test_what_is_no_label_is_refused(place: TokenPlace, label: str) -> None:
    for wrong in (replace(place, label=label), replace(place, token=label)):
        with pytest.raises(ConfigurationError) as caught:
            make_token_key(DRAFT, wrong, _pin)
        assert caught.value.code == "key-option-refused"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (pkcs11.GeneralError, "key-unwrap-failed"),
        (pkcs11.EncryptedDataInvalid, "key-unwrap-failed"),
        (pkcs11.DeviceRemoved, "hsm-unusable"),
    ],
)
def test_a_broken_token_is_no_broken_container(
    described: KeyDescription,
    token: FakeToken,
    fault: type[pkcs11.PKCS11Error],
    code: str,
) -> None:
    key = TokenKey(described, _pin)
    wrapped = key.wrap(DATA, b"")
    uses = iter([None, fault()])
    real = token.keys[0].decrypt

    def failing(data: bytes, mechanism: object, mechanism_param: object) -> bytes:
        token.refuses = next(uses)
        assert isinstance(mechanism_param, pkcs11.GCMParams)
        return real(data, mechanism, mechanism_param)

    token.keys[0].decrypt = failing  # type: ignore[method-assign]  # a fault on demand

    with pytest.raises(RingwallError) as caught:
        key.unwrap(wrapped, b"")

    assert caught.value.code == code


def test_a_real_token_keeps_what_the_one_in_memory_keeps(soft_token: str) -> None:
    place = TokenPlace(str(SOFTHSM), soft_token, "kek")
    described = make_token_key(DRAFT, place, _pin)
    key = TokenKey(described, _pin)
    wrapped = key.wrap(DATA, b"context")

    assert key.unwrap(wrapped, b"context") == DATA
    with pytest.raises(IntegrityError) as changed:
        key.unwrap(wrapped, b"another")
    assert changed.value.code == "key-unwrap-failed"
    with pytest.raises(IntegrityError) as pin:
        TokenKey(described, lambda: "000000").unwrap(wrapped, b"context")
    assert pin.value.code == "key-wrong"
    with pytest.raises(ConfigurationError) as twice:
        make_token_key(DRAFT, place, _pin)
    assert twice.value.code == "hsm-key-exists"


def test_a_real_token_never_gives_the_key_away(soft_token: str) -> None:
    place = TokenPlace(str(SOFTHSM), soft_token, "kept")
    make_token_key(DRAFT, place, _pin)

    with place.session(_pin) as session:
        kept = session.get_key(label="kept")
        with pytest.raises(pkcs11.AttributeSensitive):
            kept[Attribute.VALUE]


def test_a_key_that_came_into_a_real_token_from_outside_is_not_used(
    soft_token: str,
) -> None:
    place = TokenPlace(str(SOFTHSM), soft_token, "brought")
    described = make_token_key(DRAFT, place, _pin)
    with place.session(_pin, writable=True) as session:
        session.get_key(label="brought").destroy()
        session.create_object(
            {
                Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
                Attribute.KEY_TYPE: pkcs11.KeyType.AES,
                Attribute.VALUE: bytes(32),
                Attribute.LABEL: "brought",
                Attribute.TOKEN: True,
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.ENCRYPT: True,
                Attribute.DECRYPT: True,
            }
        )

    with pytest.raises(IntegrityError) as caught:
        TokenKey(described, _pin).wrap(DATA, b"")

    assert caught.value.code == "hsm-key-weak"


def test_a_wrapped_key_of_another_token_is_refused(described: KeyDescription) -> None:
    key = TokenKey(described, _pin)
    wrapped = key.wrap(DATA, b"")
    moved = Wrapped({**wrapped.params, "token": "other"}, wrapped.blob)

    with pytest.raises(IntegrityError, match="under another key than `one`"):
        key.unwrap(moved, b"")
