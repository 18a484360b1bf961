import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.folder import read_bundle, read_concern
from tests.unit.policy.sample import edited


def _write(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "policies" / "access", edited())


def _fault(path: Path, *, bundle: bool = False) -> str:
    with pytest.raises(PolicyError) as caught:
        read_bundle(path) if bundle else read_concern(path)
    (fault,) = caught.value.faults
    return f"{fault.code}: {fault.message}"


def test_concern_is_named_for_its_folder(folder: Path) -> None:
    concern = read_concern(folder)

    assert concern.name == "access"
    assert concern.rules[0].file == "access/policy.csv"


def test_bundle_is_a_folder_of_concerns(folder: Path) -> None:
    (folder.parent / "README.md").write_text("read me")
    (folder.parent / ".hidden").write_text("x")
    (folder / ".policy.csv.swp").write_text("x")

    assert list(read_bundle(folder.parent).concerns) == ["access"]


def test_faults_name_the_file_as_the_caller_named_the_folder(folder: Path) -> None:
    (folder / "policy.csv").write_bytes(b"# nothing\n")

    with pytest.raises(PolicyError) as caught:
        read_bundle(folder.parent)

    assert caught.value.faults[0].file == f"{folder}/policy.csv"


def test_second_table_in_the_folder_is_refused(folder: Path) -> None:
    (folder / "policy-old.csv").write_bytes(b"p, x\n")

    assert _fault(folder).startswith("file-unknown: ")


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    assert _fault(tmp_path / "none") == "policy-unreadable: no such file or directory"


def test_link_in_place_of_a_file_is_refused(folder: Path) -> None:
    target = folder.parent.parent / "elsewhere.csv"
    (folder / "policy.csv").rename(target)
    (folder / "policy.csv").symlink_to(target)

    assert _fault(folder).startswith("policy-unreadable: ")


def test_link_in_place_of_a_concern_is_refused(folder: Path) -> None:
    (folder.parent / "more").symlink_to(folder)

    assert _fault(folder.parent, bundle=True) == (
        "policy-unreadable: this is not the folder of a concern"
    )


def test_pipe_in_place_of_a_file_is_refused_without_waiting(folder: Path) -> None:
    (folder / "policy.csv").unlink()
    os.mkfifo(folder / "policy.csv")

    assert _fault(folder) == "policy-unreadable: this is not a regular file"


def test_folder_in_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "README.md").mkdir()

    assert _fault(folder) == "policy-unreadable: this is not a regular file"


def test_file_beside_the_concerns_is_refused(folder: Path) -> None:
    (folder.parent / "policy.csv").write_text("p, x\n")

    assert _fault(folder.parent, bundle=True) == (
        "policy-unreadable: this is not the folder of a concern"
    )


@pytest.mark.parametrize("name", ["Access", "my-access", "é", "2nd", "_x", "x" * 41])
def test_folder_whose_name_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    _write(tmp_path / name, edited())

    assert "can't be the name of a concern" in _fault(tmp_path / name)


def test_too_large_file_is_refused_after_the_limit(folder: Path) -> None:
    (folder / "model.conf").write_bytes(b"#\n" * 200_000)

    assert _fault(folder) == "file-too-large: 262145 bytes, more than 262144"


def test_too_many_concerns_are_refused(tmp_path: Path) -> None:
    for number in range(65):
        _write(tmp_path / f"c{number}", {})

    assert _fault(tmp_path, bundle=True) == "policy-unreadable: more than 64 concerns"


def test_bundle_of_too_many_bytes_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringwall.policy.folder.MAX_BUNDLE_BYTES", 1000)

    assert _fault(folder.parent, bundle=True) == (
        "policy-unreadable: more than 1000 bytes in all"
    )


def test_folder_of_too_many_names_is_refused(folder: Path) -> None:
    for number in range(300):
        (folder / f".{number}").touch()

    assert _fault(folder) == "policy-unreadable: more than 256 names in one folder"


def test_name_that_would_act_on_a_terminal_is_shown_by_its_numbers(
    folder: Path,
) -> None:
    (folder / "a\x1b[2J\n.csv").write_bytes(b"")

    with pytest.raises(PolicyError) as caught:
        read_concern(folder)

    (fault,) = caught.value.faults
    assert fault.file == rf"{folder}/a\x1b[2J\n.csv"
    assert fault.message == r"a concern has no file `a\x1b[2J\n.csv`"


def test_reading_a_relative_folder_finds_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    assert read_concern(Path()).name == "access"
