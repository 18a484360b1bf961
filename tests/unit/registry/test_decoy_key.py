"""The key of the decoys is read whole and in secret, or not at all."""

import stat
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.registry.decoy_key import (
    decoy_key_at_hand,
    decoy_key_file,
    make_decoy_key,
    read_decoy_key,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with room for keys."""
    (tmp_path / "keys").mkdir(mode=0o700)
    return tmp_path


def refusal(folder: Path) -> str:
    """Return the code with which the key is refused."""
    with pytest.raises(ConfigurationError) as caught:
        read_decoy_key(folder)
    assert caught.value.next_step
    assert decoy_key_at_hand(folder) is None
    return caught.value.code


def test_a_key_that_was_made_is_read_again_and_is_its_owners_alone(
    folder: Path,
) -> None:
    key = make_decoy_key(folder)

    assert len(key) == 32
    assert read_decoy_key(folder) == decoy_key_at_hand(folder) == key
    assert stat.S_IMODE(decoy_key_file(folder).stat().st_mode) == 0o600


def test_a_key_is_never_made_over_another(folder: Path) -> None:
    key = make_decoy_key(folder)

    with pytest.raises(FileExistsError):
        make_decoy_key(folder)
    assert read_decoy_key(folder) == key


def test_without_a_key_there_is_none(folder: Path) -> None:
    assert refusal(folder) == "decoy-key-missing"


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff" * 64, b"ab" * 31, b"ab" * 33, b"AB" * 32, b"ab" * 32 + b"\r\n"],
)
def test_what_is_no_key_is_not_used(folder: Path, data: bytes) -> None:
    decoy_key_file(folder).write_bytes(data)
    decoy_key_file(folder).chmod(0o600)

    assert refusal(folder) == "decoy-key-malformed"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_key_that_others_may_read_is_not_used(folder: Path, mode: int) -> None:
    make_decoy_key(folder)
    decoy_key_file(folder).chmod(mode)

    assert refusal(folder) == "decoy-key-exposed"
