import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable, UnknownItem
from ringwall.raid.intake.originals import Kept, Originals


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path)


def _path(folder: Path, kept: Kept) -> Path:
    return folder / "raid" / "originals" / kept.sha256[:2] / kept.sha256


def test_bytes_are_kept_by_their_digest_and_come_back(
    originals: Originals, tmp_path: Path
) -> None:
    kept = originals.keep(b"as it came\r\n\x00")
    assert kept == Kept(sha256(b"as it came\r\n\x00").hexdigest(), 13)
    assert originals.read(kept) == b"as it came\r\n\x00"
    path = _path(tmp_path, kept)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parents[1]):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_bytes_are_kept_once(originals: Originals, tmp_path: Path) -> None:
    kept = originals.keep(b"one")
    before = _path(tmp_path, kept).stat()
    assert originals.keep(b"one") == kept
    assert _path(tmp_path, kept).stat().st_ino == before.st_ino
    assert os.listdir(_path(tmp_path, kept).parent) == [kept.sha256]


def test_file_and_folder_are_durable_before_it_is_said_that_they_are_kept(
    originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[bool] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    originals.keep(b"one")
    assert flushed[-2:] == [False, True]
    flushed.clear()
    originals.keep(b"one")
    assert flushed == [True]


@pytest.mark.parametrize("other", [b"two", b"one and more", b""])
def test_other_bytes_under_the_name_are_found(
    originals: Originals, tmp_path: Path, other: bytes
) -> None:
    kept = originals.keep(b"one")
    _path(tmp_path, kept).write_bytes(other)
    with pytest.raises(IntegrityError) as error:
        originals.read(kept)
    assert error.value.code == "original-differs"
    with pytest.raises(IntegrityError) as error:
        originals.keep(b"one")
    assert error.value.code == "original-differs"
    assert _path(tmp_path, kept).read_bytes() == other


def test_an_original_that_is_gone_is_told(originals: Originals) -> None:
    with pytest.raises(UnknownItem) as error:
        originals.read(Kept("0" * 64, 1))
    assert error.value.code == "original-missing"


def test_a_link_or_pipe_in_its_place_is_not_followed(
    originals: Originals, tmp_path: Path
) -> None:
    kept = originals.keep(b"one")
    path = _path(tmp_path, kept)
    path.unlink()
    (tmp_path / "elsewhere").write_bytes(b"one")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError) as error:
        originals.read(kept)
    assert error.value.code == "original-differs"
    with pytest.raises(RecordUnavailable) as refused:
        originals.keep(b"one")
    assert refused.value.code == "original-unwritable"


def test_a_folder_that_can_not_be_written_is_told(
    originals: Originals, tmp_path: Path
) -> None:
    (tmp_path / "raid").write_bytes(b"")
    with pytest.raises(RecordUnavailable) as error:
        originals.keep(b"one")
    assert error.value.code == "original-unwritable"
    assert error.value.exit_code == 8


def test_nothing_is_left_of_a_write_that_fails(
    originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals.keep(b"one")

    def full(_handle: int) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordUnavailable):
        originals.keep(b"two")
    left = [p for p in (tmp_path / "raid").rglob("*") if p.is_file()]
    assert [path.name for path in left] == [sha256(b"one").hexdigest()]


def test_who_comes_second_with_the_same_bytes_finds_them_there(
    originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def link(source: str, target: Path, *, follow_symlinks: bool) -> None:
        Path(target).write_bytes(b"one")
        real(source, target, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "link", link)
    assert originals.read(originals.keep(b"one")) == b"one"
    del tmp_path


def test_a_folder_that_somebody_else_makes_meanwhile_is_used(
    originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.is_dir
    monkeypatch.setattr(Path, "is_dir", lambda _path: False)
    originals.keep(b"one")
    kept = originals.keep(b"two")
    monkeypatch.setattr(Path, "is_dir", real)
    assert originals.read(kept) == b"two"
