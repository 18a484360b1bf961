"""Files of a keyring: made once, and read only while nobody else could."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.vault.keys.key_file import (
    make_folder,
    publish_file,
    read_description,
    read_secret,
)

KEK = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a key, made."""
    made = tmp_path / "one.kek"
    publish_file(made, KEK)
    return made


def test_a_file_is_for_its_owner_alone_and_leaves_no_draft(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert read_secret(path, 32) == KEK


def test_nothing_is_written_over(path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        publish_file(path, b"other")

    assert caught.value.code == "key-exists"
    assert path.read_bytes() == KEK
    assert list(path.parent.iterdir()) == [path]


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "one.kek").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigurationError):
        publish_file(tmp_path / "one.kek", KEK)

    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordUnavailable) as published:
        publish_file(tmp_path / "gone" / "one.kek", KEK)
    with pytest.raises(RecordUnavailable) as made:
        make_folder(tmp_path / "file" / "vault")

    assert published.value.code == made.value.code == "folder-unwritable"


def test_a_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "vault")
    make_folder(tmp_path / "vault")

    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_a_secret_that_others_may_reach_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)

    with pytest.raises(ConfigurationError) as caught:
        read_secret(path, 32)

    assert caught.value.code == "key-file-exposed"
    assert "chmod 600" in caught.value.next_step


def test_a_description_may_be_read_by_others_but_not_written(path: Path) -> None:
    path.chmod(0o644)
    assert read_description(path, 100) == KEK
    path.chmod(0o664)

    with pytest.raises(ConfigurationError, match="write to"):
        read_description(path, 100)


def test_a_file_of_somebody_else_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = os.stat_result((0o100600, 0, 0, 1, 4711, 0, 32, 0, 0, 0))
    monkeypatch.setattr("ringwall.vault.keys.key_file.os.fstat", lambda _: foreign)

    with pytest.raises(ConfigurationError, match="somebody else's"):
        read_secret(path, 32)


@pytest.mark.parametrize("length", [0, 31, 33, 4096])
def test_a_secret_of_another_length_is_refused(tmp_path: Path, length: int) -> None:
    publish_file(tmp_path / "one.kek", bytes(length))

    with pytest.raises(ConfigurationError) as caught:
        read_secret(tmp_path / "one.kek", 32)

    assert caught.value.code == "key-file-malformed"


def test_a_link_a_pipe_and_a_folder_are_no_keys(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(0o700)

    for name in ("link", "pipe", "folder", "nowhere"):
        with pytest.raises(ConfigurationError) as caught:
            read_secret(tmp_path / name, 32)
        assert caught.value.code == "key-file-missing"


def test_no_more_of_a_description_is_read_than_shows_that_it_is_too_long(
    path: Path,
) -> None:
    assert read_description(path, 10) == KEK[:11]
