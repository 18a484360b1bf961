"""A folder of tiles: written once, whole, durable, by one process at a time."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.record.tile_folder import open_tile_folder

FILES = [("tile/0/000", b"a" * 8192), ("tile/entries/x001/000.p/7", b"b")]


def files_in(path: Path) -> dict[str, bytes]:
    """Return name -> bytes of all files below a folder."""
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file()
    }


def put_code(path: Path, name: str, data: bytes) -> str:
    """Return the code for which a file is not written."""
    with pytest.raises(IntegrityError) as caught, open_tile_folder(path) as folder:
        folder.put([(name, data)])
    return caught.value.code


def test_files_are_written_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "log"
    with open_tile_folder(path) as folder:
        assert folder.put(FILES) == 2
        assert folder.put(FILES) == 0
        assert folder.has("tile/0/000")
        assert not folder.has("tile/0/001")
        assert folder.read("tile/0/001") is None
        assert folder.checkpoint() is None
        folder.publish(b"note")
        assert folder.checkpoint() == b"note"
        folder.publish(b"newer")

    assert files_in(path) == {**dict(FILES), "checkpoint": b"newer"}


def test_anybody_may_read_what_a_server_is_to_serve(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        with open_tile_folder(tmp_path) as folder:
            folder.put(FILES)
    finally:
        os.umask(old)
    assert (tmp_path / "tile/0/000").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("data", [b"", b"a" * 8191, b"a" * 8191 + b"b"])
def test_a_file_that_differs_is_an_alarm_and_stays(tmp_path: Path, data: bytes) -> None:
    with open_tile_folder(tmp_path) as folder:
        folder.put([("tile/0/000", data)])

    assert put_code(tmp_path, *FILES[0]) == "export-conflict"
    assert (tmp_path / "tile/0/000").read_bytes() == data


def test_what_is_no_file_is_an_alarm(tmp_path: Path) -> None:
    place = tmp_path / "tile/0/000"
    place.mkdir(parents=True)
    assert put_code(tmp_path, *FILES[0]) == "export-conflict"
    place.rmdir()
    outside = tmp_path / "outside"
    outside.write_bytes(FILES[0][1])
    place.symlink_to(outside)
    assert put_code(tmp_path, *FILES[0]) == "export-conflict"
    place.unlink()
    os.mkfifo(place)
    assert put_code(tmp_path, *FILES[0]) == "export-conflict"
    place.unlink()
    with place.open("wb") as file:
        file.truncate(10**10)
    assert put_code(tmp_path, *FILES[0]) == "export-conflict"


def test_what_comes_there_meanwhile_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, data = FILES[0]
    place = tmp_path / name
    with open_tile_folder(tmp_path) as folder:
        folder.put([("tile/0/001", b"so that the folder is there")])
        monkeypatch.setattr(os, "fsync", lambda _: place.write_bytes(b"elsewhere"))
        with pytest.raises(IntegrityError) as caught:
            folder.put([(name, data)])
    assert caught.value.code == "export-conflict"
    assert place.read_bytes() == b"elsewhere"


def test_the_same_file_may_come_there_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, data = FILES[0]
    place = tmp_path / name
    with open_tile_folder(tmp_path) as folder:
        folder.put([("tile/0/001", b"1")])
        monkeypatch.setattr(os, "fsync", lambda _: place.write_bytes(data))
        assert folder.put([(name, data)]) == 1
    assert files_in(tmp_path) == {name: data, "tile/0/001": b"1"}


def test_partial_tiles_go_once_the_complete_one_is_there(tmp_path: Path) -> None:
    partial = [(f"tile/0/{n:03}.p/{w}", b"p") for n in (0, 1) for w in (3, 9)]
    with open_tile_folder(tmp_path) as folder:
        folder.put(partial)
        assert folder.tidy() == 0
        folder.put([("tile/0/000", b"whole")])
        assert folder.tidy() == 2
        assert folder.tidy() == 0

    assert set(files_in(tmp_path)) == {"tile/0/000", "tile/0/001.p/3", "tile/0/001.p/9"}
    assert not (tmp_path / "tile/0/000.p").exists()


def test_how_wide_partial_tiles_are_is_known(tmp_path: Path) -> None:
    partial = [(f"tile/0/000.p/{wide}", b"p") for wide in (9, 30, 255)]
    with open_tile_folder(tmp_path) as folder:
        folder.put(partial)
        for name in ("0", "007", "256", "x"):
            (tmp_path / "tile/0/000.p" / name).write_bytes(b"of nobody")

        assert folder.widths("tile/0/000") == [255, 30, 9]
        assert folder.widths("tile/0/001") == []


def test_a_file_in_the_place_of_partial_tiles_is_an_alarm(tmp_path: Path) -> None:
    with open_tile_folder(tmp_path) as folder:
        folder.put([("tile/0/000.p", b"a file")])
        with pytest.raises(IntegrityError) as caught:
            folder.widths("tile/0/000")
    assert caught.value.code == "export-conflict"


def test_two_do_not_export_at_once(tmp_path: Path) -> None:
    with (
        open_tile_folder(tmp_path),
        pytest.raises(ConfigurationError) as caught,
        open_tile_folder(tmp_path),
    ):
        pass
    assert caught.value.code == "export-busy"


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    for place in (file, file / "below"):
        with pytest.raises(ConfigurationError) as caught, open_tile_folder(place):
            pass
        assert caught.value.code == "export-unwritable"
    (tmp_path / "tile").write_bytes(b"no folder")
    with (
        pytest.raises((ConfigurationError, IntegrityError)) as other,
        open_tile_folder(tmp_path) as folder,
    ):
        folder.put(FILES)
    assert other.value.code in {"export-unwritable", "export-conflict"}


def test_a_checkpoint_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").symlink_to("nowhere")
    with pytest.raises(IntegrityError) as caught, open_tile_folder(tmp_path) as folder:
        folder.checkpoint()
    assert caught.value.code == "export-conflict"


def test_what_a_killed_export_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".draft-0").write_bytes(b"half")
    (tmp_path / ".checkpoint.0123").write_bytes(b"half")
    (tmp_path / "index.html").write_bytes(b"of the server")
    with open_tile_folder(tmp_path):
        pass
    assert set(files_in(tmp_path)) == {"index.html"}
