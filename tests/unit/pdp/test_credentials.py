"""What declared keys amount to."""

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.model.credentials import RegisteredKey
from ringwall.model.declarations import document_of
from ringwall.model.levels import Authentication
from ringwall.model.providers import Provider
from ringwall.pdp.credentials import fingerprint_of, level_of, thumbprints_of
from tests.unit.pdp.proven import PROVIDER, THUMBPRINT, fingerprint, line, registered


def test_a_line_has_the_fingerprint_of_its_key_whatever_its_comment() -> None:
    assert fingerprint_of(line(1)) == fingerprint_of(f"{line(1)} laptop")
    assert fingerprint_of(line(1)) == fingerprint(1) != fingerprint(2)


def test_a_line_that_is_no_key_has_none() -> None:
    with pytest.raises(ValueError, match="type `ssh-ed25519`"):
        fingerprint_of("ssh-rsa AAAA")


@pytest.mark.parametrize(
    ("hardware", "level"),
    [(True, Authentication.HARDWARE), (False, Authentication.MFA)],
)
def test_a_key_in_a_device_shows_more(hardware: bool, level: Authentication) -> None:
    key = RegisteredKey.model_validate(registered(1, hardware=hardware))

    assert level_of(key) is level


def test_a_provider_has_the_thumbprints_of_its_keys() -> None:
    provider = document_of(PROVIDER)
    assert isinstance(provider, Provider)

    assert thumbprints_of(provider) == {THUMBPRINT}


def test_a_provider_with_a_key_that_is_no_point_has_none() -> None:
    bad = {**PROVIDER["keys"][0], "x": "A" * 43}
    provider = document_of({**PROVIDER, "keys": [bad]})
    assert isinstance(provider, Provider)

    with pytest.raises(ConfigurationError) as caught:
        thumbprints_of(provider)

    assert caught.value.code == "issuer-key-unusable"
