"""Regular files are opened; whatever could hold us up is refused at once."""

import os
import stat
from pathlib import Path

import pytest

from ringwall.registry.regular_file import open_regular, write_new


def test_a_regular_file_is_opened_for_reading_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\x00\xff")

    with open_regular(path) as handle:
        assert handle.read() == b"\x00\xff"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to("file")

    with open_regular(tmp_path / "link") as handle:
        assert handle.read() == b"text"


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path / "pipe")


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero"])
def test_a_device_is_refused(path: str) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(Path(path))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path)


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    with pytest.raises(OSError, match="symbolic links"):
        open_regular(tmp_path / "a")


def test_a_refusal_leaves_no_file_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))

    for _ in range(5):
        with pytest.raises(OSError, match="not a regular file"):
            open_regular(tmp_path)

    assert len(os.listdir("/proc/self/fd")) == before


def test_a_new_file_has_the_text_and_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    write_new(path, "ünï\n", mode=0o600)

    assert path.read_bytes() == "ünï\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    with pytest.raises(FileExistsError):
        write_new(path, "new")

    assert path.read_text() == "old"


def test_a_link_to_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("elsewhere")

    with pytest.raises(FileExistsError):
        write_new(tmp_path / "link", "new")

    assert not (tmp_path / "elsewhere").exists()
