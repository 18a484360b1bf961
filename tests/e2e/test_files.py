"""Files that commands read and make: whole, and never over others."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ringwall.base.errors import ConfigurationError, RequestError
from ringwall.cli.files import Output, read_input
from ringwall.registry import regular_file


def refused(output: Output) -> str:
    """Return the code for which a file is not made."""
    with pytest.raises(ConfigurationError) as caught:
        output.write(b"new")
    return caught.value.code


def test_a_file_is_made_whole_with_its_mode(tmp_path: Path) -> None:
    Output(tmp_path / "a", 0o600).write(b"data")

    assert (tmp_path / "a").read_bytes() == b"data"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_that_is_there_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ConfigurationError) as caught:
        Output(path).check()
    assert caught.value.code == "output-exists"
    assert caught.value.next_step == "name another file"
    with pytest.raises(ConfigurationError) as caught:
        Output(path, force=False).check()
    assert caught.value.next_step == "name another file, or write over it with --force"
    assert refused(Output(path)) == "output-exists"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]
    forced = Output(path, 0o600, force=True)
    forced.check()
    forced.write(b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_to_nowhere_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")

    assert refused(Output(tmp_path / "a")) == "output-exists"


@pytest.mark.parametrize("force", [False, True])
def test_where_nothing_can_be_written_it_is_told(tmp_path: Path, force: bool) -> None:
    assert refused(Output(tmp_path / "no" / "a", force=force)) == "output-unwritable"


def test_at_most_one_byte_more_than_allowed_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    assert read_input(tmp_path / "a", 3) == b"1234"
    for path in (tmp_path, tmp_path / "b"):
        with pytest.raises(RequestError) as unread:
            read_input(path, 3)
        assert unread.value.code == "input-unreadable"
        assert unread.value.exit_code == 2


@pytest.mark.parametrize("made", ["pipe", "device", "kernel", "silent"])
def test_what_only_looks_like_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    path = {
        "pipe": tmp_path / "pipe",
        "device": Path("/dev/zero"),
        "kernel": Path("/proc/version"),
        "silent": tmp_path / "silent",
    }[made]
    if made == "pipe":
        os.mkfifo(path)
    if made == "silent":
        path.touch()

        class Silent(io.BytesIO):
            """What a file of the kernel is that has nothing to say."""

            @override
            def read(self, _size: int | None = -1) -> Any:
                return None

            @override
            def fileno(self) -> int:
                return 0

        monkeypatch.setattr(regular_file, "open_regular", lambda _: Silent())
    with pytest.raises(RequestError) as unread:
        read_input(path, 100)
    assert unread.value.code == "input-unreadable"
    assert "regular file" in unread.value.message
