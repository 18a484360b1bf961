"""Secrets: asked for when they are needed, and shown nowhere."""

from collections.abc import Callable

import pytest

from ringwall.base.errors import RequestError
from ringwall.vault.keys.unlocking import Secrets


def test_secrets_are_given_as_they_are() -> None:
    given = Secrets("words", "1234", ["one", "two"])

    assert given.take_passphrase() == "words"
    assert given.take_pin() == "1234"
    assert given.take_shares(2) == ("one", "two")


def test_secrets_are_asked_for_only_when_they_are_taken() -> None:
    asked: list[object] = []

    def ask(answer: str) -> Callable[[], str]:
        def answered() -> str:
            asked.append(answer)
            return answer

        return answered

    def shares(count: int) -> list[str]:
        asked.append(count)
        return ["share"] * count

    given = Secrets(passphrase=ask("words"), pin=ask("1234"), shares=shares)
    assert asked == []

    assert given.take_passphrase() == "words"
    assert given.take_pin() == "1234"
    assert given.take_shares(3) == ("share",) * 3
    assert asked == ["words", "1234", 3]


@pytest.mark.parametrize(
    "given", [Secrets(), Secrets(lambda: "", lambda: "", lambda _: ())]
)
def test_a_secret_that_is_lacking_names_its_option(given: Secrets) -> None:
    with pytest.raises(RequestError) as passphrase:
        given.take_passphrase()
    with pytest.raises(RequestError) as pin:
        given.take_pin()
    with pytest.raises(RequestError) as shares:
        given.take_shares(3)

    assert passphrase.value.code == "passphrase-missing"
    assert "--vault-passphrase-file" in passphrase.value.next_step
    assert pin.value.code == "pin-missing"
    assert "--vault-pin-file" in pin.value.next_step
    assert shares.value.code == "shares-missing"
    assert "3 custodians" in shares.value.message


def test_no_secret_is_shown() -> None:
    given = Secrets("words", "1234", ["one"])

    assert repr(given) == str(given) == "Secrets(...)"
