"""What a folder holds is read whole and within bounds, or refused."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.institute import SETTINGS_FILE, Institute
from ringwall.registry.institute_folder import (
    find_institute,
    key_at_hand,
    read_signing_key,
    read_verifier,
    read_whole,
)
from ringwall.signing.keys import dump_signing_key, format_vkey
from tests.fault.ledger_simulator import KEY, OTHER_KEY, VERIFIER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "log.vkey").write_text(format_vkey(VERIFIER) + "\n")
    (keys / "log.key").touch(mode=0o600)
    (keys / "log.key").write_text(dump_signing_key(KEY) + "\n")
    return tmp_path


def test_both_keys_are_read(folder: Path) -> None:
    assert read_verifier(folder) == VERIFIER
    assert read_signing_key(folder, VERIFIER).verifier() == VERIFIER


def test_no_more_than_a_byte_too_many_is_read(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100)

    assert read_whole(tmp_path / "long", 10) == b"x" * 11
    assert read_whole(tmp_path / "long", 100) == b"x" * 100


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_whole(tmp_path / "gone", 10)

    assert caught.value.code == "file-missing"


@pytest.mark.parametrize("data", [b"", b"\xff", b"no key", b"x" * 2000])
def test_a_public_key_that_is_none_is_malformed(folder: Path, data: bytes) -> None:
    (folder / "keys" / "log.vkey").write_bytes(data)

    with pytest.raises(ConfigurationError) as caught:
        read_verifier(folder)

    assert caught.value.code == "key-malformed"
    assert str(folder) in caught.value.message


def test_a_secret_key_that_can_not_be_used_is_refused(folder: Path) -> None:
    (folder / "keys" / "log.key").write_bytes(b"\xff")

    with pytest.raises(RecordUnavailable) as caught:
        read_signing_key(folder, VERIFIER)

    assert caught.value.code == "signing-key-unusable"


def test_a_secret_key_of_another_log_is_refused(folder: Path) -> None:
    with pytest.raises(RecordUnavailable) as caught:
        read_signing_key(folder, OTHER_KEY.verifier())

    assert caught.value.code == "signing-key-differs"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_key_that_others_may_read_is_refused(folder: Path, mode: int) -> None:
    (folder / "keys" / "log.key").chmod(mode)

    with pytest.raises(RecordUnavailable) as caught:
        read_signing_key(folder, VERIFIER)

    assert caught.value.code == "signing-key-exposed"


def test_a_key_is_at_hand_for_who_may_read_it(folder: Path) -> None:
    assert key_at_hand(folder) == KEY
    (folder / "keys" / "log.key").chmod(0o644)
    assert key_at_hand(folder) is None
    (folder / "keys" / "log.vkey").unlink()
    assert key_at_hand(folder) is None


def test_the_nearest_institute_upward_is_found(
    institute: Institute, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = institute.folder / "policies" / "access"

    assert find_institute(institute.folder) == institute.folder
    assert find_institute(below) == institute.folder
    monkeypatch.chdir(below)
    assert find_institute(Path()) == institute.folder


def test_where_there_is_no_institute_none_is_found(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).mkdir()

    with pytest.raises(ConfigurationError) as caught:
        find_institute(tmp_path)

    assert caught.value.code == "institute-missing"
    assert str(tmp_path) in caught.value.message


def test_a_folder_that_was_left_half_made_is_no_institute(
    institute: Institute,
) -> None:
    settings = institute.folder / SETTINGS_FILE
    settings.rename(institute.folder / f".{SETTINGS_FILE}")

    with pytest.raises(ConfigurationError):
        find_institute(institute.folder)
    with pytest.raises(ConfigurationError) as caught:
        Institute(institute.folder)
    assert caught.value.code == "file-missing"
