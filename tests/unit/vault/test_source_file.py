"""What is sealed is a regular file that nobody writes meanwhile."""

import hashlib
import os
from pathlib import Path

import pytest

from ringwall.base.errors import RequestError
from ringwall.ledger.open_files import OpenFiles
from ringwall.vault.source_file import SourceFile
from tests.vault_office import content

DATA = content(1_500_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "weights").write_bytes(DATA)
    return tmp_path / "weights"


def code_of(path: Path) -> str:
    with pytest.raises(RequestError) as caught:
        SourceFile(path)
    assert caught.value.next_step
    return caught.value.code


def test_it_is_read_from_front_to_back(path: Path) -> None:
    buffer = memoryview(bytearray(len(DATA) + 1))
    with SourceFile(path) as source:
        assert source.size == len(DATA)
        done = 0
        while got := source.readinto(buffer[done:]):
            done += got
        source.check_unchanged()

    assert buffer[:done] == DATA


def test_its_digest_is_that_of_the_whole_and_it_begins_anew(path: Path) -> None:
    buffer = memoryview(bytearray(10))
    with SourceFile(path) as source:
        source.readinto(buffer)
        assert source.digest() == hashlib.sha256(DATA).hexdigest()
        source.readinto(buffer)

    assert buffer == DATA[:10]


def test_a_link_is_not_followed(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)

    assert code_of(link) == "source-unreadable"


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert code_of(tmp_path / "pipe") == "source-unreadable"
    assert code_of(tmp_path) == "source-unreadable"
    assert code_of(tmp_path / "none") == "source-unreadable"


def test_a_file_of_the_ledger_is_refused_before_it_is_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = OpenFiles(path)
    monkeypatch.setattr(os, "open", None)

    assert code_of(path) == "ledger-in-the-way"
    assert ledger.has(path.stat())


def test_a_change_while_it_is_read_is_seen(path: Path) -> None:
    with SourceFile(path) as source, path.open("r+b") as other:
        other.write(b"x")
        other.flush()
        os.utime(path, ns=(0, 0))
        with pytest.raises(RequestError) as caught:
            source.digest()

    assert caught.value.code == "source-changed"


def test_a_disk_that_does_not_give_it_is_told_of(path: Path) -> None:
    source = SourceFile(path)
    handle = os.open(path.parent, os.O_RDONLY)
    os.dup2(handle, source._file.fileno())
    os.close(handle)
    with source, pytest.raises(RequestError) as caught:
        source.readinto(memoryview(bytearray(1)))

    assert caught.value.code == "source-unreadable"
