"""An unfinished container has one writer, and its name once it is safe."""

import fcntl
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, ConfigurationError, IntegrityError
from ringwall.ledger.open_files import OpenFiles
from ringwall.vault.container.part_file import PartFile


def fail(*_: object, **__: object) -> int:
    raise OSError(5, "Input/output error")


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(ActRefused) as caught:
        deed()
    return caught.value.code


def unwritten(deed: Callable[[], object]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        deed()
    assert caught.value.exit_code == 3
    return caught.value.code


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_bytes_get_their_name_when_they_are_published(tmp_path: Path) -> None:
    with PartFile.begin(tmp_path / "a") as part:
        part.write(memoryview(b"one "))
        part.write(memoryview(b"two"))
        part.flush()
        assert names(tmp_path) == ["a.part"]
        part.publish()

    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"one two"
    assert (tmp_path / "a").stat().st_nlink == 1


def test_what_was_not_published_stays_and_can_be_taken_up(tmp_path: Path) -> None:
    with PartFile.begin(tmp_path / "a") as part:
        part.write(memoryview(b"whole"))
    assert names(tmp_path) == ["a.part"]

    with PartFile.left(tmp_path / "a") as part:
        part.publish()

    assert (tmp_path / "a").read_bytes() == b"whole"


def test_what_was_left_is_replaced_by_the_next_writer(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"left")
    other = os.open(tmp_path / "a.part", os.O_RDONLY)
    with PartFile.begin(tmp_path / "a") as part:
        part.write(memoryview(b"new"))
        part.publish()

    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.read(other, 10) == b"left"
    os.close(other)


def test_what_is_discarded_is_gone(tmp_path: Path) -> None:
    part = PartFile.begin(tmp_path / "a")
    part.discard()
    part.discard()

    assert names(tmp_path) == []


def test_another_file_of_that_name_is_not_discarded(tmp_path: Path) -> None:
    part = PartFile.begin(tmp_path / "a")
    part.path.unlink()
    part.path.write_bytes(b"another's")
    part.discard()

    assert names(tmp_path) == ["a.part"]


def test_a_file_that_can_t_be_removed_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = PartFile.begin(tmp_path / "a")
    monkeypatch.setattr(os, "unlink", fail)
    part.discard()

    assert names(tmp_path) == ["a.part"]


def test_a_file_that_somebody_writes_is_not_touched(tmp_path: Path) -> None:
    with PartFile.begin(tmp_path / "a") as part:
        part.write(memoryview(b"busy"))
        assert refused(lambda: PartFile.begin(tmp_path / "a")) == "container-busy"
        assert refused(lambda: PartFile.left(tmp_path / "a")) == "container-busy"
        assert part.path.read_bytes() == b"busy"
    PartFile.begin(tmp_path / "a").discard()


def test_a_file_that_others_take_between_opening_and_locking_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.part"
    lock = fcntl.flock
    once = [path]

    def race(handle: int, how: int) -> None:
        lock(handle, how)
        if once:
            once.pop().unlink()  # by whoever held it for left behind

    monkeypatch.setattr(fcntl, "flock", race)
    with PartFile.begin(tmp_path / "a") as part:
        part.write(memoryview(b"mine"))
        assert path.read_bytes() == b"mine"


def test_a_file_of_the_ledger_is_neither_taken_up_nor_replaced(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    os.link(tmp_path / "ledger.db", tmp_path / "a.part")
    ledger = OpenFiles(tmp_path / "ledger.db")

    for deed in (PartFile.begin, PartFile.left):
        with pytest.raises(IntegrityError) as caught:
            deed(tmp_path / "a")
        assert caught.value.code == "ledger-in-the-way"
    assert ledger.has((tmp_path / "a.part").stat())


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")

    assert refused(lambda: PartFile.begin(tmp_path / "a")) == "container-exists"
    assert names(tmp_path) == ["a"]


def test_a_name_that_is_taken_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    with PartFile.begin(tmp_path / "a") as part:
        (tmp_path / "a").write_bytes(b"first")
        assert refused(part.publish) == "container-exists"

    assert (tmp_path / "a").read_bytes() == b"first"


def test_a_second_name_that_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"whole")
    os.link(tmp_path / "a", tmp_path / "a.part")

    assert refused(lambda: PartFile.begin(tmp_path / "a")) == "container-exists"
    assert names(tmp_path) == ["a"]


def test_a_file_that_was_exchanged_is_not_published(tmp_path: Path) -> None:
    with PartFile.begin(tmp_path / "a") as part:
        part.path.unlink()
        part.path.write_bytes(b"another's")
        with pytest.raises(IntegrityError) as caught:
            part.publish()

    assert caught.value.code == "container-changed"
    assert names(tmp_path) == ["a.part"]


@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
def test_something_else_in_place_of_the_file_is_refused(
    tmp_path: Path, what: str
) -> None:
    path = tmp_path / "a.part"
    (tmp_path / "b").write_bytes(b"precious")
    if what == "link":
        path.symlink_to(tmp_path / "b")
    elif what == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)

    code = unwritten(lambda: PartFile.begin(tmp_path / "a"))
    assert code == "container-unwritable"
    assert (tmp_path / "b").read_bytes() == b"precious"


def test_a_folder_that_is_a_link_or_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    for folder in ("link", "none"):
        deed = partial(PartFile.begin, tmp_path / folder / "a")
        assert unwritten(deed) == "container-unwritable"
    assert unwritten(lambda: PartFile.left(tmp_path / "a")) == "container-unwritable"


def test_a_disk_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PartFile.begin(tmp_path / "a") as part:
        for name, deed in (
            ("write", lambda: part.write(memoryview(b"x"))),
            ("fsync", part.flush),
            ("link", part.publish),
        ):
            with monkeypatch.context() as patch:
                patch.setattr(os, name, fail)
                assert unwritten(deed) == "container-unwritable"

    assert names(tmp_path) == ["a.part"]
