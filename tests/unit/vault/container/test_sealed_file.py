"""The file of a container is a regular one, and gives all that was asked for."""

import os
import socket
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.open_files import OpenFiles
from ringwall.vault.container.sealed_file import SealedFile


def code_of(path: Path, below: Path | None = None) -> str:
    with pytest.raises(IntegrityError) as caught:
        SealedFile(path, below)
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


def test_a_file_of_the_ledger_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    os.link(path, tmp_path / "x.vault")
    ledger = OpenFiles(path)
    monkeypatch.setattr(os, "open", None)

    assert code_of(tmp_path / "x.vault") == "ledger-in-the-way"
    assert code_of(tmp_path / "x.vault", tmp_path) == "ledger-in-the-way"
    assert ledger.has(path.stat())


def test_a_socket_is_no_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert code_of(tmp_path / "socket") == "container-not-a-file"
        assert code_of(tmp_path / "socket", tmp_path) == "container-not-a-file"


def test_no_folder_on_the_way_may_be_a_link(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "vault", tmp_path / "elsewhere"
    for folder in (root / "a" / "b", elsewhere / "b"):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(folder.parent.name.encode())
    (root / "link").symlink_to(elsewhere)
    (root / "a" / "inner").symlink_to("b")
    (root / "a" / "b" / "last").symlink_to("file")
    (tmp_path / "moved").symlink_to(root)
    before = os.listdir("/proc/self/fd")

    for way in ("link/b/file", "a/inner/file", "a/b/last", "a/b/file/file"):
        assert code_of(root / way, root) == "container-not-a-file"
    for way in ("a/b/none", "a/none/file"):
        assert code_of(root / way, root) == "container-missing"
    assert code_of(root / "a" / "b", root) == "container-not-a-file"
    with pytest.raises(ValueError, match="subpath"):
        SealedFile(elsewhere / "b" / "file", root)
    assert os.listdir("/proc/self/fd") == before

    # Where the vault itself lies is for the operator to say.
    for place in (root, tmp_path / "moved"):
        file = SealedFile(place / "a" / "b" / "file", place)
        view = memoryview(bytearray(1))
        file.read_into(0, view)
        assert bytes(view) == b"a"
        file.close()


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
