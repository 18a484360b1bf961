"""Where keys lie in hardware: found or told why not, and nothing doubtful is loaded."""

import os
import sys
from pathlib import Path
from threading import Event, Thread

import pkcs11
import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError, RingwallError
from ringwall.vault.keys.token_place import TokenPlace, cryptoki
from tests.unit.vault.keys.fake_token import FakeLibrary, FakeToken


def _refused(place: TokenPlace, pin: str = "123456") -> RingwallError:
    with pytest.raises(RingwallError) as caught, place.session(lambda: pin):
        pass
    assert pin not in caught.value.message
    return caught.value


def test_a_session_is_open_while_it_is_used(
    place: TokenPlace, token: FakeToken
) -> None:
    with place.session(lambda: "123456"):
        assert token.opened == 1
    assert token.opened == 0


def test_the_library_is_left_alone_amid_the_session_of_another_thread(
    place: TokenPlace, token: FakeToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    asking, going = Event(), Event()

    def loaded(_: str) -> FakeLibrary:
        seen.append(token.opened)
        return FakeLibrary(token)

    def other() -> None:
        asking.set()
        with place.session(lambda: "123456"):
            going.set()

    monkeypatch.setattr(pkcs11, "lib", loaded)
    thread = Thread(target=other)
    with place.session(lambda: "123456"):
        thread.start()
        assert asking.wait(10)
        assert not going.wait(0.1)
        assert seen == [0]
    thread.join(10)

    assert going.is_set()
    assert seen == [0, 0]


def test_whoever_types_the_pin_keeps_no_other_thread_waiting(
    place: TokenPlace, token: FakeToken
) -> None:
    def typed() -> str:
        with place.session(lambda: "123456"):
            assert token.opened == 1
        return "123456"

    with place.session(typed):
        assert token.opened == 1


def test_a_wrong_pin_is_a_wrong_key(place: TokenPlace, token: FakeToken) -> None:
    for token.pin_fault in (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        refused = _refused(place, "000000")
        assert (refused.code, refused.exit_code) == ("key-wrong", 6)


@pytest.mark.parametrize(
    "fault", [pkcs11.PinLocked, pkcs11.PinExpired, pkcs11.UserPinNotInitialized]
)
def test_a_pin_that_is_spent_is_told(
    place: TokenPlace, token: FakeToken, fault: type[pkcs11.PKCS11Error]
) -> None:
    token.pin_fault = fault

    assert _refused(place, "000000").code == "hsm-pin-spent"


def test_a_login_by_other_code_of_the_process_is_told(
    place: TokenPlace, token: FakeToken
) -> None:
    with token:
        refused = _refused(place)

    assert refused.code == "hsm-unusable"
    assert "UserAlreadyLoggedIn" in refused.message


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (pkcs11.NoSuchKey, "hsm-key-missing"),
        (pkcs11.MultipleObjectsReturned, "hsm-key-ambiguous"),
    ],
)
@pytest.mark.usefixtures("token")
def test_what_fails_in_a_session_is_told_in_our_words(
    place: TokenPlace, kind: type[pkcs11.PKCS11Error], code: str
) -> None:
    with pytest.raises(ConfigurationError) as caught, place.session(lambda: "123456"):
        raise kind

    assert caught.value.code == code
    assert "`kek`" in caught.value.message


def test_an_integrity_error_in_a_session_stays_what_it_is(
    place: TokenPlace, token: FakeToken
) -> None:
    fault = IntegrityError("key-wrong", "so it is")

    with pytest.raises(IntegrityError) as caught, place.session(lambda: "123456"):
        raise fault

    assert caught.value is fault
    assert token.opened == 0


def test_a_token_that_is_not_there_or_not_alone_is_told(
    place: TokenPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pkcs11, "lib", lambda _: FakeLibrary())
    assert _refused(place).code == "hsm-token-missing"

    monkeypatch.setattr(pkcs11, "lib", lambda _: FakeLibrary(FakeToken(), FakeToken()))
    assert _refused(place).code == "hsm-token-ambiguous"


def test_a_file_that_is_no_library_is_told(place: TokenPlace) -> None:
    refused = _refused(place)

    assert refused.code == "hsm-module-unusable"
    assert "can't be loaded" in refused.message


def test_a_library_that_is_not_there_is_told(tmp_path: Path) -> None:
    refused = _refused(TokenPlace(str(tmp_path / "gone.so"), "vault", "kek"))

    assert refused.code == "hsm-module-unusable"


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_library_that_others_may_write_is_not_loaded(
    place: TokenPlace, mode: int
) -> None:
    Path(place.module).chmod(mode)

    assert _refused(place).code == "hsm-module-unsafe"


@pytest.mark.usefixtures("token")
def test_a_folder_or_a_relative_path_is_no_library(
    place: TokenPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    relative = TokenPlace(Path(place.module).name, "vault", "kek")
    folder = tmp_path / "folder"
    folder.mkdir(0o700)

    assert _refused(relative).code == "hsm-module-unsafe"
    assert _refused(TokenPlace(str(folder), "vault", "kek")).code == "hsm-module-unsafe"


@pytest.mark.usefixtures("token")
def test_a_library_of_somebody_else_is_not_loaded(
    place: TokenPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def foreign(path: str) -> os.stat_result:
        about = list(real(path))
        about[4] = 4711
        return os.stat_result(about)

    monkeypatch.setattr("ringwall.vault.keys.token_place.os.stat", foreign)

    assert _refused(place).code == "hsm-module-unsafe"


def test_without_the_package_the_extra_is_named(
    place: TokenPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cryptoki() is pkcs11
    monkeypatch.setitem(sys.modules, "pkcs11", None)

    refused = _refused(place)

    assert refused.code == "hsm-extra-missing"
    assert "`hsm`" in refused.next_step
