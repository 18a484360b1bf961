"""The file of a container is a regular one, and gives all that was asked for."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.sealed_file import SealedFile


def code_of(path: Path) -> str:
    with pytest.raises(IntegrityError) as caught:
        SealedFile(path)
    return caught.value.code


def test_a_regular_file_gives_its_bytes_from_any_place(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    file = SealedFile(path)
    view = memoryview(bytearray(4))

    file.read_into(3, view)

    assert bytes(view) == b"3456"
    assert file.size == 10
    assert file.identity == (path.stat().st_dev, path.stat().st_ino)
    file.close()
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.read_into(0, view)


def test_nothing_a_link_a_folder_and_a_pipe_are_no_container(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert code_of(path) == "container-missing"
    path.write_bytes(b"x")
    (tmp_path / "link").symlink_to(path)
    assert code_of(tmp_path / "link") == "container-not-a-file"
    assert code_of(tmp_path) == "container-not-a-file"
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path / "pipe") == "container-not-a-file"


def test_what_can_t_be_opened_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")

    assert code_of(tmp_path / "file" / "below") == "container-unreadable"


def test_a_file_that_ends_too_early_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    file = SealedFile(path)
    with pytest.raises(IntegrityError) as caught:
        file.read_into(8, memoryview(bytearray(3)))
    assert caught.value.code == "container-truncated"
    file.close()


def test_a_disk_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(5, "Input/output error")

    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    file = SealedFile(path)
    monkeypatch.setattr(os, "preadv", fail)
    with pytest.raises(IntegrityError) as caught:
        file.read_into(0, memoryview(bytearray(3)))
    assert caught.value.code == "container-unreadable"
    file.close()
